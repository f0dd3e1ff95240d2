package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.ClusterDescription;
import io.zurau.client.Reassignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What `zurau cluster describe` tells: how the partitions lie on the nodes, and which are in need.
///
/// @param nodes by id; one that replicas name but nobody knows is among them, without an address
/// @param inNeed partitions without a leader or with replicas out of sync, by topic and number
record ClusterReport(
        String clusterId,
        int controllerId,
        List<NodeLine> nodes,
        List<InNeed> inNeed,
        List<Reassignment> reassignments) {

    /// One node.
    ///
    /// @param address empty if the brokers do not know it
    /// @param rack empty if it has none
    /// @param outOfSync how many of its replicas are not in sync
    record NodeLine(
            int id,
            String address,
            String rack,
            State state,
            int leaders,
            int replicas,
            int outOfSync) {}

    /// What a node is to the others.
    enum State {
        ACTIVE,
        FENCED,
        /// It has replicas, but is not registered.
        UNKNOWN
    }

    /// A partition that is not as it should be.
    record InNeed(String topic, Admin.Partition partition) {
        String problem() {
            return partition.leader() < 0 ? "no leader" : "under-replicated";
        }
    }

    static ClusterReport of(
            ClusterDescription cluster,
            List<Admin.Topic> topics,
            List<Reassignment> reassignments) {
        Map<Integer, Integer> leaders = new TreeMap<>();
        Map<Integer, Integer> replicas = new TreeMap<>();
        Map<Integer, Integer> outOfSync = new TreeMap<>();
        List<InNeed> inNeed = new ArrayList<>();
        for (Admin.Topic topic : topics) {
            for (Admin.Partition partition : topic.partitions()) {
                if (partition.leader() >= 0) {
                    leaders.merge(partition.leader(), 1, Integer::sum);
                }
                for (int replica : partition.replicas()) {
                    replicas.merge(replica, 1, Integer::sum);
                    if (!partition.isr().contains(replica)) {
                        outOfSync.merge(replica, 1, Integer::sum);
                    }
                }
                if (partition.leader() < 0 || !partition.isr().containsAll(partition.replicas())) {
                    inNeed.add(new InNeed(topic.name(), partition));
                }
            }
        }
        Map<Integer, ClusterDescription.Node> known = new TreeMap<>();
        cluster.nodes().forEach(node -> known.put(node.id(), node));
        Set<Integer> ids = new TreeSet<>(known.keySet());
        ids.addAll(replicas.keySet());
        List<NodeLine> nodes = new ArrayList<>();
        for (int id : ids) {
            ClusterDescription.Node node = known.get(id);
            String rack = node == null ? null : node.rack();
            nodes.add(
                    new NodeLine(
                            id,
                            node == null ? "" : node.address().toString(),
                            rack == null ? "" : rack,
                            state(node),
                            leaders.getOrDefault(id, 0),
                            replicas.getOrDefault(id, 0),
                            outOfSync.getOrDefault(id, 0)));
        }
        return new ClusterReport(
                cluster.clusterId(),
                cluster.controllerId(),
                List.copyOf(nodes),
                List.copyOf(inNeed),
                reassignments);
    }

    private static State state(ClusterDescription.@Nullable Node node) {
        if (node == null) {
            return State.UNKNOWN;
        }
        return node.fenced() ? State.FENCED : State.ACTIVE;
    }
}
