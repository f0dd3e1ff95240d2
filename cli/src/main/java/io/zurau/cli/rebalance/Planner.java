package io.zurau.cli.rebalance;

import io.zurau.cli.rebalance.Assignment.Placed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes a plan by which every node has as many replicas, as many leaders and about as many bytes
/// as the others.
///
/// In this order, and what comes later undoes nothing of what came before:
///
/// 1. No replica stays on a node that shall have none.
/// 2. Every partition is in as many racks as it can be.
/// 3. The numbers of replicas differ by one at most, as far as racks allow. Of the replicas that
///    could move, one goes whose size evens out the bytes, too.
/// 4. Where bytes differ from their mean by more than a tenth, replicas are exchanged.
/// 5. The numbers of preferred leaders differ by one at most, as far as replicas allow. That moves
///    no bytes.
///
/// Each step takes what helps at once and is as far as it can get when nothing does (each makes a
/// sum of squares smaller, so it ends). So a plan is good, not the best there is; and after it was
/// carried out, the next one is empty.
public final class Planner {
    private static final double UNEVEN_BYTES = 0.1; // Of the mean.
    private static final int LEAST_GAIN = 100; // The mean divided by this; less is not worth it.

    private final Assignment assignment;

    private Planner(Assignment assignment) {
        this.assignment = assignment;
    }

    /// @param nodes that may hold replicas; what others have moves to them
    /// @throws IllegalArgumentException with a sentence, if there are too few nodes for the
    ///   replicas of a partition
    public static Plan plan(Collection<Node> nodes, Collection<Partition> partitions) {
        for (Partition partition : partitions) {
            if (partition.replicas().size() > nodes.size()) {
                throw new IllegalArgumentException(
                        "%s has %d replicas, but only %d nodes are left to hold them."
                                .formatted(
                                        partition.name(),
                                        partition.replicas().size(),
                                        nodes.size()));
            }
        }
        Planner planner = new Planner(new Assignment(nodes, partitions));
        planner.leaveOtherNodes();
        planner.spreadOverRacks();
        while (planner.evenReplicas() || planner.evenBytes()) {
            // An exchange may have made room for a move.
        }
        new LeaderPlanner(planner.assignment).even();
        return planner.assignment.plan();
    }

    private void leaveOtherNodes() {
        for (Placed partition : assignment.partitions()) {
            for (int from : List.copyOf(partition.replicas())) {
                if (!assignment.isNode(from)) {
                    assignment.move(partition, from, bestTarget(partition, from));
                }
            }
        }
    }

    private void spreadOverRacks() {
        for (Placed partition : assignment.partitions()) {
            while (assignment.racks(partition) < assignment.mostRacks(partition)) {
                int from =
                        partition.replicas().stream()
                                .filter(node -> mayGainRack(partition, node))
                                .max(
                                        Comparator.comparingInt(assignment::count)
                                                .thenComparingLong(assignment::bytes)
                                                .thenComparing(Comparator.naturalOrder()))
                                .orElseThrow();
                assignment.move(partition, from, bestTarget(partition, from));
            }
        }
    }

    private boolean mayGainRack(Placed partition, int from) {
        return targets(partition).anyMatch(to -> assignment.rackGain(partition, from, to) > 0);
    }

    /// In most racks, then with the fewest replicas and bytes.
    private int bestTarget(Placed partition, int from) {
        return targets(partition)
                .min(
                        Comparator.comparingInt(
                                        (Integer to) -> -assignment.rackGain(partition, from, to))
                                .thenComparingInt(assignment::count)
                                .thenComparingLong(assignment::bytes)
                                .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private Stream<Integer> targets(Placed partition) {
        return assignment.nodes().stream().filter(node -> !partition.replicas().contains(node));
    }

    /// @return whether anything was moved
    private boolean evenReplicas() {
        boolean moved = false;
        while (evenTwoNodes()) {
            moved = true;
        }
        return moved;
    }

    private boolean evenTwoNodes() {
        List<Integer> fullest = sorted(Comparator.comparingInt(node -> -assignment.count(node)));
        List<Integer> emptiest = sorted(Comparator.comparingInt(assignment::count));
        for (int from : fullest) {
            for (int to : emptiest) {
                if (assignment.count(from) - assignment.count(to) < 2) {
                    break;
                }
                if (moveSome(from, to) || moveOneEach(from, to)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Integer> sorted(Comparator<Integer> order) {
        return assignment.nodes().stream()
                .sorted(order.thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /// As many as both can do with, so that neither has to pass any on.
    private boolean moveSome(int from, int to) {
        int replicas = assignment.nodes().stream().mapToInt(assignment::count).sum();
        int share = replicas / assignment.nodes().size();
        int spare = Math.min(assignment.count(from) - share - 1, share - assignment.count(to));
        List<Placed> chosen = best(from, to).limit(Math.max(1, spare)).toList();
        chosen.forEach(partition -> assignment.move(partition, from, to));
        return !chosen.isEmpty();
    }

    /// Through a third node, where racks do not allow it directly.
    private boolean moveOneEach(int from, int to) {
        for (int between : assignment.nodes()) {
            if (between != from && between != to) {
                Optional<Placed> first = best(from, between).findFirst();
                Optional<Placed> second = best(between, to).findFirst();
                if (first.isPresent() && second.isPresent()) {
                    assignment.move(first.get(), from, between);
                    assignment.move(second.get(), between, to);
                    return true;
                }
            }
        }
        return false;
    }

    /// Those first that must be copied anyway; then those of the size by which as many moves as are
    /// needed even out the bytes, too.
    private Stream<Placed> best(int from, int to) {
        long gap = Math.max(0, assignment.bytes(from) - assignment.bytes(to));
        long ideal = gap / Math.max(2, assignment.count(from) - assignment.count(to));
        return movable(from, to)
                .sorted(
                        Comparator.comparing((Placed partition) -> !partition.isNewOn(from))
                                .thenComparingLong(partition -> Math.abs(partition.bytes() - ideal))
                                .thenComparingLong(Placed::bytes)
                                .thenComparing(Comparator.naturalOrder()));
    }

    private Stream<Placed> movable(int from, int to) {
        return assignment.held(from).stream()
                .filter(partition -> assignment.canMove(partition, from, to));
    }

    /// @return whether anything was moved
    private boolean evenBytes() {
        long mean = mean();
        boolean moved = false;
        while (exchange(mean)) {
            moved = true;
        }
        return moved;
    }

    private long mean() {
        return assignment.nodes().stream().mapToLong(assignment::bytes).sum()
                / Math.max(1, assignment.nodes().size());
    }

    private boolean exchange(long mean) {
        List<Integer> heaviest = sorted(Comparator.comparingLong(node -> -assignment.bytes(node)));
        List<Integer> lightest = sorted(Comparator.comparingLong(assignment::bytes));
        for (int from : heaviest) {
            for (int to : lightest) {
                boolean uneven =
                        assignment.bytes(from) > mean * (1 + UNEVEN_BYTES)
                                || assignment.bytes(to) < mean * (1 - UNEVEN_BYTES);
                if (uneven && exchange(from, to, Math.max(1, mean / LEAST_GAIN))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Gives one replica for a smaller one, or for none if there are more of them here, so that
    /// both nodes come as close to each other as they can.
    private boolean exchange(int from, int to, long leastGain) {
        long gap = assignment.bytes(from) - assignment.bytes(to);
        if (gap < 2 * leastGain) {
            return false;
        }
        List<Placed> back =
                movable(to, from)
                        .sorted(
                                Comparator.comparingLong(Placed::bytes)
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        boolean mayGive = assignment.count(from) > assignment.count(to);
        List<Exchange> candidates = new ArrayList<>();
        for (Placed given : movable(from, to).toList()) {
            if (mayGive) {
                candidates.add(new Exchange(given, Optional.empty()));
            }
            int next = firstNotBelow(back, given.bytes() - gap / 2);
            for (int i = Math.max(0, next - 1); i < Math.min(back.size(), next + 1); i++) {
                candidates.add(new Exchange(given, Optional.of(back.get(i))));
            }
        }
        Optional<Exchange> best =
                candidates.stream()
                        .filter(e -> Math.min(e.difference(), gap - e.difference()) >= leastGain)
                        .min(
                                Comparator.comparingLong(
                                                (Exchange e) -> Math.abs(e.difference() - gap / 2))
                                        .thenComparingLong(Exchange::bytes)
                                        .thenComparing(Exchange::given));
        best.ifPresent(
                exchange -> {
                    assignment.move(exchange.given(), from, to);
                    exchange.taken().ifPresent(taken -> assignment.move(taken, to, from));
                });
        return best.isPresent();
    }

    private record Exchange(Placed given, Optional<Placed> taken) {
        long difference() {
            return given.bytes() - taken.map(Placed::bytes).orElse(0L);
        }

        long bytes() {
            return given.bytes() + taken.map(Placed::bytes).orElse(0L);
        }
    }

    private static int firstNotBelow(List<Placed> sorted, long bytes) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted.get(middle).bytes() < bytes) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
