package io.zurau.log;

import io.zurau.protocol.Payload;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Whole batches that lie back to back in one file: what a fetch sends.
///
/// Readable until it is closed, even if the log deletes the file meanwhile. Closing it twice does
/// no harm; not closing it keeps the file open.
public final class LogSlice implements ReadOutcome, Payload, AutoCloseable {
    private final OpenFiles.@Nullable Pin pin;
    private final int position;
    private final int sizeInBytes;
    private final List<AbortedTransaction> aborted;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LogSlice(
            OpenFiles.@Nullable Pin pin,
            int position,
            int sizeInBytes,
            List<AbortedTransaction> aborted) {
        this.pin = pin;
        this.position = position;
        this.sizeInBytes = sizeInBytes;
        this.aborted = aborted;
    }

    static LogSlice of(OpenFiles.Pin pin, int position, int sizeInBytes) {
        return new LogSlice(pin, position, sizeInBytes, List.of());
    }

    static LogSlice empty() {
        return new LogSlice(null, 0, 0, List.of());
    }

    /// The same, in the place of this one.
    LogSlice with(List<AbortedTransaction> abortedInIt) {
        return new LogSlice(pin, position, sizeInBytes, abortedInIt);
    }

    /// Some of its batches, in the place of this one: only the new one is to be closed.
    ///
    /// @param from where in this slice they begin
    public LogSlice part(int from, int size) {
        if (from < 0 || size <= 0 || size > sizeInBytes - from) {
            throw new IllegalArgumentException(
                    "A slice of %d bytes has none from %d to %d."
                            .formatted(sizeInBytes, from, from + size));
        }
        return new LogSlice(pin, position + from, size, aborted);
    }

    /// The transactions whose records in it were aborted, if that was asked for.
    public List<AbortedTransaction> aborted() {
        return aborted;
    }

    /// The file, to be sent from without copying.
    ///
    /// @throws IllegalStateException if the slice is empty: there is nothing to send
    public DiskFile file() {
        if (pin == null) {
            throw new IllegalStateException("An empty slice has no file.");
        }
        return pin.file();
    }

    /// Where in the file the first batch begins.
    public long position() {
        return position;
    }

    @Override
    public int sizeInBytes() {
        return sizeInBytes;
    }

    public boolean isEmpty() {
        return sizeInBytes == 0;
    }

    /// Reads the bytes into memory.
    @Override
    public ByteBuffer toBuffer() {
        ByteBuffer bytes = ByteBuffer.allocate(sizeInBytes);
        if (pin != null) {
            pin.file().read(bytes, position);
        }
        return bytes.flip();
    }

    @Override
    public void close() {
        if (pin != null && closed.compareAndSet(false, true)) {
            pin.close();
        }
    }
}
