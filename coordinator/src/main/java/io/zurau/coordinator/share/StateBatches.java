package io.zurau.coordinator.share;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// How news of records are merged into what was known of them.
///
/// Of each record counts what says the higher delivery count, and of the same count the state with
/// the higher number: so a report that comes late, or twice, changes nothing.
final class StateBatches {
    private static final Comparator<StateBatch> BY_OFFSET =
            Comparator.comparingLong(StateBatch::firstOffset);

    private static final Comparator<StateBatch> STRONGEST_FIRST =
            Comparator.comparingInt(StateBatch::deliveryCount)
                    .thenComparingInt(StateBatch::deliveryState)
                    .reversed();

    private StateBatches() {}

    /// @param startOffset nothing below counts; -1 for no limit
    /// @return ascending, without overlaps; what follows without gap has fared differently
    static List<StateBatch> merge(List<StateBatch> known, List<StateBatch> news, long startOffset) {
        List<StateBatch> all = new ArrayList<>(known.size() + news.size());
        all.addAll(known);
        all.addAll(news);
        all.removeIf(batch -> batch.lastOffset() < startOffset);
        all.replaceAll(
                batch -> batch.firstOffset() < startOffset ? batch.from(startOffset) : batch);
        all.sort(BY_OFFSET);
        return sweep(all);
    }

    /// Goes along the offsets; at each the strongest batch that covers it counts.
    private static List<StateBatch> sweep(List<StateBatch> sorted) {
        List<StateBatch> merged = new ArrayList<>(sorted.size());
        PriorityQueue<StateBatch> covering = new PriorityQueue<>(STRONGEST_FIRST);
        int next = 0;
        long offset = 0;
        while (next < sorted.size() || !covering.isEmpty()) {
            if (covering.isEmpty()) {
                offset = sorted.get(next).firstOffset();
            }
            while (next < sorted.size() && sorted.get(next).firstOffset() <= offset) {
                covering.add(sorted.get(next++));
            }
            StateBatch strongest = covering.element();
            if (strongest.lastOffset() < offset) {
                covering.remove();
                continue;
            }
            // Up to where another batch begins, which may be stronger.
            long last =
                    next < sorted.size()
                            ? Math.min(strongest.lastOffset(), sorted.get(next).firstOffset() - 1)
                            : strongest.lastOffset();
            append(merged, strongest.from(offset).upTo(last));
            offset = last + 1;
        }
        return merged;
    }

    private static void append(List<StateBatch> merged, StateBatch batch) {
        StateBatch before = merged.isEmpty() ? null : merged.getLast();
        if (before != null
                && before.lastOffset() + 1 == batch.firstOffset()
                && before.fared(batch)) {
            merged.set(merged.size() - 1, before.upTo(batch.lastOffset()));
        } else {
            merged.add(batch);
        }
    }
}
