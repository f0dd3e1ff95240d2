package io.zurau.coordinator;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Timers by deadline. Those of one deadline are due in the order in which they were set.
///
/// **Guard:** the thread of the shard.
public final class Deadlines<T> {
    private record Deadline(long nanos, long sequence) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            // Points on the monotonic clock are compared by their difference.
            int byTime = Long.signum(nanos - other.nanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final TreeMap<Deadline, T> byDeadline = new TreeMap<>();
    private final Map<T, Deadline> byTimer = new HashMap<>(); // Looked up only, never walked.
    private long sequence;

    void schedule(T timer, long deadlineNanos) {
        cancel(timer);
        Deadline deadline = new Deadline(deadlineNanos, sequence++);
        byTimer.put(timer, deadline);
        byDeadline.put(deadline, timer);
    }

    boolean has(T timer) {
        return byTimer.containsKey(timer);
    }

    void cancel(T timer) {
        Deadline deadline = byTimer.remove(timer);
        if (deadline != null) {
            byDeadline.remove(deadline);
        }
    }

    int size() {
        return byTimer.size();
    }

    /// The next deadline, if any timer is set.
    public OptionalLong next() {
        return byDeadline.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byDeadline.firstKey().nanos());
    }

    /// Takes the first timer whose deadline has passed; null if none has.
    public @Nullable T takeDue(long nowNanos) {
        if (byDeadline.isEmpty() || byDeadline.firstKey().nanos() - nowNanos > 0) {
            return null;
        }
        T timer = byDeadline.firstEntry().getValue();
        cancel(timer);
        return timer;
    }
}
