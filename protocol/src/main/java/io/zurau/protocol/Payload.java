package io.zurau.protocol;

import java.nio.ByteBuffer;

/// The record batches inside a produce request or a fetch response: bytes that need not be in
/// memory. A log implements it by slices of its files, so that they can go to the socket without
/// being read.
public interface Payload {
    Payload EMPTY = new BufferPayload(ByteBuffer.allocate(0));

    /// A payload in memory. It shares the buffer's bytes from position to limit, which must not
    /// change any more.
    static Payload of(ByteBuffer bytes) {
        return bytes.hasRemaining() ? new BufferPayload(bytes.slice()) : EMPTY;
    }

    int sizeInBytes();

    /// The bytes, from position to limit of a buffer that is the caller's; reads or copies them if
    /// it must.
    ByteBuffer toBuffer();
}
