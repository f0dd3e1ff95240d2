package io.zurau.broker.connection;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The direct buffers that requests are read into, over all connections of a node.
///
/// What is lent out never exceeds the limit, but that one request may always be read: whoever asks
/// for more than the limit allows waits until buffers come back, and so stops reading from its
/// client. Capacities are powers of two, so that buffers can be used again.
///
/// **Guard:** `lentLock`.
public final class BufferPool {
    private static final int SMALLEST_CLASS = 14; // 16 KiB.
    private static final int LARGEST_KEPT_CLASS = 20; // 1 MiB; larger ones are rare, and freed.

    private final long limitBytes;
    private final ReentrantLock lentLock = new ReentrantLock();
    private final Condition returned = lentLock.newCondition();

    @GuardedBy("lentLock")
    private long lentBytes;

    @GuardedBy("lentLock")
    private long keptBytes;

    @GuardedBy("lentLock")
    private final ArrayDeque<ByteBuffer>[] kept;

    @SuppressWarnings({"unchecked", "rawtypes"}) // An array, for it is indexed by size class.
    public BufferPool(long limitBytes) {
        this.limitBytes = limitBytes;
        this.kept = new ArrayDeque[LARGEST_KEPT_CLASS + 1];
        for (int i = SMALLEST_CLASS; i <= LARGEST_KEPT_CLASS; i++) {
            kept[i] = new ArrayDeque<>(0);
        }
    }

    /// Lends an empty buffer of at least `size` bytes, waiting while too much is lent out.
    ByteBuffer borrow(int size) throws InterruptedException {
        int sizeClass = sizeClass(size);
        long capacity = capacity(sizeClass);
        lentLock.lock();
        try {
            while (lentBytes > 0 && lentBytes + capacity > limitBytes) {
                returned.await();
            }
            return lend(sizeClass);
        } finally {
            lentLock.unlock();
        }
    }

    /// Lends a buffer that may be kept while its client is silent: only while less than half of the
    /// limit is lent out, so that silent clients never starve those that send.
    @Nullable ByteBuffer tryBorrow(int size) {
        int sizeClass = sizeClass(size);
        lentLock.lock();
        try {
            return lentBytes + capacity(sizeClass) > limitBytes / 2 ? null : lend(sizeClass);
        } finally {
            lentLock.unlock();
        }
    }

    void giveBack(ByteBuffer buffer) {
        int sizeClass = sizeClass(buffer.capacity());
        lentLock.lock();
        try {
            lentBytes -= buffer.capacity();
            if (sizeClass <= LARGEST_KEPT_CLASS
                    && lentBytes + keptBytes + buffer.capacity() <= limitBytes) {
                kept[sizeClass].push(buffer);
                keptBytes += buffer.capacity();
            }
            returned.signalAll();
        } finally {
            lentLock.unlock();
        }
    }

    /// Bytes lent out now.
    public long lentBytes() {
        lentLock.lock();
        try {
            return lentBytes;
        } finally {
            lentLock.unlock();
        }
    }

    @GuardedBy("lentLock")
    private ByteBuffer lend(int sizeClass) {
        int capacity = capacity(sizeClass);
        lentBytes += capacity;
        ByteBuffer again = sizeClass <= LARGEST_KEPT_CLASS ? kept[sizeClass].poll() : null;
        if (again == null) {
            return ByteBuffer.allocateDirect(capacity);
        }
        keptBytes -= capacity;
        return again.clear();
    }

    private static int sizeClass(int size) {
        return Math.max(SMALLEST_CLASS, 32 - Integer.numberOfLeadingZeros(Math.max(size, 1) - 1));
    }

    /// The largest class cannot be a power of two any more.
    private static int capacity(int sizeClass) {
        return sizeClass > 30 ? Integer.MAX_VALUE : 1 << sizeClass;
    }
}
