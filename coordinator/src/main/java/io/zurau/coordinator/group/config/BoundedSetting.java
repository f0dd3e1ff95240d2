package io.zurau.coordinator.group.config;

import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A number that a group can be set to, within what its broker allows.
///
/// @param group the group's setting, whose default is the broker's
/// @param least the broker's setting of the smallest value; null if there is none
/// @param most likewise of the largest
record BoundedSetting(Setting<?> group, @Nullable Setting<?> least, @Nullable Setting<?> most) {

    /// Why the group's value cannot be set; empty if it can, or if none is set.
    Optional<String> problem(Settings settings, Settings broker) {
        if (!settings.isGiven(group)) {
            return Optional.empty();
        }
        long value = number(settings, group);
        return value == clamped(value, broker)
                ? Optional.empty()
                : Optional.of(
                        "%s is %d, but must be %s.".formatted(group.key(), value, limits(broker)));
    }

    /// The value that holds. One that was set when the broker's limits were wider counts as the
    /// nearest that they allow; the broker's own default counts as it is.
    int value(Settings settings, Settings broker) {
        long value = number(settings, group);
        return Math.toIntExact(settings.isGiven(group) ? clamped(value, broker) : value);
    }

    /// Checks the broker's own settings against each other.
    ///
    /// @throws InvalidSetting if the default is beyond a limit, or the limits leave no value
    void check(Settings broker) {
        Setting<?> onBroker = group.onBroker();
        if (onBroker == null) {
            return;
        }
        long value = number(broker, onBroker);
        if (value != clamped(value, broker)) {
            throw new InvalidSetting(
                    onBroker.key(),
                    "%s is %d, but must be %s.".formatted(onBroker.key(), value, limits(broker)));
        }
    }

    private long clamped(long value, Settings broker) {
        long atLeast = least == null ? value : Math.max(value, number(broker, least));
        return most == null ? atLeast : Math.min(atLeast, number(broker, most));
    }

    private String limits(Settings broker) {
        String from = least == null ? "" : "at least " + text(broker, least);
        String to = most == null ? "" : "at most " + text(broker, most);
        return from + (from.isEmpty() || to.isEmpty() ? "" : " and ") + to;
    }

    private static String text(Settings broker, Setting<?> limit) {
        return "%d (%s)".formatted(number(broker, limit), limit.key());
    }

    private static long number(Settings settings, Setting<?> setting) {
        return settings.text(setting).map(Long::valueOf).orElseThrow();
    }
}
