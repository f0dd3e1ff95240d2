package io.zurau.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// The bytes on their way in one direction of a connection. Times are virtual, in nanoseconds.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimPipe {
    static final long NEVER = Long.MAX_VALUE;

    /// Bytes that may be on their way, as the socket buffers of both sides bound them.
    private static final int CAPACITY = 1 << 16;

    private record Segment(ByteBuffer bytes, long arrivesAt) {}

    private final Deque<Segment> segments = new ArrayDeque<>();
    private int size;
    private long lastArrival;
    private long endsAt = NEVER;

    int room() {
        return CAPACITY - size;
    }

    /// Sends bytes behind all others: they cannot overtake.
    void send(ByteBuffer bytes, long arrivesAt) {
        lastArrival = Math.max(lastArrival, arrivesAt);
        size += bytes.remaining();
        segments.addLast(new Segment(bytes, lastArrival));
    }

    /// Nothing follows.
    void end(long arrivesAt) {
        endsAt = Math.max(lastArrival, arrivesAt);
    }

    boolean hasEnded(long now) {
        return segments.isEmpty() && endsAt <= now;
    }

    int arrived(long now) {
        int sum = 0;
        for (Segment segment : segments) {
            if (segment.arrivesAt() > now) {
                break;
            }
            sum += segment.bytes().remaining();
        }
        return sum;
    }

    /// When the next bytes, or the end, arrive.
    long nextArrival() {
        return segments.isEmpty() ? endsAt : segments.getFirst().arrivesAt();
    }

    /// Takes exactly `count` bytes that have arrived.
    void take(ByteBuffer target, int count) {
        size -= count;
        int missing = count;
        while (missing > 0) {
            ByteBuffer first = segments.getFirst().bytes();
            int now = Math.min(missing, first.remaining());
            target.put(first.slice(first.position(), now));
            first.position(first.position() + now);
            missing -= now;
            if (!first.hasRemaining()) {
                segments.removeFirst();
            }
        }
    }
}
