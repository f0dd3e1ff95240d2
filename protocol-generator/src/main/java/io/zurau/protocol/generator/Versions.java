package io.zurau.protocol.generator;

import org.jspecify.annotations.Nullable;

/// A range of versions, both ends inclusive; empty if the lowest exceeds the highest.
record Versions(int lowest, int highest) {
    static final Versions NONE = new Versions(0, -1);
    private static final int OPEN_END = Short.MAX_VALUE;

    /// Reads `3`, `0-5`, `2+` and `none`; nothing at all gives the fallback.
    static Versions parse(@Nullable String text, Versions fallback) {
        if (text == null) {
            return fallback;
        }
        String range = text.strip();
        if (range.isEmpty() || range.equals("none")) {
            return NONE;
        }
        if (range.endsWith("+")) {
            return new Versions(Integer.parseInt(range.substring(0, range.length() - 1)), OPEN_END);
        }
        int dash = range.indexOf('-');
        return dash < 0
                ? new Versions(Integer.parseInt(range), Integer.parseInt(range))
                : new Versions(
                        Integer.parseInt(range.substring(0, dash)),
                        Integer.parseInt(range.substring(dash + 1)));
    }

    boolean isEmpty() {
        return lowest > highest;
    }

    boolean contains(Versions other) {
        return other.isEmpty() || (lowest <= other.lowest && other.highest <= highest);
    }

    Versions and(Versions other) {
        Versions both =
                new Versions(Math.max(lowest, other.lowest), Math.min(highest, other.highest));
        return both.isEmpty() ? NONE : both;
    }

    /// The Java condition for `version` to be in this range, when it is known to be among the
    /// possible ones.
    Condition within(Versions possible) {
        if (and(possible).isEmpty()) {
            return Condition.NEVER;
        }
        boolean below = lowest > possible.lowest;
        boolean above = highest < possible.highest;
        if (!below && !above) {
            return Condition.ALWAYS;
        }
        String from = "version >= " + lowest;
        String to = "version <= " + highest;
        if (lowest == highest && below && above) {
            return new Condition("version == " + lowest);
        }
        return new Condition(below && above ? from + " && " + to : below ? from : to);
    }
}
