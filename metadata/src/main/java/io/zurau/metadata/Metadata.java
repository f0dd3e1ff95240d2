package io.zurau.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.MetadataLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The current image of the cluster on this node, and who wants to know when it changes.
///
/// Readers take [#image()], which never changes in their hands. Listeners are called after the new
/// image can be read.
///
/// **Guard:** only the log's notifying thread writes the image; `imageLock` is for those who wait
/// for it.
public final class Metadata {
    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock imageLock = new ReentrantLock();

    @GuardedBy("imageLock")
    private final Condition imageChanged = imageLock.newCondition();

    private volatile ClusterImage image;

    private Metadata(ClusterImage image) {
        this.image = image;
    }

    /// The metadata as the log has it, and has it from now on.
    public static Metadata of(MetadataLog log) {
        Metadata metadata = new Metadata(ClusterImage.empty(""));
        log.subscribe(metadata::advance);
        return metadata;
    }

    public ClusterImage image() {
        return image;
    }

    /// From now on `listener` is told about every change; not about the image as it is.
    public void listen(MetadataListener listener) {
        listeners.add(listener);
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

    private void advance(ClusterImage after) {
        ClusterImage before = image;
        if (after.endOffset() == before.endOffset()
                && before.clusterId().equals(after.clusterId())) {
            return;
        }
        imageLock.lock();
        try {
            image = after;
            imageChanged.signalAll();
        } finally {
            imageLock.unlock();
        }
        listeners.forEach(listener -> listener.changed(before, after));
    }
}
