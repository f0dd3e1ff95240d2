package io.zurau.coordinator.group.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// Where a share group begins to read a partition (`share.auto.offset.reset`).
public sealed interface AutoOffsetReset {
    /// With the first record that there is.
    record Earliest() implements AutoOffsetReset {}

    /// With the next record that is written.
    record Latest() implements AutoOffsetReset {}

    /// With the first record that is no older.
    ///
    /// @param age not negative
    record ByDuration(Duration age) implements AutoOffsetReset {}

    /// Empty if the text means none of them.
    static Optional<AutoOffsetReset> parse(String text) {
        String byDuration = "by_duration:";
        return switch (text) {
            case "earliest" -> Optional.of(new Earliest());
            case "latest" -> Optional.of(new Latest());
            default ->
                    text.startsWith(byDuration)
                            ? age(text.substring(byDuration.length())).map(ByDuration::new)
                            : Optional.empty();
        };
    }

    private static Optional<Duration> age(String text) {
        try {
            return Optional.of(Duration.parse(text)).filter(age -> !age.isNegative());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
