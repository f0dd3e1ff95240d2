package io.zurau.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.runtime.Clock;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The current image of the cluster on this node, and who wants to know when it changes.
///
/// Readers take [#image()], which never changes in their hands. Listeners are called after the new
/// image can be read, in the order in which they came.
///
/// **Guard:** only the log's notifying thread writes the image; `imageLock` is for those who wait
/// for it.
public final class Metadata {
    private final MetadataLog log;
    private final CopyOnWriteArrayList<Told> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock imageLock = new ReentrantLock();

    @GuardedBy("imageLock")
    private final Condition imageChanged = imageLock.newCondition();

    private volatile ClusterImage image = ClusterImage.empty("");

    private Metadata(MetadataLog log) {
        this.log = log;
    }

    /// The metadata as the log has it, and has it from now on.
    public static Metadata of(MetadataLog log) {
        Metadata metadata = new Metadata(log);
        log.subscribe(metadata::advance);
        return metadata;
    }

    public ClusterImage image() {
        return image;
    }

    /// From now on `listener` is told about every change; not about the image as it is.
    public void listen(MetadataListener listener) {
        listen(listener, image);
    }

    /// Tells `listener` what has changed since an image that it knows, before this returns, and
    /// from now on about every change.
    public void listen(MetadataListener listener, ClusterImage known) {
        Told told = new Told(listener, known);
        log.subscribe( // For a turn: those who came before hear first.
                after -> {
                    listeners.addIfAbsent(told);
                    advance(after);
                });
    }

    /// Waits until the image has come to `endOffset`.
    public void awaitEndOffset(long endOffset) throws InterruptedException {
        imageLock.lockInterruptibly();
        try {
            while (image.endOffset() < endOffset) {
                imageChanged.await();
            }
        } finally {
            imageLock.unlock();
        }
    }

    /// Waits for another image than `known`.
    ///
    /// @return false if the deadline passed before
    public boolean awaitChange(ClusterImage known, Clock clock, long deadlineNanos)
            throws InterruptedException {
        imageLock.lockInterruptibly();
        try {
            while (isSame(image, known)) {
                if (!clock.await(imageLock, imageChanged, deadlineNanos)) {
                    return !isSame(image, known);
                }
            }
            return true;
        } finally {
            imageLock.unlock();
        }
    }

    private void advance(ClusterImage after) {
        if (!isSame(image, after)) {
            imageLock.lock();
            try {
                image = after;
                imageChanged.signalAll();
            } finally {
                imageLock.unlock();
            }
        }
        listeners.forEach(told -> told.advance(after));
    }

    private static boolean isSame(ClusterImage one, ClusterImage other) {
        return one.endOffset() == other.endOffset() && one.clusterId().equals(other.clusterId());
    }

    /// One listener, and what it was told last.
    ///
    /// **Guard:** the log's notifying thread.
    private static final class Told {
        private final MetadataListener listener;
        private ClusterImage known;

        Told(MetadataListener listener, ClusterImage known) {
            this.listener = listener;
            this.known = known;
        }

        void advance(ClusterImage after) {
            ClusterImage before = known;
            if (!isSame(before, after)) {
                known = after;
                listener.changed(before, after);
            }
        }
    }
}
