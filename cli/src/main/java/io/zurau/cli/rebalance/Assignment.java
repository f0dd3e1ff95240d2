package io.zurau.cli.rebalance;

import io.zurau.cli.rebalance.Plan.Load;
import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who holds what, while a plan is being made. All iteration is in the order of ids and names.
///
/// Owned by the [Planner] that made it.
final class Assignment {
    /// One partition on its way.
    static final class Placed implements Comparable<Placed> {
        private final Partition now;
        private final List<Integer> replicas; // The preferred leader first.

        private Placed(Partition now) {
            this.now = now;
            this.replicas = new ArrayList<>(now.replicas());
        }

        Partition now() {
            return now;
        }

        List<Integer> replicas() {
            return replicas;
        }

        int preferred() {
            return replicas.getFirst();
        }

        long bytes() {
            return now.bytes();
        }

        /// Whether a node gets it only by this plan, so that another could as well.
        boolean isNewOn(int node) {
            return !now.replicas().contains(node);
        }

        void prefer(int node) {
            replicas.removeIf(id -> id == node);
            replicas.addFirst(node);
        }

        @Override
        public int compareTo(Placed other) {
            return now.name().compareTo(other.now.name());
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return now.name().hashCode();
        }
    }

    private final List<Integer> nodes; // Sorted.
    private final Map<Integer, String> racks = new HashMap<>(); // Of each node.
    private final Map<Integer, SortedSet<Placed>> held = new HashMap<>();
    private final Map<Integer, Long> bytes = new HashMap<>();
    private final List<Placed> partitions = new ArrayList<>();
    private final int rackCount;

    /// @param nodes that may hold replicas; those on others are to be moved away
    Assignment(Collection<Node> nodes, Collection<Partition> partitions) {
        this.nodes = nodes.stream().map(Node::id).sorted().toList();
        for (Node node : nodes) {
            racks.put(node.id(), node.rackOrItself());
            held.put(node.id(), new TreeSet<>());
            bytes.put(node.id(), 0L);
        }
        this.rackCount = (int) racks.values().stream().distinct().count();
        partitions.stream()
                .sorted(Comparator.comparing(Partition::name))
                .map(Placed::new)
                .forEach(this.partitions::add);
        for (Placed partition : this.partitions) {
            partition.replicas().stream()
                    .filter(this::isNode)
                    .forEach(node -> hold(node, partition));
        }
    }

    private void hold(int node, Placed partition) {
        held(node).add(partition);
        bytes.merge(node, partition.bytes(), Long::sum);
    }

    boolean isNode(int id) {
        return racks.containsKey(id);
    }

    List<Integer> nodes() {
        return nodes;
    }

    List<Placed> partitions() {
        return partitions;
    }

    SortedSet<Placed> held(int node) {
        SortedSet<Placed> its = held.get(node);
        if (its == null) {
            throw new IllegalArgumentException("Node " + node + " holds no replicas.");
        }
        return its;
    }

    int count(int node) {
        return held(node).size();
    }

    long bytes(int node) {
        return bytes.getOrDefault(node, 0L);
    }

    /// How many racks a partition could be in.
    int mostRacks(Placed partition) {
        return Math.min(rackCount, partition.replicas().size());
    }

    int racks(Placed partition) {
        return (int)
                partition.replicas().stream()
                        .map(racks::get)
                        .filter(Objects::nonNull)
                        .distinct()
                        .count();
    }

    /// How many racks more it would be in with one replica somewhere else; -1 if one fewer.
    int rackGain(Placed partition, int from, int to) {
        int lost = isNode(from) && !isInRackOf(from, partition, from) ? 1 : 0;
        int won = isInRackOf(to, partition, from) ? 0 : 1;
        return won - lost;
    }

    /// Whether a partition has a replica in a node's rack, but for the one on `except`.
    private boolean isInRackOf(int node, Placed partition, int except) {
        String rack = racks.get(node);
        for (int replica : partition.replicas()) {
            if (replica != except && Objects.equals(racks.get(replica), rack)) {
                return true;
            }
        }
        return false;
    }

    /// Whether one replica can go from a node to another and leave the partition in as many racks.
    boolean canMove(Placed partition, int from, int to) {
        return !partition.replicas().contains(to) && rackGain(partition, from, to) >= 0;
    }

    /// The newcomer takes the place in the order, so it leads if the other one did.
    void move(Placed partition, int from, int to) {
        partition.replicas().set(partition.replicas().indexOf(from), to);
        if (isNode(from)) {
            held(from).remove(partition);
            bytes.merge(from, -partition.bytes(), Long::sum);
        }
        hold(to, partition);
    }

    Plan plan() {
        List<Plan.Move> moves = new ArrayList<>();
        List<TopicPartition> elections = new ArrayList<>();
        SortedMap<Integer, Load> before = new TreeMap<>();
        SortedMap<Integer, Load> after = new TreeMap<>();
        nodes.forEach(node -> add(before, node, 0, 0, 0));
        for (Placed partition : partitions) {
            Partition now = partition.now();
            List<Integer> replicas = List.copyOf(partition.replicas());
            now.replicas().forEach(node -> add(before, node, 1, 0, now.bytes()));
            replicas.forEach(node -> add(after, node, 1, 0, now.bytes()));
            if (now.leader() >= 0) {
                add(before, now.leader(), 0, 1, 0);
            }
            add(after, replicas.getFirst(), 0, 1, 0);
            if (!replicas.equals(now.replicas())) {
                moves.add(new Plan.Move(now.name(), now.replicas(), replicas, now.bytes()));
            }
            if (replicas.getFirst() != now.leader()) {
                elections.add(now.name());
            }
        }
        before.keySet().forEach(node -> add(after, node, 0, 0, 0));
        return new Plan(moves, elections, before, after);
    }

    private static void add(
            Map<Integer, Load> loads, int node, int replicas, int leaders, long bytes) {
        loads.merge(
                node,
                new Load(replicas, leaders, bytes),
                (a, b) ->
                        new Load(
                                a.replicas() + b.replicas(),
                                a.leaders() + b.leaders(),
                                a.bytes() + b.bytes()));
    }
}
