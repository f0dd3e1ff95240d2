package io.zurau.coordinator.group.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.message.StreamsGroupTopologyValue;
import io.zurau.protocol.message.StreamsGroupTopologyValue.CopartitionGroup;
import io.zurau.protocol.message.StreamsGroupTopologyValue.Subtopology;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicConfig;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TopologyResolverTest {
    private static Topology topology(Subtopology... subtopologies) {
        StreamsGroupTopologyValue value =
                StreamsGroupTopologyValue.builder()
                        .epoch(1)
                        .subtopologies(List.of(subtopologies))
                        .build();
        assertThat(Topology.fault(value)).isNull();
        return Topology.of(value);
    }

    private static Subtopology.Builder subtopology(String id, String... sources) {
        return Subtopology.builder().subtopologyId(id).sourceTopics(List.of(sources));
    }

    private static TopicInfo topic(String name, int partitions) {
        return TopicInfo.builder().name(name).partitions(partitions).build();
    }

    /// Of all sources and all repartition sources.
    private static List<CopartitionGroup> together(int sources, int repartitionSources) {
        return List.of(
                CopartitionGroup.builder()
                        .sourceTopics(indexes(sources))
                        .repartitionSourceTopics(indexes(repartitionSources))
                        .build());
    }

    private static List<Short> indexes(int count) {
        return IntStream.range(0, count).mapToObj(index -> (short) index).toList();
    }

    private static ResolvedTopology resolve(Topology topology, Map<String, Integer> existing) {
        return TopologyResolver.resolve(topology, name -> existing.getOrDefault(name, 0));
    }

    /// Counts orders by region: a repartition topic between two subtopologies, and a changelog.
    private static final Topology COUNTING =
            topology(
                    subtopology("0", "orders").repartitionSinkTopics(List.of("regions")).build(),
                    subtopology("1")
                            .repartitionSourceTopics(List.of(topic("regions", 0)))
                            .stateChangelogTopics(
                                    List.of(
                                            TopicInfo.builder()
                                                    .name("counts-changelog")
                                                    .replicationFactor((short) 2)
                                                    .topicConfigs(
                                                            List.of(
                                                                    TopicConfig.builder()
                                                                            .key("cleanup.policy")
                                                                            .value("compact")
                                                                            .build()))
                                                    .build()))
                            .build());

    @Test
    void internalTopicsAreAsLargeAsWhatTheyAreMadeFrom() {
        ResolvedTopology resolved = resolve(COUNTING, Map.of("orders", 4));

        assertThat(resolved).isInstanceOf(ResolvedTopology.Incomplete.class);
        ResolvedTopology.Incomplete incomplete = (ResolvedTopology.Incomplete) resolved;
        assertThat(incomplete.missing())
                .extracting(InternalTopic::toString)
                .containsExactly(
                        "InternalTopic[name=counts-changelog, partitions=4, replicationFactor=2,"
                                + " settings={cleanup.policy=compact}]",
                        "InternalTopic[name=regions, partitions=4, replicationFactor=0,"
                                + " settings={}]");
        assertThat(incomplete.subtopologies().values())
                .extracting(ResolvedSubtopology::tasks)
                .containsExactly(4, 4);
    }

    @Test
    void aTopologyIsReadyOnceItsTopicsAreThere() {
        ResolvedTopology resolved =
                resolve(COUNTING, Map.of("orders", 4, "regions", 4, "counts-changelog", 4));

        assertThat(resolved).isInstanceOf(ResolvedTopology.Ready.class);
        assertThat(((ResolvedTopology.Ready) resolved).subtopologies().values())
                .extracting(ResolvedSubtopology::isStateful)
                .containsExactly(false, true);
    }

    @Test
    void aChangelogOfAnotherSizeDoesNotFit() {
        assertThat(resolve(COUNTING, Map.of("orders", 4, "regions", 4, "counts-changelog", 3)))
                .isEqualTo(
                        new ResolvedTopology.Misfit(
                                GroupStatus.INCORRECTLY_PARTITIONED_TOPICS,
                                "Existing topic counts-changelog has different number of partitions:"
                                        + " expected 4, found 3"));
    }

    @Test
    void missingSourcesAreNamed() {
        Topology topology = topology(subtopology("0", "e", "d", "c", "b", "a").build());

        assertThat(resolve(topology, Map.of("b", 1)))
                .isEqualTo(
                        new ResolvedTopology.Misfit(
                                GroupStatus.MISSING_SOURCE_TOPICS,
                                "Source topics a, c, d and 1 additional topics are missing."));
    }

    @Test
    void joinedSourcesMustBeOfOneSize() {
        Topology topology =
                topology(subtopology("0", "a", "b").copartitionGroups(together(2, 0)).build());

        assertThat(resolve(topology, Map.of("a", 3, "b", 3)))
                .isInstanceOf(ResolvedTopology.Ready.class);
        assertThat(resolve(topology, Map.of("a", 3, "b", 2)))
                .isEqualTo(
                        new ResolvedTopology.Misfit(
                                GroupStatus.INCORRECTLY_PARTITIONED_TOPICS,
                                "Following topics do not have the same number of partitions:"
                                        + " [{a=3, b=2}]"));
    }

    @Test
    void aRepartitionedStreamFollowsTheTopicThatItIsJoinedWith() {
        Topology topology =
                topology(
                        subtopology("0", "a").repartitionSinkTopics(List.of("r")).build(),
                        subtopology("1", "b")
                                .repartitionSourceTopics(List.of(topic("r", 0)))
                                .copartitionGroups(together(1, 1))
                                .build());

        ResolvedTopology resolved = resolve(topology, Map.of("a", 2, "b", 5));

        assertThat(((ResolvedTopology.Incomplete) resolved).missing())
                .containsExactly(InternalTopic.of(topic("r", 0), 5));
    }

    @Test
    void numbersThatTheApplicationFixesAreOnlyComparedWithinAGroup() {
        Topology topology =
                topology(
                        subtopology("0", "a").repartitionSinkTopics(List.of("r", "s")).build(),
                        subtopology("1")
                                .repartitionSourceTopics(List.of(topic("r", 2)))
                                .copartitionGroups(together(0, 1))
                                .build(),
                        subtopology("2")
                                .repartitionSourceTopics(List.of(topic("s", 3)))
                                .copartitionGroups(together(0, 1))
                                .build());

        ResolvedTopology resolved = resolve(topology, Map.of("a", 1));

        assertThat(((ResolvedTopology.Incomplete) resolved).missing())
                .extracting(InternalTopic::partitions)
                .containsExactly(2, 3);
    }

    @Test
    void whatCanNeverWorkIsInvalid() {
        Topology loop =
                topology(
                        subtopology("0")
                                .repartitionSourceTopics(List.of(topic("r", 0)))
                                .repartitionSinkTopics(List.of("r"))
                                .build());
        Topology unused =
                topology(
                        subtopology("0", "a")
                                .repartitionSourceTopics(List.of(topic("r", 0)))
                                .build());
        Topology empty = topology(subtopology("0").build());

        assertThat(Stream.of(loop, unused, empty).map(one -> resolve(one, Map.of("a", 1))))
                .allMatch(ResolvedTopology.Invalid.class::isInstance);
    }

    @Test
    void faultsAreNamed() {
        assertThat(
                        Stream.of(
                                        List.of(
                                                subtopology("0", "a").build(),
                                                subtopology("0", "b").build()),
                                        List.of(
                                                subtopology("0", "a")
                                                        .stateChangelogTopics(
                                                                List.of(topic("c", 3)))
                                                        .build()),
                                        List.of(
                                                subtopology("0", "a")
                                                        .repartitionSourceTopics(
                                                                List.of(topic("r", -1)))
                                                        .build()),
                                        List.of(
                                                subtopology("0", "a")
                                                        .copartitionGroups(together(2, 0))
                                                        .build()))
                                .map(
                                        subtopologies ->
                                                Topology.fault(
                                                        StreamsGroupTopologyValue.builder()
                                                                .subtopologies(subtopologies)
                                                                .build())))
                .containsExactly(
                        "Subtopology 0 is there twice.",
                        "Changelog topic c must have an undefined partition count, but it is set"
                                + " to 3.",
                        "Repartition topic r cannot have -1 partitions.",
                        "A copartition group of subtopology 0 names a topic that is not there.");
    }
}
