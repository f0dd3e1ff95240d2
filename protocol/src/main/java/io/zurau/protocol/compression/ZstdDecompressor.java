package io.zurau.protocol.compression;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads zstd frames, one after the other. The native context is kept between sections; its window,
/// at most 128 MiB by the library's own bound, is as large as the frame says.
final class ZstdDecompressor implements Decompressor {
    // What one zstd block can become at most.
    private static final int PIECE_BYTES = 128 * 1024;
    private static final int COPIED_BYTES = 64 * 1024;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private ByteBuffer copy = ByteBuffer.allocateDirect(0);
    private ByteBuffer in = ByteBuffer.allocate(0);
    private ByteBuffer directIn = in;
    private boolean inFrame;

    @Override
    public void begin(ByteBuffer compressed, int maxPieceBytes) {
        context.reset();
        in = compressed.slice();
        inFrame = true; // No frame at all is not an end either.
        if (in.isDirect()) {
            directIn = in;
        } else {
            if (copy.capacity() == 0) {
                copy = ByteBuffer.allocateDirect(COPIED_BYTES);
            }
            directIn = copy.clear().limit(0);
        }
    }

    @Override
    public @Nullable ByteBuffer next() {
        piece.clear();
        while (piece.position() == 0) {
            refill();
            if (!directIn.hasRemaining() && !inFrame) {
                return null;
            }
            int before = directIn.remaining();
            try {
                inFrame = !context.decompressDirectByteBufferStream(piece, directIn);
            } catch (ZstdException damaged) {
                throw new BadCompression("The zstd data is damaged: " + damaged.getMessage() + ".");
            }
            if (inFrame && before == 0 && piece.position() == 0) {
                throw new BadCompression("The zstd data is cut off.");
            }
        }
        return piece.flip();
    }

    private void refill() {
        if (!in.isDirect() && !directIn.hasRemaining() && in.hasRemaining()) {
            int length = Math.min(copy.capacity(), in.remaining());
            copy.clear().put(0, in, in.position(), length).limit(length);
            in.position(in.position() + length);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
