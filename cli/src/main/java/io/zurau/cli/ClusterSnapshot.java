package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.ClusterDescription;
import io.zurau.client.Reassignment;
import io.zurau.protocol.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What the nodes of a cluster told at about the same moment.
///
/// @param bytes of each replica, by node; a node that did not answer is missing
/// @param endOffsets of each replica, exclusive, likewise
/// @param minInSync `min.insync.replicas` of each topic
/// @param rates of the throttle of moves, of each node that was given any
record ClusterSnapshot(
        ClusterDescription cluster,
        SortedMap<TopicPartition, Admin.Partition> partitions,
        SortedMap<String, Integer> minInSync,
        List<Reassignment> reassignments,
        SortedMap<Integer, SortedMap<TopicPartition, Long>> bytes,
        SortedMap<Integer, SortedMap<TopicPartition, Long>> endOffsets,
        SortedMap<Integer, Throttle.Rates> rates) {

    static ClusterSnapshot take(Admin admin) {
        ClusterDescription cluster = admin.describeCluster();
        SortedMap<TopicPartition, Admin.Partition> partitions = new TreeMap<>();
        Set<String> topics = new TreeSet<>();
        for (Admin.Topic topic : admin.topics()) {
            topics.add(topic.name());
            topic.partitions()
                    .forEach(p -> partitions.put(new TopicPartition(topic.name(), p.number()), p));
        }
        SortedMap<String, Integer> minInSync = new TreeMap<>();
        admin.settingOf(topics, "min.insync.replicas")
                .forEach((topic, value) -> minInSync.put(topic, Integer.valueOf(value)));
        List<Reassignment> reassignments = admin.reassignments();
        ClusterSnapshot snapshot =
                new ClusterSnapshot(
                        cluster,
                        partitions,
                        minInSync,
                        reassignments,
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>());
        // Leaders first: a follower that keeps up then has all that its leader had.
        snapshot.ask(
                node -> {
                    snapshot.bytes.put(node.id(), admin.bytesOn(node.address()));
                    snapshot.askEnds(admin, node, p -> p.leader() == node.id());
                    snapshot.askRates(admin, node);
                });
        snapshot.ask(
                node ->
                        snapshot.askEnds(
                                admin,
                                node,
                                p -> p.leader() != node.id() && p.replicas().contains(node.id())));
        return snapshot;
    }

    /// Goes to each node that should be there.
    private void ask(Consumer<ClusterDescription.Node> question) {
        for (ClusterDescription.Node node : cluster.nodes()) {
            if (node.fenced()) {
                continue;
            }
            try {
                question.accept(node);
            } catch (ClientFailure e) {
                System.err.println("zurau: Node " + node.id() + " told nothing: " + e.getMessage());
            }
        }
    }

    private void askEnds(
            Admin admin, ClusterDescription.Node node, Predicate<Admin.Partition> which) {
        Set<TopicPartition> names = new TreeSet<>();
        partitions.forEach(
                (name, partition) -> {
                    if (which.test(partition)) {
                        names.add(name);
                    }
                });
        endOffsets
                .computeIfAbsent(node.id(), _ -> new TreeMap<>())
                .putAll(admin.endOffsetsOn(node.address(), names));
    }

    private void askRates(Admin admin, ClusterDescription.Node node) {
        Map<String, String> settings = admin.settingsOf(node, Throttle.RATES);
        if (!settings.isEmpty()) {
            rates.put(node.id(), Throttle.Rates.of(settings));
        }
    }

    /// How many bytes a whole replica of a partition has: as many as the largest.
    long bytesOf(TopicPartition partition) {
        return bytes.values().stream()
                .mapToLong(onNode -> onNode.getOrDefault(partition, 0L))
                .max()
                .orElse(0);
    }

    /// How many records each replica lacks; those that are not known are missing.
    SortedMap<Integer, Long> lags(TopicPartition name, Admin.Partition partition) {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        for (int replica : partition.replicas()) {
            SortedMap<TopicPartition, Long> onNode = endOffsets.get(replica);
            Long end = onNode == null ? null : onNode.get(name);
            if (end != null) {
                ends.put(replica, end);
            }
        }
        Long leaders = ends.get(partition.leader());
        if (leaders == null) {
            return new TreeMap<>();
        }
        ends.replaceAll((replica, end) -> Math.max(0, leaders - end));
        return ends;
    }
}
