package io.zurau.coordinator.group.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import io.zurau.protocol.message.StreamsGroupTopologyValue.CopartitionGroup;
import io.zurau.protocol.message.StreamsGroupTopologyValue.Subtopology;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicInfo;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.StreamsInvalidTopologyException;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataImage;
import org.apache.kafka.coordinator.group.streams.StreamsTopology;
import org.apache.kafka.coordinator.group.streams.topics.ConfiguredTopology;
import org.apache.kafka.coordinator.group.streams.topics.InternalTopicManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/// Random topologies resolve as Apache Kafka resolves them.
final class TopologyOracleTest {
    private static final int TOPOLOGIES = 3000;

    /// A few layers, so that each topic is written by a layer before the one that reads it. Numbers
    /// of partitions are fixed for all or none: where they are for some, we differ.
    private static StreamsGroupTopologyValue topology(Random random) {
        int layers = 1 + random.nextInt(3);
        boolean fixed = random.nextInt(3) == 0;
        List<Subtopology> subtopologies = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            List<String> sources =
                    layer == 0 || random.nextBoolean()
                            ? IntStream.range(0, 1 + random.nextInt(2))
                                    .mapToObj(number -> "t" + random.nextInt(4))
                                    .distinct()
                                    .toList()
                            : List.of();
            List<TopicInfo> repartitions = new ArrayList<>();
            if (layer > 0) {
                repartitions.add(topic("r" + layer, fixed ? 2 : 0));
            }
            List<TopicInfo> changelogs =
                    random.nextBoolean() ? List.of(topic("c" + layer, 0)) : List.of();
            subtopologies.add(
                    Subtopology.builder()
                            .subtopologyId("" + layer)
                            .sourceTopics(sources)
                            .repartitionSourceTopics(repartitions)
                            .repartitionSinkTopics(
                                    random.nextInt(8) == 0 ? List.of() : List.of("r" + (layer + 1)))
                            .stateChangelogTopics(changelogs)
                            .copartitionGroups(
                                    random.nextBoolean()
                                            ? List.of(
                                                    CopartitionGroup.builder()
                                                            .sourceTopics(indexes(sources))
                                                            .repartitionSourceTopics(
                                                                    indexes(repartitions))
                                                            .build())
                                            : List.of())
                            .build());
        }
        return StreamsGroupTopologyValue.builder().epoch(1).subtopologies(subtopologies).build();
    }

    private static TopicInfo topic(String name, int partitions) {
        return TopicInfo.builder().name(name).partitions(partitions).build();
    }

    private static List<Short> indexes(List<?> list) {
        return IntStream.range(0, list.size()).mapToObj(index -> (short) index).toList();
    }

    private static Map<String, Integer> topics(Random random) {
        Map<String, Integer> topics = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            if (random.nextInt(20) > 0) {
                topics.put("t" + i, random.nextInt(5) == 0 ? 3 : 2);
            }
            if (random.nextInt(3) == 0) {
                topics.put("r" + i, random.nextInt(5) == 0 ? 3 : 2);
            }
            if (random.nextInt(3) == 0) {
                topics.put("c" + i, random.nextInt(5) == 0 ? 3 : 2);
            }
        }
        return topics;
    }

    private static String ours(StreamsGroupTopologyValue value, Map<String, Integer> topics) {
        return switch (TopologyResolver.resolve(
                Topology.of(value), name -> topics.getOrDefault(name, 0))) {
            case ResolvedTopology.Ready ready -> "ready " + tasks(ready.subtopologies());
            case ResolvedTopology.Incomplete incomplete ->
                    "MISSING_INTERNAL_TOPICS "
                            + incomplete.missing().stream()
                                    .map(topic -> topic.name() + "=" + topic.partitions())
                                    .toList()
                            + tasks(incomplete.subtopologies());
            case ResolvedTopology.Misfit misfit ->
                    misfit.status() + " " + withoutChance(misfit.detail());
            case ResolvedTopology.Invalid invalid -> "invalid: " + invalid.reason();
        };
    }

    /// Of several reasons why topics do not fit, Kafka names any one.
    private static String withoutChance(@Nullable String detail) {
        return String.valueOf(detail).replaceAll("(Existing|Following) topic.*", "…");
    }

    private static Map<String, Integer> tasks(SortedMap<String, ResolvedSubtopology> resolved) {
        Map<String, Integer> tasks = new TreeMap<>();
        resolved.forEach((id, subtopology) -> tasks.put(id, subtopology.tasks()));
        return tasks;
    }

    private static String kafkas(StreamsGroupTopologyValue value, Map<String, Integer> topics) {
        ProtocolWriter out = new ProtocolWriter();
        value.write(out, 0);
        StreamsTopology topology =
                StreamsTopology.fromRecord(
                        new org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue(
                                new ByteBufferAccessor(out.toBuffer()), (short) 0));
        try {
            ConfiguredTopology configured =
                    InternalTopicManager.configureTopics(
                            NOPLogger.NOP_LOGGER,
                            "g",
                            "m",
                            0,
                            topology,
                            image(topics),
                            Time.SYSTEM);
            Map<String, Integer> tasks = new TreeMap<>();
            configured
                    .subtopologies()
                    .ifPresent(all -> all.forEach((id, one) -> tasks.put(id, one.numberOfTasks())));
            if (configured.isReady()) {
                return "ready " + tasks;
            }
            if (configured.internalTopicsToBeCreated().isEmpty()) {
                return configured.topicConfigurationException().orElseThrow().status()
                        + " "
                        + withoutChance(
                                configured
                                        .topicConfigurationException()
                                        .orElseThrow()
                                        .getMessage());
            }
            return "MISSING_INTERNAL_TOPICS "
                    + new TreeMap<>(configured.internalTopicsToBeCreated())
                            .values().stream()
                                    .map(topic -> topic.name() + "=" + topic.numPartitions())
                                    .toList()
                    + tasks;
        } catch (StreamsInvalidTopologyException e) {
            return "invalid: " + e.getMessage();
        }
    }

    /// Only what is asked for of it.
    private static CoordinatorMetadataImage image(Map<String, Integer> topics) {
        return (CoordinatorMetadataImage)
                Proxy.newProxyInstance(
                        TopologyOracleTest.class.getClassLoader(),
                        new Class<?>[] {CoordinatorMetadataImage.class},
                        (proxy, method, arguments) ->
                                Optional.ofNullable(topics.get(arguments[0]))
                                        .map(TopologyOracleTest::metadata));
    }

    private static CoordinatorMetadataImage.TopicMetadata metadata(int partitions) {
        return (CoordinatorMetadataImage.TopicMetadata)
                Proxy.newProxyInstance(
                        TopologyOracleTest.class.getClassLoader(),
                        new Class<?>[] {CoordinatorMetadataImage.TopicMetadata.class},
                        (proxy, method, arguments) -> partitions);
    }

    @Test
    void topologiesResolveAsKafkaResolvesThem() {
        for (int seed = 0; seed < TOPOLOGIES; seed++) {
            Random random = new Random(seed);
            StreamsGroupTopologyValue topology = topology(random);
            Map<String, Integer> topics = topics(random);

            assertThat(ours(topology, topics))
                    .as("seed %d: %s with %s", seed, topology, topics)
                    .isEqualTo(kafkas(topology, topics));
        }
    }
}
