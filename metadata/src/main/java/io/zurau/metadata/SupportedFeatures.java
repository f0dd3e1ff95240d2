package io.zurau.metadata;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The features whose level the nodes of a cluster agree on before they use it, and the levels that
/// this version of Zurau can work with.
public final class SupportedFeatures {
    public static final String METADATA_VERSION = "metadata.version";

    /// Kafka's 4.0-IV3: what its clients and tools expect of a broker without newer features.
    public static final short NEWEST_METADATA_VERSION = 25;

    private static final SortedMap<String, Levels> BY_NAME =
            new TreeMap<>(
                    Map.of(
                            METADATA_VERSION,
                            new Levels(NEWEST_METADATA_VERSION, NEWEST_METADATA_VERSION)));

    /// @param lowest inclusive
    /// @param highest inclusive
    public record Levels(short lowest, short highest) {
        boolean contain(short level) {
            return level >= lowest && level <= highest;
        }

        @Override
        public String toString() {
            return lowest == highest ? Short.toString(lowest) : lowest + "-" + highest;
        }
    }

    private SupportedFeatures() {}

    /// Sorted by name.
    public static SortedMap<String, Levels> byName() {
        return Collections.unmodifiableSortedMap(BY_NAME);
    }

    /// Why the level cannot be finalized, as the end of a sentence about a node; empty if it can.
    public static Optional<String> problem(String feature, short level) {
        Levels levels = BY_NAME.get(feature);
        if (levels == null) {
            return Optional.of("does not support this feature.");
        }
        return levels.contain(level)
                ? Optional.empty()
                : Optional.of("only supports versions " + levels);
    }
}
