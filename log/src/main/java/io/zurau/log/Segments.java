package io.zurau.log;

import java.util.ArrayList;
import java.util.List;

/// The segments of a log, in order; there is at least one.
///
/// Immutable: a change makes a new one.
record Segments(List<Segment> all) {
    Segments {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("A log has at least one segment.");
        }
    }

    Segment active() {
        return all.getLast();
    }

    Segment first() {
        return all.getFirst();
    }

    /// The segment that holds an offset, or would; the first one for offsets below it.
    Segment holding(long offset) {
        return all.get(indexHolding(offset));
    }

    int indexHolding(long offset) {
        int low = 0;
        int high = all.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (all.get(middle).baseOffset <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// That one and those behind it.
    List<Segment> from(long offset) {
        return all.subList(indexHolding(offset), all.size());
    }

    /// Exclusive; for the last segment that of the log is given.
    long endOffsetOf(int index, long logEndOffset) {
        return index + 1 < all.size() ? all.get(index + 1).baseOffset : logEndOffset;
    }

    Segments with(Segment last) {
        List<Segment> more = new ArrayList<>(all);
        more.add(last);
        return new Segments(List.copyOf(more));
    }

    Segments without(List<Segment> gone) {
        return new Segments(all.stream().filter(segment -> !gone.contains(segment)).toList());
    }

    /// With one in the place of several that follow one another.
    Segments replacing(List<Segment> gone, Segment by) {
        List<Segment> other = new ArrayList<>(all);
        int at = other.indexOf(gone.getFirst());
        other.removeAll(gone);
        other.add(at, by);
        return new Segments(List.copyOf(other));
    }

    long sizeInBytes() {
        long sum = 0;
        for (Segment segment : all) {
            sum += segment.size();
        }
        return sum;
    }
}
