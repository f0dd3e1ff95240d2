package io.zurau.broker.share.window;

import java.util.ArrayList;
import java.util.List;

/// Gives records to one member: first those in flight that can be had, then new ones.
///
/// Batches stay whole, even if more records are given than were asked for, unless the member wants
/// exactly as many (KIP-1206). Records whose delivery has failed again and again are given in ever
/// smaller portions, at last one by one, so that the one that cannot be processed spoils no others.
///
/// **Owner:** the call that acquires.
public final class Acquisition {
    /// Nothing is throttled before.
    private static final int MANY_DELIVERIES = 2;

    private final Window window;
    private final Request request;
    private final List<Acquired> acquired = new ArrayList<>();
    private int left;
    private boolean throttled;

    /// What a member asks for, and what it may have.
    ///
    /// @param most records
    /// @param exactly whether batches may be cut
    /// @param batchSize how many records the member wants in one batch of acquired records
    /// @param lockEndNanos when it must have said what became of them
    /// @param deliveryLimit how often a record is delivered
    /// @param inFlightLimit how many records may be in flight
    public record Request(
            String memberId,
            int most,
            boolean exactly,
            int batchSize,
            long lockEndNanos,
            int deliveryLimit,
            int inFlightLimit) {
        private Delivery.Acquired delivery() {
            return new Delivery.Acquired(memberId, lockEndNanos);
        }

        /// From so many deliveries on there is something wrong with a record.
        private int suspicious() {
            return Math.max(MANY_DELIVERIES, (deliveryLimit + 1) / 2);
        }
    }

    private Acquisition(Window window, Request request) {
        this.window = window;
        this.request = request;
    }

    /// @return ascending; empty if there is nothing for the member now
    public static List<Acquired> of(Window window, Request request, Fetched fetched) {
        return new Acquisition(window, request).run(fetched);
    }

    private List<Acquired> run(Fetched fetched) {
        long last = fetched.last();
        if (last < window.startOffset()) {
            return List.of();
        }
        left = Math.min(request.most, request.inFlightLimit - window.size());
        if (left <= 0) { // No new ones.
            last = Math.min(last, window.endOffset() - 1);
            left = (int) Math.min(request.most, window.endOffset() - fetched.fromOffset());
        }
        if (left <= 0) {
            return List.of();
        }
        window.archive(fetched.fromOffset(), fetched.first());
        acquireInFlight(Math.max(fetched.first(), window.startOffset()), last);
        if (left > 0 && !throttled && last >= window.endOffset()) {
            acquireNew(fetched, last);
        }
        return withoutAborted(fetched);
    }

    private void acquireInFlight(long first, long last) {
        for (Span span : window.cut(first, last)) {
            if (left <= 0 || throttled) {
                return;
            }
            if (span.delivery() instanceof Delivery.Available) {
                acquire(span);
            }
        }
    }

    private void acquire(Span span) {
        int count = request.exactly ? Math.min(span.count(), left) : span.count();
        if (span.deliveries() >= request.suspicious()) {
            throttled = true;
            if (!acquired.isEmpty()) {
                return; // Alone, with the next fetch.
            }
            count = Math.min(count, portion(span));
        }
        long last = span.first() + count - 1;
        for (Span part : window.cut(span.first(), last)) {
            Span given = part.acquired(request.delivery());
            window.replace(given);
            acquired.add(new Acquired(given.first(), given.last(), given.deliveries()));
        }
        left -= count;
    }

    /// Half of those delivered together, then a quarter, …; a last delivery is of one record.
    private int portion(Span span) {
        if (request.deliveryLimit > MANY_DELIVERIES
                && span.deliveries() >= request.deliveryLimit - 1) {
            return 1;
        }
        int halvings = Math.min(span.deliveries() - request.suspicious() + 1, Integer.SIZE - 1);
        return Math.max(1, span.together() >> halvings);
    }

    private void acquireNew(Fetched fetched, long last) {
        long first = Math.max(fetched.first(), window.endOffset());
        long end = last;
        if (left < last - first + 1) {
            long cut = first + left - 1;
            end = request.exactly ? cut : fetched.endOfBatchWith(cut);
        }
        long from = first;
        if (!request.exactly && end - first + 1 > request.batchSize) {
            for (Fetched.Range batch : fetched.batches()) {
                if (batch.first() > end) {
                    break;
                }
                if (batch.first() - from >= request.batchSize) {
                    give(from, batch.first() - 1);
                    from = batch.first();
                }
            }
        }
        give(from, end);
    }

    private void give(long first, long last) {
        window.append(first, last, request.delivery(), 1);
        acquired.add(new Acquired(first, last, 1));
    }

    private List<Acquired> withoutAborted(Fetched fetched) {
        List<Acquired> given = acquired;
        for (Fetched.Range batch : fetched.aborted()) {
            List<Acquired> rest = new ArrayList<>();
            for (Acquired one : given) {
                if (one.last() < batch.first() || one.first() > batch.last()) {
                    rest.add(one);
                    continue;
                }
                long first = Math.max(one.first(), batch.first());
                long last = Math.min(one.last(), batch.last());
                window.cut(first, last)
                        .forEach(span -> window.replace(span.with(new Delivery.Over(false))));
                if (one.first() < first) {
                    rest.add(new Acquired(one.first(), first - 1, one.deliveries()));
                }
                if (one.last() > last) {
                    rest.add(new Acquired(last + 1, one.last(), one.deliveries()));
                }
            }
            given = rest;
        }
        window.advance();
        return given;
    }
}
