package io.zurau.broker.partition;

import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The producers of one partition that wait until what they appended is stored here, or by every
/// in-sync replica.
///
/// **Guard:** the partition's `watermarkLock`; all of its methods are called under it.
final class PendingAcks {
    private final ReentrantLock watermarkLock;
    private final Clock clock;
    private final AckQueue forStore = new AckQueue();
    private final AckQueue forReplicas = new AckQueue();
    private @Nullable ErrorCode failed;

    PendingAcks(ReentrantLock watermarkLock, Clock clock) {
        this.watermarkLock = watermarkLock;
        this.clock = clock;
    }

    void add(PendingAck ack, Acks acks) {
        AckQueue queue = acks == Acks.ALL ? forReplicas : forStore;
        queue.add(ack);
        if (failed != null) {
            queue.failAll(failed);
        }
    }

    /// @param end exclusive: what lies below is stored here
    void stored(long end) {
        forStore.release(end);
    }

    void replicated(long highWatermark) {
        forReplicas.release(highWatermark);
    }

    /// Nobody waits any more, now or later.
    void fail(ErrorCode why) {
        failed = why;
        forReplicas.failAll(why);
        forStore.failAll(why);
    }

    boolean haveFailed() {
        return failed != null;
    }

    /// Waits until one is settled.
    ///
    /// @return what became of it; `REQUEST_TIMED_OUT` if the deadline passed before
    ErrorCode await(PendingAck ack, long deadlineNanos) throws InterruptedException {
        while (ack.settled == null) {
            if (ack.settledCondition == null) {
                ack.settledCondition = watermarkLock.newCondition();
            }
            if (!clock.await(watermarkLock, ack.settledCondition, deadlineNanos)
                    && ack.settled == null) {
                forReplicas.remove(ack);
                forStore.remove(ack);
                return ErrorCode.REQUEST_TIMED_OUT;
            }
        }
        return ack.settled;
    }
}
