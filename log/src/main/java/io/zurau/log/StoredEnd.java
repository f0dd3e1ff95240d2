package io.zurau.log;

import io.zurau.log.journal.JournalClient;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Up to where a log is stored, and who wants to know.
///
/// **Guard:** none; the journal's writer raises the offset, or whoever holds the log's lock sets it
/// while nothing is under way.
final class StoredEnd implements JournalClient {
    private final PartitionLog log;
    private final Notices notices;
    private final AtomicBoolean told = new AtomicBoolean(); // A notice is on its way.
    private final Runnable tellListener = this::tellListener;
    private volatile long offset; // Exclusive.
    private volatile @Nullable StoredListener listener;

    StoredEnd(PartitionLog log, Notices notices, long offset) {
        this.log = log;
        this.notices = notices;
        this.offset = offset;
    }

    long offset() {
        return offset;
    }

    /// Also down: the log was cut.
    void set(long newOffset) {
        offset = newOffset;
    }

    void listener(StoredListener newListener) {
        listener = newListener;
    }

    @Override
    public void stored(long endOffset) {
        if (endOffset > offset) {
            offset = endOffset;
            notifyListener();
        }
    }

    /// Has the listener told, unless it is about to be anyway.
    void notifyListener() {
        if (listener != null && told.compareAndSet(false, true)) {
            notices.add(tellListener);
        }
    }

    private void tellListener() {
        told.set(false);
        StoredListener now = listener;
        if (now != null) {
            now.stored(log);
        }
    }
}
