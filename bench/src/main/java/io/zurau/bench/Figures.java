package io.zurau.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything measured so far, and its table.
final class Figures {
    private final Map<String, Map<Subject, List<Double>>> measured = new LinkedHashMap<>();

    void add(String what, Subject subject, double value) {
        measured.computeIfAbsent(what, key -> new EnumMap<>(Subject.class))
                .computeIfAbsent(subject, key -> new ArrayList<>())
                .add(value);
        System.err.printf("  %-8s %-52s %,12.2f%n", subject, what, value);
    }

    /// One line per figure: medians, and Zurau's as a multiple of Kafka's.
    String table() {
        StringBuilder text = new StringBuilder();
        text.append("%-52s %12s %12s %14s%n".formatted("median", "Kafka", "Zurau", "Zurau/Kafka"));
        measured.forEach(
                (what, values) -> {
                    double kafka = median(values.getOrDefault(Subject.KAFKA, List.of()));
                    double zurau = median(values.getOrDefault(Subject.ZURAU, List.of()));
                    text.append(
                            "%-52s %12s %12s %14s%n"
                                    .formatted(
                                            what,
                                            number(kafka),
                                            number(zurau),
                                            number(zurau / kafka)));
                });
        return text.toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : "%,.2f".formatted(value);
    }

    private static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
