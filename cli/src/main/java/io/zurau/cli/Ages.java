package io.zurau.cli;

import java.time.Duration;
import java.util.OptionalLong;

/// Lengths of time for people: the two largest units, like `3m 20s`.
final class Ages {
    private Ages() {}

    /// `-` if it is not known.
    static String text(OptionalLong millis) {
        return millis.isPresent() ? text(millis.getAsLong()) : "-";
    }

    static String text(long millis) {
        Duration age = Duration.ofMillis(millis);
        if (age.toDays() > 0) {
            return age.toDays() + "d " + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h " + age.toMinutesPart() + "m";
        }
        if (age.toMinutes() > 0) {
            return age.toMinutes() + "m " + age.toSecondsPart() + "s";
        }
        return age.toSeconds() > 0 || millis == 0 ? age.toSeconds() + "s" : millis + "ms";
    }
}
