package io.zurau.broker.share.window;

import io.zurau.coordinator.share.StateBatch;

/// Records that follow one another and are delivered alike.
///
/// @param first inclusive
/// @param last inclusive
/// @param deliveries how often they were delivered
/// @param together how many were first delivered together: where deliveries fail again and again,
///   it is that many that are tried in halves
record Span(long first, long last, Delivery delivery, int deliveries, int together) {
    int count() {
        return (int) (last - first + 1);
    }

    Span from(long offset) {
        return new Span(offset, last, delivery, deliveries, together);
    }

    Span upTo(long offset) {
        return new Span(first, offset, delivery, deliveries, together);
    }

    Span with(Delivery next) {
        return new Span(first, last, next, deliveries, together);
    }

    Span acquired(Delivery.Acquired next) {
        return new Span(first, last, next, deliveries + 1, together);
    }

    StateBatch as(Delivery.Verdict verdict) {
        return new StateBatch(
                first, last, verdict.id(), (short) Math.min(deliveries, Short.MAX_VALUE));
    }
}
