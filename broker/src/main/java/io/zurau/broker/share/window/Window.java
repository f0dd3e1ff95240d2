package io.zurau.broker.share.window;

import io.zurau.coordinator.share.StateBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// The records in flight: spans without gaps from the start to the end. Of what lies below,
/// delivery is over; what lies above was never delivered.
///
/// There are at most as many spans as records, which the limit of records in flight bounds, but for
/// the rest of one batch.
public final class Window {
    private final TreeMap<Long, Span> spans = new TreeMap<>(); // By first offset.
    private long startOffset;
    private long endOffset; // Exclusive.

    private Window(long startOffset) {
        this.startOffset = startOffset;
        this.endOffset = startOffset;
    }

    /// What was stored. Records in between that nothing is known of were perhaps delivered; nobody
    /// has them now.
    public static Window of(long startOffset, List<StateBatch> stored) {
        Window window = new Window(startOffset);
        for (StateBatch batch : stored) {
            long first = Math.max(batch.firstOffset(), window.endOffset);
            if (first > batch.lastOffset()) {
                continue;
            }
            if (first > window.endOffset) {
                window.append(window.endOffset, first - 1, new Delivery.Available(), 0);
            }
            window.append(
                    first,
                    batch.lastOffset(),
                    Delivery.Verdict.ofId(batch.deliveryState()).delivery(),
                    batch.deliveryCount());
        }
        window.advance();
        return window;
    }

    public long startOffset() {
        return startOffset;
    }

    /// Exclusive.
    public long endOffset() {
        return endOffset;
    }

    /// How many records are in flight.
    public int size() {
        return (int) Math.min(endOffset - startOffset, Integer.MAX_VALUE);
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    /// What to read next: the first record that can be had, or the one at the end.
    public long nextOffset() {
        for (Span span : spans.values()) {
            if (span.delivery() instanceof Delivery.Available) {
                return span.first();
            }
        }
        return endOffset;
    }

    /// Of how many records in flight delivery is over, or will be once that is stored.
    public int overCount() {
        return spans.values().stream()
                .filter(span -> span.delivery().isOverSoon())
                .mapToInt(Span::count)
                .sum();
    }

    /// When the next lock ends.
    public OptionalLong nextLockEnd() {
        OptionalLong next = OptionalLong.empty();
        for (Span span : spans.values()) {
            if (span.delivery() instanceof Delivery.Acquired acquired
                    && (next.isEmpty() || acquired.lockEndNanos() - next.getAsLong() < 0)) {
                next = OptionalLong.of(acquired.lockEndNanos());
            }
        }
        return next;
    }

    /// Spans that cover the offsets as far as they are in flight, cut so that they cover no others.
    List<Span> cut(long first, long last) {
        if (first > last) {
            return List.of();
        }
        cutAt(first);
        cutAt(last + 1);
        return new ArrayList<>(spans.subMap(first, true, last, true).values());
    }

    private void cutAt(long offset) {
        Map.Entry<Long, Span> floor = spans.lowerEntry(offset);
        if (floor != null && floor.getValue().last() >= offset) {
            Span span = floor.getValue();
            spans.put(span.first(), span.upTo(offset - 1));
            spans.put(offset, span.from(offset));
        }
    }

    /// Takes the place of the span with the same offsets.
    void replace(Span span) {
        spans.put(span.first(), span);
    }

    /// Puts records behind the end. What lies in between is not in the log any more.
    void append(long first, long last, Delivery delivery, int deliveries) {
        if (spans.isEmpty()) {
            startOffset = first;
        } else if (first > endOffset) {
            int gone = (int) Math.min(first - endOffset, Integer.MAX_VALUE);
            spans.put(endOffset, new Span(endOffset, first - 1, new Delivery.Over(false), 0, gone));
        }
        int together = (int) Math.min(last - first + 1, Integer.MAX_VALUE);
        spans.put(first, new Span(first, last, delivery, deliveries, together));
        endOffset = last + 1;
    }

    /// Moves the start to the first record whose delivery is not over.
    ///
    /// @return whether it has moved
    public boolean advance() {
        long before = startOffset;
        while (!spans.isEmpty()
                && spans.firstEntry().getValue().delivery() instanceof Delivery.Over) {
            spans.pollFirstEntry();
        }
        startOffset = spans.isEmpty() ? endOffset : spans.firstKey();
        return startOffset != before;
    }

    /// The log begins later now: what is gone is not in flight any more, whoever has it.
    public void moveStart(long logStartOffset) {
        if (logStartOffset <= startOffset) {
            return;
        }
        cutAt(logStartOffset);
        spans.headMap(logStartOffset, false).clear();
        startOffset = logStartOffset;
        endOffset = Math.max(endOffset, logStartOffset);
    }

    /// The log has nothing between two offsets any more.
    ///
    /// @param first inclusive
    /// @param end exclusive
    void archive(long first, long end) {
        for (Span span : cut(first, end - 1)) {
            if (span.delivery() instanceof Delivery.Available) {
                replace(span.with(new Delivery.Over(false)));
            }
        }
    }

    /// A member gives back all that it has.
    ///
    /// @param number of this acknowledgement
    /// @param limit of deliveries
    /// @return what is to be stored
    public List<StateBatch> release(String memberId, long number, int limit) {
        List<StateBatch> released = new ArrayList<>();
        for (Span span : List.copyOf(spans.values())) {
            if (span.delivery() instanceof Delivery.Acquired acquired
                    && acquired.memberId().equals(memberId)) {
                Delivery.Verdict verdict = Delivery.Verdict.released(span.deliveries(), limit);
                replace(span.with(new Delivery.Deciding(acquired, verdict, number)));
                released.add(span.as(verdict));
            }
        }
        return released;
    }

    /// Takes records from members whose time is up. That holds at once.
    ///
    /// @return what is to be stored
    public List<StateBatch> expire(long nowNanos, int limit) {
        List<StateBatch> expired = new ArrayList<>();
        for (Span span : List.copyOf(spans.values())) {
            if (span.delivery() instanceof Delivery.Acquired acquired
                    && acquired.isOverdue(nowNanos)) {
                Delivery.Verdict verdict = Delivery.Verdict.released(span.deliveries(), limit);
                replace(span.with(verdict.delivery()));
                expired.add(span.as(verdict));
            }
        }
        return expired;
    }

    /// It is known whether an acknowledgement was stored.
    ///
    /// @param number of the acknowledgement
    /// @param stored if not, whoever had the records has them again, unless time is up
    public void settle(long number, boolean stored, long nowNanos, int limit) {
        for (Span span : List.copyOf(spans.values())) {
            if (span.delivery() instanceof Delivery.Deciding deciding
                    && deciding.number() == number) {
                replace(span.with(settled(span, deciding, stored, nowNanos, limit)));
            }
        }
    }

    private static Delivery settled(
            Span span, Delivery.Deciding deciding, boolean stored, long nowNanos, int limit) {
        if (stored) {
            return deciding.verdict().delivery();
        }
        return deciding.before().isOverdue(nowNanos)
                ? Delivery.Verdict.released(span.deliveries(), limit).delivery()
                : deciding.before();
    }

    /// One line per span, for traces.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        spans.values()
                .forEach(
                        span ->
                                text.append("[%d-%d] ".formatted(span.first(), span.last()))
                                        .append(name(span.delivery()))
                                        .append(" x")
                                        .append(span.deliveries())
                                        .append('\n'));
        return text.append("start ")
                .append(startOffset)
                .append(", end ")
                .append(endOffset)
                .append('\n')
                .toString();
    }

    private static String name(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Available _ -> "available";
            case Delivery.Acquired acquired -> "acquired by " + acquired.memberId();
            case Delivery.Deciding deciding -> "deciding " + deciding.verdict();
            case Delivery.Over over -> over.accepted() ? "accepted" : "archived";
        };
    }
}
