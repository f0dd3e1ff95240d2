package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.ClusterDescription;
import io.zurau.client.Reassignment;
import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What `zurau cluster` tells: how the partitions lie on the nodes, which are in need, and which
/// are being moved.
///
/// @param nodes by id; also controllers that are no brokers, and whom replicas name but nobody
///   knows
/// @param inNeed by topic and number
/// @param rates of the throttle, of each node that has them
record ClusterReport(
        String clusterId,
        List<NodeLine> nodes,
        int partitions,
        List<InNeed> inNeed,
        List<Moving> reassignments,
        SortedMap<Integer, Throttle.Rates> rates) {
    /// What is not known, where a number could be.
    static final long UNKNOWN = -1;

    /// One node.
    ///
    /// @param address empty if the brokers do not know it
    /// @param rack empty if it has none
    /// @param outOfSync how many of its replicas are not in sync
    /// @param lag how many records its replicas lack together, or [#UNKNOWN]
    /// @param bytes the size of all its replicas, or [#UNKNOWN]
    record NodeLine(
            int id,
            String address,
            String rack,
            State state,
            Role role,
            int leaders,
            int replicas,
            int outOfSync,
            long lag,
            long bytes) {}

    /// What a node is to the other brokers.
    enum State {
        ACTIVE,
        FENCED,
        /// It is not registered as a broker.
        UNREGISTERED
    }

    /// What a node is in the quorum of the metadata.
    enum Role {
        LEADER,
        VOTER,
        FOLLOWER
    }

    /// A partition that is not as it should be.
    ///
    /// @param lags how many records each replica lacks, where that is known
    record InNeed(
            TopicPartition name,
            Problem problem,
            Admin.Partition partition,
            SortedMap<Integer, Long> lags) {}

    /// The worst first; a partition has one.
    enum Problem {
        NO_LEADER("no leader"),
        BELOW_MIN_ISR("below min ISR"),
        UNDER_REPLICATED("under-replicated");

        private final String words;

        Problem(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /// A partition on its way.
    ///
    /// @param bytes how many the new replicas will have together
    /// @param doneBytes how many they have
    record Moving(Reassignment reassignment, long doneBytes, long bytes) {
        int percent() {
            return bytes == 0 ? 100 : (int) (100 * doneBytes / bytes);
        }
    }

    static ClusterReport of(ClusterSnapshot snapshot) {
        SortedMap<Integer, Count> counts = new TreeMap<>();
        List<InNeed> inNeed = new ArrayList<>();
        snapshot.cluster().nodes().forEach(node -> counts.put(node.id(), new Count()));
        snapshot.cluster().quorum().voters().forEach(id -> counts.put(id, new Count()));
        snapshot.partitions()
                .forEach(
                        (name, partition) -> {
                            SortedMap<Integer, Long> lags = snapshot.lags(name, partition);
                            count(counts, partition, lags);
                            problem(snapshot, name, partition)
                                    .map(problem -> new InNeed(name, problem, partition, lags))
                                    .ifPresent(inNeed::add);
                        });
        return new ClusterReport(
                snapshot.cluster().clusterId(),
                nodes(snapshot, counts),
                snapshot.partitions().size(),
                inNeed,
                snapshot.reassignments().stream().map(moving -> moving(snapshot, moving)).toList(),
                snapshot.rates());
    }

    private static final class Count {
        private int leaders;
        private int replicas;
        private int outOfSync;
        private long lag;
        private boolean lagIsKnown = true;
    }

    private static void count(
            Map<Integer, Count> counts, Admin.Partition partition, Map<Integer, Long> lags) {
        for (int replica : partition.replicas()) {
            Count count = counts.computeIfAbsent(replica, _ -> new Count());
            count.replicas++;
            count.leaders += partition.leader() == replica ? 1 : 0;
            count.outOfSync += partition.isr().contains(replica) ? 0 : 1;
            Long lag = lags.get(replica);
            count.lag += lag == null ? 0 : lag;
            count.lagIsKnown &= lag != null;
        }
    }

    private static Optional<Problem> problem(
            ClusterSnapshot snapshot, TopicPartition name, Admin.Partition partition) {
        if (partition.leader() < 0) {
            return Optional.of(Problem.NO_LEADER);
        }
        long adding =
                snapshot.reassignments().stream()
                        .filter(moving -> moving.partition().equals(name))
                        .mapToLong(moving -> moving.adding().size())
                        .sum();
        int inSync = partition.isr().size();
        if (inSync < snapshot.minInSync().getOrDefault(name.topic(), 1)) {
            return Optional.of(Problem.BELOW_MIN_ISR);
        }
        return inSync < partition.replicas().size() - adding // These are shown as being moved.
                ? Optional.of(Problem.UNDER_REPLICATED)
                : Optional.empty();
    }

    private static List<NodeLine> nodes(
            ClusterSnapshot snapshot, SortedMap<Integer, Count> counts) {
        Map<Integer, ClusterDescription.Node> known = new TreeMap<>();
        snapshot.cluster().nodes().forEach(node -> known.put(node.id(), node));
        List<NodeLine> nodes = new ArrayList<>();
        counts.forEach(
                (id, count) -> {
                    ClusterDescription.Node node = known.get(id);
                    String rack = node == null ? null : node.rack();
                    nodes.add(
                            new NodeLine(
                                    id,
                                    node == null ? "" : node.address().toString(),
                                    rack == null ? "" : rack,
                                    state(node),
                                    role(snapshot.cluster().quorum(), id),
                                    count.leaders,
                                    count.replicas,
                                    count.outOfSync,
                                    snapshot.endOffsets().containsKey(id) && count.lagIsKnown
                                            ? count.lag
                                            : UNKNOWN,
                                    bytes(snapshot, id)));
                });
        return nodes;
    }

    private static State state(ClusterDescription.@Nullable Node node) {
        if (node == null) {
            return State.UNREGISTERED;
        }
        return node.fenced() ? State.FENCED : State.ACTIVE;
    }

    private static Role role(ClusterDescription.Quorum quorum, int id) {
        if (id == quorum.leader()) {
            return Role.LEADER;
        }
        return quorum.voters().contains(id) ? Role.VOTER : Role.FOLLOWER;
    }

    private static long bytes(ClusterSnapshot snapshot, int node) {
        SortedMap<TopicPartition, Long> bytes = snapshot.bytes().get(node);
        return bytes == null ? UNKNOWN : bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Moving moving(ClusterSnapshot snapshot, Reassignment moving) {
        long whole = snapshot.bytesOf(moving.partition());
        long done = 0;
        for (int node : moving.adding()) {
            SortedMap<TopicPartition, Long> onNode = snapshot.bytes().get(node);
            done += onNode == null ? 0 : onNode.getOrDefault(moving.partition(), 0L);
        }
        return new Moving(moving, done, whole * moving.adding().size());
    }
}
