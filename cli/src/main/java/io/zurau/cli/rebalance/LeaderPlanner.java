package io.zurau.cli.rebalance;

import io.zurau.cli.rebalance.Assignment.Placed;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Chooses which replica of each partition comes first and so leads, by as few changes as it takes.
///
/// A node with too many leaders hands one to a node that holds a replica of it, which may hand on
/// one of its own, until it reaches a node with fewer. When no such chain is left, nobody could
/// have done better.
final class LeaderPlanner {
    private final Assignment assignment;
    private final Map<Integer, SortedSet<Placed>> led = new TreeMap<>();

    LeaderPlanner(Assignment assignment) {
        this.assignment = assignment;
        assignment.nodes().forEach(node -> led.put(node, new TreeSet<>()));
        assignment.partitions().forEach(p -> led(p.preferred()).add(p));
    }

    void even() {
        while (improve()) {
            // Once more, as long as there is a chain.
        }
    }

    private boolean improve() {
        List<Integer> busiest =
                assignment.nodes().stream()
                        .sorted(
                                Comparator.comparingInt((Integer node) -> -led(node).size())
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        return busiest.stream().anyMatch(this::relieve);
    }

    private boolean relieve(int node) {
        Map<Integer, Placed> handed = new HashMap<>(); // What each reached node would be handed.
        Queue<Integer> reached = new ArrayDeque<>(List.of(node));
        while (!reached.isEmpty()) {
            for (Placed partition : led(reached.remove())) {
                for (int other : partition.replicas()) {
                    if (other != node && handed.putIfAbsent(other, partition) == null) {
                        reached.add(other);
                    }
                }
            }
        }
        Optional<Integer> idlest =
                handed.keySet().stream()
                        .filter(other -> led(node).size() - led(other).size() >= 2)
                        .min(
                                Comparator.comparingInt((Integer other) -> led(other).size())
                                        .thenComparing(Comparator.naturalOrder()));
        idlest.ifPresent(last -> handOn(node, last, handed));
        return idlest.isPresent();
    }

    /// From the last of the chain back to its first.
    private void handOn(int first, int last, Map<Integer, Placed> handed) {
        for (int to = last; to != first; ) {
            Placed partition = handed.get(to);
            if (partition == null) {
                throw new IllegalStateException("The chain to node " + to + " is broken.");
            }
            int from = partition.preferred();
            led(from).remove(partition);
            led(to).add(partition);
            partition.prefer(to);
            to = from;
        }
    }

    private SortedSet<Placed> led(int node) {
        SortedSet<Placed> its = led.get(node);
        if (its == null) {
            throw new IllegalArgumentException("Node " + node + " leads nothing.");
        }
        return its;
    }
}
