package io.zurau.tests.protocol;

import java.util.ArrayList;
import java.util.List;

/// Two transcripts of the same scenario, compared for people.
final class Transcripts {
    private Transcripts() {}

    /// The entries that differ, each with the line before it and only those of its lines that
    /// differ; empty when the transcripts are the same.
    static String differences(List<String> expected, List<String> actual) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String theirs = i < expected.size() ? expected.get(i) : "nothing more";
            String ours = i < actual.size() ? actual.get(i) : "nothing more";
            if (!theirs.equals(ours)) {
                text.append("\n").append(i == 0 ? "at the beginning" : firstLine(actual, i - 1));
                boolean reordered = sorted(theirs).equals(sorted(ours));
                append(text, " - ", theirs, reordered ? List.of() : ours.lines().toList());
                append(text, " + ", ours, reordered ? List.of() : theirs.lines().toList());
            }
        }
        return text.toString();
    }

    private static List<String> sorted(String entry) {
        return entry.lines().sorted().toList();
    }

    private static String firstLine(List<String> entries, int index) {
        return index < entries.size() ? entries.get(index).lines().findFirst().orElse("") : "";
    }

    private static void append(
            StringBuilder text, String mark, String entry, List<String> otherLines) {
        List<String> lines = new ArrayList<>(entry.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            if (i == 0 || !otherLines.contains(lines.get(i))) {
                text.append("\n").append(mark).append(lines.get(i));
            }
        }
    }
}
