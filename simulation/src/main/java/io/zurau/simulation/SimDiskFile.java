package io.zurau.simulation;

import io.zurau.runtime.DiskFile;
import io.zurau.simulation.DiskFaults.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// An open file of a [SimDisk].
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimDiskFile implements DiskFile {
    /// More than one piece for a large transfer, as the system does it.
    private static final int LARGEST_TRANSFER = 1 << 16;

    private final SimDisk disk;
    private final String path;
    private final SimFile file;
    private final boolean synced;
    private final boolean writable;
    private boolean closed;

    SimDiskFile(SimDisk disk, String path, SimFile file, boolean synced, boolean writable) {
        this.disk = disk;
        this.path = path;
        this.file = file;
        this.synced = synced;
        this.writable = writable;
    }

    @Override
    public int read(ByteBuffer target, long position) {
        refuseIfClosed("read");
        disk.access(Operation.READ, "read", path);
        return file.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) {
        refuseIfReadOnly("write");
        refuseIfUnaligned(source, position);
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        if (bytes.length == 0) {
            return;
        }
        if (synced) {
            disk.writeSynced(file, path, bytes, position);
        } else {
            disk.write(file, path, bytes, position);
        }
    }

    private void refuseIfUnaligned(ByteBuffer source, long position) {
        if (position % alignment() != 0 || source.remaining() % alignment() != 0) {
            throw disk.failure(
                    "write %d bytes at %d to".formatted(source.remaining(), position),
                    path,
                    "not aligned to " + alignment());
        }
    }

    @Override
    public void truncate(long size) {
        refuseIfReadOnly("truncate");
        disk.truncate(file, path, size);
    }

    @Override
    public long size() {
        refuseIfClosed("ask for the size of");
        return file.size();
    }

    @Override
    public void sync() {
        refuseIfClosed("sync");
        disk.sync(file, path);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        refuseIfClosed("read");
        disk.access(Operation.READ, "read", path);
        int most = (int) Math.min(Math.min(count, file.size() - position), LARGEST_TRANSFER);
        if (most <= 0) {
            return 0;
        }
        ByteBuffer piece = ByteBuffer.allocate(disk.anyBetweenOneAnd(most));
        file.read(piece, position);
        return target.write(piece.flip());
    }

    @Override
    public int alignment() {
        return synced ? SimDisk.ALIGNMENT : 1;
    }

    @Override
    public ByteBuffer alignedBuffer(int capacity) {
        return ByteBuffer.allocate(Math.ceilDiv(capacity, alignment()) * alignment());
    }

    @Override
    public void close() {
        closed = true;
    }

    private void refuseIfClosed(String action) {
        if (closed) {
            throw disk.failure(action, path, "the file is closed");
        }
    }

    private void refuseIfReadOnly(String action) {
        refuseIfClosed(action);
        if (!writable) {
            throw disk.failure(action, path, "it is open for reading only");
        }
    }
}
