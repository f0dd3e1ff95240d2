package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.kind.Topics;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.Endpoint;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.EndpointToPartitions;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Tells members where the state of which partitions can be asked for (interactive queries).
final class EndpointPartitions {
    private EndpointPartitions() {}

    /// One entry for each member that serves.
    static List<EndpointToPartitions> of(
            Collection<StreamsMember> members, Resolution resolution, Topics topics) {
        List<EndpointToPartitions> all = new ArrayList<>();
        for (StreamsMember member : members) {
            if (member.metadata().userEndpoint() != null) {
                HeldTasks held = member.progress().held();
                NavigableSet<TaskId> following = new TreeSet<>(held.standby());
                following.addAll(held.warmup());
                all.add(
                        EndpointToPartitions.builder()
                                .userEndpoint(
                                        Endpoint.builder()
                                                .host(member.metadata().userEndpoint().host())
                                                .port(member.metadata().userEndpoint().port())
                                                .build())
                                .activePartitions(
                                        partitions(held.active().keySet(), resolution, topics))
                                .standbyPartitions(partitions(following, resolution, topics))
                                .build());
            }
        }
        return all;
    }

    /// Of all topics that the tasks read.
    private static List<TopicPartition> partitions(
            Collection<TaskId> tasks, Resolution resolution, Topics topics) {
        List<TopicPartition> all = new ArrayList<>();
        TaskId.listed(
                tasks,
                (id, numbers) -> {
                    ResolvedSubtopology subtopology = resolution.subtopologies().get(id);
                    if (subtopology != null) {
                        for (String topic : Topology.sources(subtopology.declared())) {
                            int size =
                                    topics.named(topic)
                                            .map(image -> image.partitions().size())
                                            .orElse(0);
                            List<Integer> its =
                                    numbers.stream().filter(number -> number < size).toList();
                            if (!its.isEmpty()) {
                                all.add(
                                        TopicPartition.builder()
                                                .topic(topic)
                                                .partitions(its)
                                                .build());
                            }
                        }
                    }
                    return id;
                });
        return all;
    }
}
