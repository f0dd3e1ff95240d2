package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import io.zurau.protocol.message.StreamsGroupTopologyValue.CopartitionGroup;
import io.zurau.protocol.message.StreamsGroupTopologyValue.Subtopology;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicConfig;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a Kafka Streams application is made of, as its members say.
///
/// @param epoch counts the application's topologies
/// @param subtopologies by their ids
record Topology(int epoch, SortedMap<String, Subtopology> subtopologies) {
    Topology {
        subtopologies = Collections.unmodifiableSortedMap(subtopologies);
    }

    static Topology of(StreamsGroupTopologyValue value) {
        SortedMap<String, Subtopology> byId = new TreeMap<>();
        value.subtopologies()
                .forEach(subtopology -> byId.put(subtopology.subtopologyId(), subtopology));
        return new Topology(value.epoch(), byId);
    }

    /// All topics that must exist before a task can run.
    NavigableSet<String> requiredTopics() {
        NavigableSet<String> topics = new TreeSet<>();
        for (Subtopology subtopology : subtopologies.values()) {
            topics.addAll(sources(subtopology));
            subtopology.stateChangelogTopics().forEach(changelog -> topics.add(changelog.name()));
        }
        return topics;
    }

    /// What the subtopology reads, repartitioned streams included.
    static NavigableSet<String> sources(Subtopology subtopology) {
        NavigableSet<String> topics = new TreeSet<>(subtopology.sourceTopics());
        subtopology.repartitionSourceTopics().forEach(source -> topics.add(source.name()));
        return topics;
    }

    /// The subtopology that reads the topic.
    Optional<String> readerOf(String topic) {
        return subtopologies.values().stream()
                .filter(subtopology -> sources(subtopology).contains(topic))
                .map(Subtopology::subtopologyId)
                .findFirst();
    }

    /// The record of a topology that a member sent.
    static StreamsGroupTopologyValue stored(StreamsGroupHeartbeatRequest.Topology sent) {
        return StreamsGroupTopologyValue.builder()
                .epoch(sent.epoch())
                .subtopologies(sent.subtopologies().stream().map(Topology::stored).toList())
                .build();
    }

    private static Subtopology stored(StreamsGroupHeartbeatRequest.Subtopology sent) {
        return Subtopology.builder()
                .subtopologyId(sent.subtopologyId())
                .sourceTopics(sent.sourceTopics())
                .sourceTopicRegex(sent.sourceTopicRegex())
                .repartitionSinkTopics(sent.repartitionSinkTopics())
                .repartitionSourceTopics(topics(sent.repartitionSourceTopics()))
                .stateChangelogTopics(topics(sent.stateChangelogTopics()))
                .copartitionGroups(
                        sent.copartitionGroups().stream()
                                .map(
                                        group ->
                                                CopartitionGroup.builder()
                                                        .sourceTopics(group.sourceTopics())
                                                        .sourceTopicRegex(group.sourceTopicRegex())
                                                        .repartitionSourceTopics(
                                                                group.repartitionSourceTopics())
                                                        .build())
                                .toList())
                .build();
    }

    private static List<TopicInfo> topics(List<StreamsGroupHeartbeatRequest.TopicInfo> sent) {
        return sent.stream()
                .map(
                        topic ->
                                TopicInfo.builder()
                                        .name(topic.name())
                                        .partitions(topic.partitions())
                                        .replicationFactor(topic.replicationFactor())
                                        .topicConfigs(
                                                topic.topicConfigs().stream()
                                                        .map(
                                                                config ->
                                                                        TopicConfig.builder()
                                                                                .key(config.key())
                                                                                .value(
                                                                                        config
                                                                                                .value())
                                                                                .build())
                                                        .toList())
                                        .build())
                .toList();
    }

    /// Why no topics whatever could make this topology valid; null if some could.
    ///
    /// Differs from Kafka: it answers UNKNOWN_SERVER_ERROR to ids that come twice and to indexes
    /// that point to nothing.
    static @Nullable String fault(StreamsGroupTopologyValue value) {
        if (value.epoch() < 0) {
            return "Topology epoch must be non-negative.";
        }
        Set<String> ids = new HashSet<>();
        for (Subtopology subtopology : value.subtopologies()) {
            String fault =
                    ids.add(subtopology.subtopologyId())
                            ? fault(subtopology)
                            : "Subtopology %s is there twice."
                                    .formatted(subtopology.subtopologyId());
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static @Nullable String fault(Subtopology subtopology) {
        for (TopicInfo changelog : subtopology.stateChangelogTopics()) {
            if (changelog.partitions() != 0) {
                return ("Changelog topic %s must have an undefined partition count, but it is set"
                                + " to %d.")
                        .formatted(changelog.name(), changelog.partitions());
            }
        }
        for (TopicInfo source : subtopology.repartitionSourceTopics()) {
            if (source.partitions() < 0) {
                return "Repartition topic %s cannot have %d partitions."
                        .formatted(source.name(), source.partitions());
            }
        }
        for (CopartitionGroup group : subtopology.copartitionGroups()) {
            if (!within(group.sourceTopics(), subtopology.sourceTopics())
                    || !within(
                            group.repartitionSourceTopics(),
                            subtopology.repartitionSourceTopics())) {
                return "A copartition group of subtopology %s names a topic that is not there."
                        .formatted(subtopology.subtopologyId());
            }
        }
        return null;
    }

    private static boolean within(List<Short> indexes, List<?> list) {
        return indexes.stream().allMatch(index -> index >= 0 && index < list.size());
    }
}
