package io.zurau.metadata.config;

import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.Optional;

/// What a topic's settings say about who may lead its partitions.
///
/// @param minInSyncReplicas how many replicas must be in sync for the high watermark to move
/// @param uncleanElection whether a replica may lead that lacks acknowledged records, if no other
///   is left
/// @param durable whether a replica that crashed still has what it acknowledged; not so with
///   `durability=memory`
public record TopicPolicy(int minInSyncReplicas, boolean uncleanElection, boolean durable) {
    private static final String MIN_IN_SYNC = "min.insync.replicas";
    private static final String UNCLEAN = "unclean.leader.election.enable";
    private static final String DURABILITY = "durability";
    private static final String IN_MEMORY = "memory";

    static TopicPolicy of(Settings topic, SettingCatalog topics) {
        return new TopicPolicy(
                text(MIN_IN_SYNC, topic, topics).map(Integer::valueOf).orElse(1),
                text(UNCLEAN, topic, topics).map(Boolean::valueOf).orElse(false),
                !text(DURABILITY, topic, topics).orElse("").equals(IN_MEMORY));
    }

    /// Whether a change of this setting, of a topic or of brokers, can change who may lead.
    public static boolean dependsOn(String key) {
        return key.equals(MIN_IN_SYNC) || key.equals(UNCLEAN);
    }

    private static Optional<String> text(String key, Settings topic, SettingCatalog topics) {
        return topics.find(key).flatMap(topic::text);
    }
}
