package io.zurau.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of bytes at its line feeds; everything else, a carriage return too, belongs to the
/// line.
final class LineReader {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final InputStream in;
    private final int maxLineBytes;
    private byte[] chunk = new byte[CHUNK_BYTES];
    private int next; // Where the line begins that was not given out yet.
    private int end; // Exclusive.
    private boolean atEnd;
    private long lines;

    LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /// The next line without its line feed; null behind the last one. Bytes behind the last line
    /// feed are a line too.
    ///
    /// The buffer is valid until the next call.
    @Nullable ByteBuffer next() throws IOException {
        int searched = 0; // Of the line, without a line feed.
        while (true) {
            for (int i = next + searched; i < end; i++) {
                if (chunk[i] == '\n') {
                    return line(i, i + 1);
                }
            }
            searched = end - next;
            if (atEnd) {
                return next == end ? null : line(end, end);
            }
            fill();
        }
    }

    /// How many lines were given out.
    long count() {
        return lines;
    }

    private ByteBuffer line(int lineEnd, int following) {
        ByteBuffer line = ByteBuffer.wrap(chunk, next, lineEnd - next).slice();
        next = following;
        lines++;
        return line;
    }

    /// Reads more behind the unfinished line, which moves to the front.
    private void fill() throws IOException {
        int kept = end - next;
        if (kept > maxLineBytes) {
            throw new IOException(
                    "Line %d is longer than %d bytes, the most that a broker can take."
                            .formatted(lines + 1, maxLineBytes));
        }
        if (kept == chunk.length) {
            chunk = Arrays.copyOf(chunk, chunk.length * 2);
        }
        System.arraycopy(chunk, next, chunk, 0, kept);
        next = 0;
        end = kept;
        int count = in.read(chunk, end, chunk.length - end);
        if (count < 0) {
            atEnd = true;
        } else {
            end += count;
        }
    }
}
