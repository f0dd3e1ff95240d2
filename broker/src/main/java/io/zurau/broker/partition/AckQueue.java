package io.zurau.broker.partition;

import io.zurau.protocol.ErrorCode;
import java.util.Comparator;
import java.util.PriorityQueue;

/// The appends of one partition that wait for the high watermark, by their last offset.
///
/// **Guard:** the partition's `watermarkLock`. Its size is bounded by what connections may have
/// pending.
final class AckQueue {
    // Retried batches are answered with their first offsets, so they come out of order.
    private final PriorityQueue<PendingAck> waiting =
            new PriorityQueue<>(8, Comparator.comparingLong(PendingAck::lastOffset));

    void add(PendingAck ack) {
        waiting.add(ack);
    }

    /// Forgets one for which nobody waits any more.
    void remove(PendingAck ack) {
        waiting.remove(ack);
    }

    /// Settles those whose last offset lies below the high watermark.
    void release(long highWatermark) {
        PendingAck first;
        while ((first = waiting.peek()) != null && first.lastOffset() < highWatermark) {
            waiting.remove();
            settle(first, ErrorCode.NONE);
        }
    }

    /// Settles all, because the partition does not wait any longer.
    void failAll(ErrorCode why) {
        PendingAck next;
        while ((next = waiting.poll()) != null) {
            settle(next, why);
        }
    }

    private static void settle(PendingAck ack, ErrorCode code) {
        ack.settled = code;
        if (ack.settledCondition != null) {
            ack.settledCondition.signal();
        }
    }
}
