package io.zurau.broker.admin;

import java.util.SortedMap;
import java.util.TreeMap;

/// Loggers that nobody logs with.
final class MemoryLogLevels implements LogLevels {
    private final SortedMap<String, String> levels = new TreeMap<>();

    MemoryLogLevels() {
        levels.put(ROOT, "WARN");
        levels.put("io.zurau.log", "WARN");
    }

    @Override
    public SortedMap<String, String> levels() {
        return new TreeMap<>(levels);
    }

    @Override
    public void set(String logger, String level) {
        levels.put(logger, level);
    }

    @Override
    public void unset(String logger) {
        levels.put(logger, levels.getOrDefault(ROOT, ""));
    }
}
