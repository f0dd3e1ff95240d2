package io.zurau.broker.share;

import io.zurau.broker.partition.PartitionLeader;
import io.zurau.coordinator.group.config.AutoOffsetReset;
import io.zurau.log.TimestampedOffset;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/// Where a group begins in a partition that is new to it (`share.auto.offset.reset`).
record ShareStart(PartitionLeader leader, Clock clock) {
    private static final Duration POLL = Duration.ofMillis(5);

    /// Differs from Kafka: where no record is young enough for a group that begins some time ago it
    /// begins at the end, instead of failing until there is one.
    ///
    /// @param over whether nobody needs to know any more
    /// @return empty if that came first
    OptionalLong find(AutoOffsetReset start, BooleanSupplier over) throws InterruptedException {
        return switch (start) {
            case AutoOffsetReset.Earliest _ -> OptionalLong.of(leader.log().logStartOffset());
            case AutoOffsetReset.Latest _ -> latest(over);
            case AutoOffsetReset.ByDuration ago -> {
                long since = clock.wallMs() - ago.age().toMillis();
                OptionalLong end = latest(over);
                yield end.isEmpty()
                        ? end
                        : OptionalLong.of(
                                leader.log()
                                        .offsetForTimestamp(Math.max(0, since))
                                        .map(TimestampedOffset::offset)
                                        .filter(offset -> offset < end.getAsLong())
                                        .orElse(end.getAsLong()));
            }
        };
    }

    /// A new leader's end is not certain at once (KIP-207).
    private OptionalLong latest(BooleanSupplier over) throws InterruptedException {
        while (!leader.isWatermarkCertain()) {
            if (over.getAsBoolean()) {
                return OptionalLong.empty();
            }
            clock.sleepUntil(clock.deadline(POLL));
        }
        return OptionalLong.of(leader.highWatermark());
    }
}
