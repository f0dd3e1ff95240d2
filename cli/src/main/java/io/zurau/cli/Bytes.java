package io.zurau.cli;

import java.util.Locale;

/// Numbers of bytes for people.
final class Bytes {
    private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1000;

    private Bytes() {}

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
