package io.zurau.runtime.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// The known names that someone may have meant.
final class NearestNames {
    private static final int MOST = 3;

    private NearestNames() {}

    /// At most three names, nearest first, that differ by no more than a third of their letters.
    static List<String> to(String name, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(name, candidate) * 3 <= candidate.length())
                .sorted(
                        Comparator.comparingInt((String candidate) -> distance(name, candidate))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /// How many letters must be added, dropped or replaced (Levenshtein).
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[to.length()];
    }
}
