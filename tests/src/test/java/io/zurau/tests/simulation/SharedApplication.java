package io.zurau.tests.simulation;

import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Subtopology;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TopicInfo;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Topology;
import io.zurau.tests.simulation.SharingMember.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What the members of a streams group run. Its last subtopology has state, in a changelog; if
/// there is one before it, that one passes everything on through a topic between the two. The
/// broker makes both topics.
///
/// @param partitions of the topic that it reads, and so tasks of each subtopology
/// @param standbys how many are asked for of each task that has state
record SharedApplication(
        String topic, int partitions, boolean twoSubtopologies, int standbys, short replicas) {
    private static final String FIRST = "0";
    private static final String SECOND = "1";
    private static final String BETWEEN = "shared-repartition";
    private static final String CHANGELOG = "shared-changelog";

    Topology topology() {
        Subtopology.Builder first =
                Subtopology.builder().subtopologyId(FIRST).sourceTopics(List.of(topic));
        if (!twoSubtopologies) {
            return topology(first.stateChangelogTopics(List.of(internal(CHANGELOG))).build());
        }
        return topology(
                first.repartitionSinkTopics(List.of(BETWEEN)).build(),
                Subtopology.builder()
                        .subtopologyId(SECOND)
                        .repartitionSourceTopics(List.of(internal(BETWEEN)))
                        .stateChangelogTopics(List.of(internal(CHANGELOG)))
                        .build());
    }

    private static Topology topology(Subtopology... subtopologies) {
        return Topology.builder().epoch(1).subtopologies(List.of(subtopologies)).build();
    }

    private TopicInfo internal(String name) {
        return TopicInfo.builder().name(name).replicationFactor(replicas).build();
    }

    List<Piece> tasks() {
        List<Piece> tasks = new ArrayList<>(tasks(FIRST));
        if (twoSubtopologies) {
            tasks.addAll(tasks(SECOND));
        }
        return tasks;
    }

    List<Piece> tasksWithState() {
        return tasks(twoSubtopologies ? SECOND : FIRST);
    }

    boolean hasState(Piece task) {
        return task.of().equals(twoSubtopologies ? SECOND : FIRST);
    }

    private List<Piece> tasks(String subtopology) {
        return IntStream.range(0, partitions)
                .mapToObj(number -> new Piece(subtopology, number))
                .toList();
    }
}
