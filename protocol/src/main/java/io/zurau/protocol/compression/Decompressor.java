package io.zurau.protocol.compression;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Gives compressed bytes back piece by piece, so that memory is bounded whatever they swell to.
/// Owned by one thread at a time; used for one section of records after the other.
public interface Decompressor extends AutoCloseable {

    /// Starts with the bytes between the buffer's position and limit. They must not change until
    /// the last piece was taken; the position of the buffer may move.
    ///
    /// @param maxPieceBytes a piece larger than this is refused as [BadCompression]
    void begin(ByteBuffer compressed, int maxPieceBytes);

    /// The next bytes, or null at the end. They are the decompressor's own, lie between position
    /// and limit, and are valid until the next call.
    ///
    /// @throws BadCompression if the compressed bytes are damaged or cut off
    @Nullable ByteBuffer next();

    /// Frees native memory. The object is of no use afterwards.
    @Override
    void close();
}
