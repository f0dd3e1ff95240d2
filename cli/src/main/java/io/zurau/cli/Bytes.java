package io.zurau.cli;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers of bytes for people.
final class Bytes {
    private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1000;

    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?) *([kmgtp]?b|)", Pattern.CASE_INSENSITIVE);

    private Bytes() {}

    /// Reads what [#text] writes, and what people write instead: `50MB`, `1.5 gb`, `800`.
    ///
    /// @return empty if it is not that
    static OptionalLong parse(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return OptionalLong.empty();
        }
        int unit = List.of(UNITS).indexOf(size.group(2).toUpperCase(Locale.ROOT));
        return OptionalLong.of(
                Math.round(Double.parseDouble(size.group(1)) * Math.pow(STEP, unit + 1)));
    }

    /// In decimal units, with one digit behind the point.
    static String text(long bytes) {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double size = bytes / STEP;
        int unit = 0;
        while (size >= STEP - 0.05 && unit < UNITS.length - 1) {
            size /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }
}
