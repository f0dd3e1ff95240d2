package io.zurau.bench;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// What was asked for on the command line.
///
/// @param only the parts to run
/// @param servers whom to measure, in this order
/// @param rounds how often each part runs for each server; the median is printed
/// @param bytes how much a throughput run writes, and how much lies in the log for a restart
record Options(Set<String> only, List<Subject> servers, int rounds, long bytes) {
    private static final List<String> PARTS =
            List.of("start", "restart", "memory", "heap", "produce", "consume");

    static Options parse(List<String> arguments) {
        return parse(arguments, PARTS);
    }

    /// @param parts what can be asked for
    static Options parse(List<String> arguments, List<String> parts) {
        Set<String> only = Set.copyOf(parts);
        List<Subject> servers = List.of(Subject.values());
        int rounds = 3;
        long bytes = 1_000_000_000;
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--quick" -> {
                    rounds = 1;
                    bytes = 250_000_000;
                }
                case "--only" -> only = Set.of(value(arguments, ++i).split(","));
                case "--servers" ->
                        servers =
                                Stream.of(value(arguments, ++i).split(","))
                                        .map(name -> Subject.valueOf(name.toUpperCase(Locale.ROOT)))
                                        .toList();
                case "--rounds" -> rounds = Integer.parseInt(value(arguments, ++i));
                case "--size" -> bytes = size(value(arguments, ++i));
                default -> throw new IllegalArgumentException("Unknown option " + arguments.get(i));
            }
        }
        for (String part : only) {
            if (!parts.contains(part)) {
                throw new IllegalArgumentException(part + " is none of the parts " + parts);
            }
        }
        return new Options(only, servers, rounds, bytes);
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException(arguments.getLast() + " needs a value");
        }
        return arguments.get(index);
    }

    private static long size(String text) {
        long unit = text.endsWith("g") ? 1_000_000_000 : text.endsWith("m") ? 1_000_000 : 1;
        return Long.parseLong(text.replaceAll("[gm]$", "")) * unit;
    }

    boolean wants(String part) {
        return only.contains(part);
    }
}
