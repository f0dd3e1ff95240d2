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

    /// Kafka's 4.0-IV1, the first that keeps eligible leader replicas. No format of Zurau's differs
    /// from here to the newest, so that one can go down and up again without loss.
    public static final short OLDEST_METADATA_VERSION = 23;

    public static final String TRANSACTION_VERSION = "transaction.version";

    /// Each transaction has an epoch of its own (KIP-890).
    public static final short NEWEST_TRANSACTION_VERSION = 2;

    public static final String SHARE_VERSION = "share.version";

    /// There are share groups (KIP-932).
    public static final short NEWEST_SHARE_VERSION = 1;

    public static final String STREAMS_VERSION = "streams.version";

    /// Streams groups (KIP-1071).
    public static final short NEWEST_STREAMS_VERSION = 1;

    public static final String GROUP_VERSION = "group.version";

    /// Consumer groups whose assignor is the coordinator (KIP-848).
    public static final short NEWEST_GROUP_VERSION = 1;

    private static final SortedMap<String, Levels> BY_NAME =
            new TreeMap<>(
                    Map.of(
                            METADATA_VERSION,
                            new Levels(OLDEST_METADATA_VERSION, NEWEST_METADATA_VERSION),
                            TRANSACTION_VERSION,
                            new Levels((short) 0, NEWEST_TRANSACTION_VERSION),
                            SHARE_VERSION,
                            new Levels((short) 0, NEWEST_SHARE_VERSION),
                            GROUP_VERSION,
                            new Levels((short) 0, NEWEST_GROUP_VERSION),
                            STREAMS_VERSION,
                            new Levels((short) 0, NEWEST_STREAMS_VERSION)));

    /// @param lowest inclusive
    /// @param highest inclusive
    public record Levels(short lowest, short highest) {
        public boolean contain(short level) {
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

    /// Why a node cannot work at a level, as the end of a sentence about it; empty if it can.
    ///
    /// @param supported what the node can do
    public static Optional<String> problem(
            Map<String, Levels> supported, String feature, short level) {
        Levels levels = supported.get(feature);
        if (levels == null) {
            return Optional.of("does not support this feature.");
        }
        return levels.contain(level)
                ? Optional.empty()
                : Optional.of("only supports versions " + levels);
    }

    /// Why a node cannot be in a cluster, as a sentence; empty if it can.
    ///
    /// @param finalized the cluster's levels by feature
    public static Optional<String> problem(
            int nodeId, Map<String, Levels> supported, Map<String, Short> finalized) {
        return finalized.entrySet().stream()
                .flatMap(
                        feature ->
                                problem(supported, feature.getKey(), feature.getValue()).stream()
                                        .map(problem -> sentence(nodeId, feature, problem)))
                .findFirst();
    }

    private static String sentence(int nodeId, Map.Entry<String, Short> feature, String problem) {
        return ("The cluster works at level %d of %s, but node %d %s. Start the node with a version"
                        + " of Zurau that supports it, or change the level first (kafka-features).")
                .formatted(
                        feature.getValue(),
                        feature.getKey(),
                        nodeId,
                        problem.endsWith(".")
                                ? problem.substring(0, problem.length() - 1)
                                : problem);
    }
}
