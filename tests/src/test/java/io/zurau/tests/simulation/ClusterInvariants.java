package io.zurau.tests.simulation;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.ReplicasOnDisk.Batch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Checks what must hold of a cluster at each change of the metadata, at each promise to a client,
/// and in quiet moments; see [Invariant].
///
/// It knows the truth: all that is committed, all that was promised, and what lies on every disk.
/// Used by the one thread of a simulation.
final class ClusterInvariants {
    private final Simulation simulation;
    private final SimCluster cluster;
    private final Map<String, Ledger> ledgers = new TreeMap<>(); // By topic.
    private final Map<Epoch, Integer> leaders = new HashMap<>(); // For look-ups only.
    private final Map<Written, Appended> appended = new HashMap<>(); // For look-ups only.

    private record Epoch(Uuid topic, int partition, int leaderEpoch) {}

    private record Written(Uuid topic, int partition, long baseOffset, int leaderEpoch) {}

    /// @param byNode where it was first seen
    private record Appended(long lastOffset, int crc, int byNode) {}

    ClusterInvariants(Simulation simulation, SimCluster cluster) {
        this.simulation = simulation;
        this.cluster = cluster;
        cluster.quorum().watch(this::committed);
    }

    /// From now on what this topic's clients are promised is held against the replicas.
    ///
    /// @param acknowledgedStays see [Ledger]
    Ledger ledger(String topic, boolean acknowledgedStays) {
        Ledger ledger = new Ledger(acknowledgedStays, place -> promised(topic, place));
        ledgers.put(topic, ledger);
        return ledger;
    }

    /// After each commit; called in the middle of a broker's step, so it does not throw.
    private void committed(ClusterImage before, ClusterImage after) {
        if (before.topics() == after.topics()) {
            return;
        }
        for (TopicImage topic : after.topics().all()) {
            TopicImage known = before.topics().withId(topic.id()).orElse(null);
            for (int index = 0; index < topic.partitions().size(); index++) {
                PartitionImage now = topic.partitions().get(index);
                PartitionImage old = known == null ? null : known.partition(index).orElse(null);
                if (!Objects.equals(old, now)) {
                    tell(topic, index, now);
                    checkLeader(topic, index, now, old == null ? -1 : old.leaderEpoch());
                    checkInSync(topic, index, now);
                }
            }
        }
    }

    private void tell(TopicImage topic, int index, PartitionImage now) {
        simulation.tell(
                "%s-%d: leader %d, epoch %d, in sync %s, eligible %s, replicas %s"
                        .formatted(
                                topic.name(),
                                index,
                                now.leader(),
                                now.leaderEpoch(),
                                now.inSync(),
                                now.eligibleLeaders(),
                                now.replicas()));
    }

    private void checkLeader(TopicImage topic, int index, PartitionImage now, int epochBefore) {
        if (now.leaderEpoch() < epochBefore) {
            fail(
                    Invariant.ONE_LEADER_PER_EPOCH,
                    "The epoch of %s-%d falls from %d to %d."
                            .formatted(topic.name(), index, epochBefore, now.leaderEpoch()));
        }
        if (!now.hasLeader()) {
            return;
        }
        Integer first =
                leaders.putIfAbsent(new Epoch(topic.id(), index, now.leaderEpoch()), now.leader());
        if (first != null && first != now.leader()) {
            fail(
                    Invariant.ONE_LEADER_PER_EPOCH,
                    "Brokers %d and %d lead %s-%d in epoch %d."
                            .formatted(
                                    first, now.leader(), topic.name(), index, now.leaderEpoch()));
        }
    }

    private void promised(String topic, Place place) {
        TopicImage known = cluster.quorum().image().topics().named(topic).orElseThrow();
        checkInSync(known, place.partition(), known.partitions().get(place.partition()));
    }

    /// Whoever is in sync, or may be elected, has what was promised.
    private void checkInSync(TopicImage topic, int index, PartitionImage now) {
        Ledger ledger = ledgers.get(topic.name());
        if (ledger == null) {
            return;
        }
        long promised = ledger.promisedEnd(index);
        Stream.concat(now.inSync().stream(), now.eligibleLeaders().stream())
                .filter(cluster::serves)
                .forEach(node -> checkHas(node, topic.name(), index, promised));
    }

    private void checkHas(int node, String topic, int index, long promised) {
        long end = cluster.replicas(node).endOffset(topic, index);
        if (end < promised) {
            fail(
                    Invariant.IN_SYNC_HAS_EVERYTHING,
                    "Broker %d is in sync with %s-%d, but its log ends at %d, and %d was promised."
                            .formatted(node, topic, index, end, promised - 1));
        }
    }

    /// Compares what brokers that serve have of the same epochs.
    void checkAppends() {
        ClusterImage image = cluster.quorum().image();
        for (TopicImage topic : image.topics().all()) {
            for (int index = 0; index < topic.partitions().size(); index++) {
                for (int node : topic.partitions().get(index).replicas()) {
                    if (cluster.serves(node)) {
                        checkAppends(topic, index, node);
                    }
                }
            }
        }
    }

    private void checkAppends(TopicImage topic, int index, int node) {
        for (Batch batch : cluster.replicas(node).batches(topic.name(), index)) {
            Appended now = new Appended(batch.lastOffset(), batch.crc(), node);
            Appended first =
                    appended.putIfAbsent(
                            new Written(topic.id(), index, batch.baseOffset(), batch.epoch()), now);
            if (first != null && (first.lastOffset != now.lastOffset || first.crc != now.crc)) {
                fail(
                        Invariant.ONE_APPENDS_PER_EPOCH,
                        "Brokers %d and %d have different batches at offset %d of epoch %d in %s-%d."
                                .formatted(
                                        first.byNode,
                                        node,
                                        batch.baseOffset(),
                                        batch.epoch(),
                                        topic.name(),
                                        index));
            }
        }
    }

    /// Whether all replicas have come to the same end: true soon after the last append.
    boolean allEndAlike() {
        return replicated()
                .allMatch(
                        partition ->
                                partition.nodes.stream()
                                                .map(
                                                        node ->
                                                                cluster.replicas(node)
                                                                        .endOffset(
                                                                                partition.topic,
                                                                                partition.index))
                                                .distinct()
                                                .count()
                                        == 1);
    }

    /// In a quiet moment in the middle, while clients may go on: what was promised, and so lies
    /// below the high watermark, is the same on every replica in sync, byte for byte.
    void checkEqualBelowPromised() {
        replicated().forEach(this::checkEqualBelowPromised);
    }

    private void checkEqualBelowPromised(Replicated partition) {
        Ledger ledger = ledgers.get(partition.topic);
        if (ledger != null) {
            long promised = ledger.promisedEnd(partition.index);
            checkEqual(partition, batch -> batch.baseOffset() < promised);
        }
    }

    /// At the end, when nobody appends any more: all replicas are equal, byte for byte.
    void checkEqual() {
        replicated().forEach(partition -> checkEqual(partition, _ -> true));
    }

    private record Replicated(String topic, int index, List<Integer> nodes) {}

    private Stream<Replicated> replicated() {
        return cluster.quorum().image().topics().all().stream()
                .flatMap(
                        topic ->
                                Stream.iterate(0, i -> i < topic.partitions().size(), i -> i + 1)
                                        .map(
                                                i ->
                                                        new Replicated(
                                                                topic.name(),
                                                                i,
                                                                topic.partitions()
                                                                        .get(i)
                                                                        .inSync())));
    }

    /// @param which the batches, from the first on, that must be equal
    private void checkEqual(Replicated partition, Predicate<Batch> which) {
        List<Integer> nodes = partition.nodes;
        List<Batch> first = batches(partition, nodes.getFirst(), which);
        for (int node : nodes.subList(1, nodes.size())) {
            List<Batch> other = batches(partition, node, which);
            for (int i = 0; i < Math.max(first.size(), other.size()); i++) {
                if (i >= first.size()
                        || i >= other.size()
                        || !first.get(i).bytes().equals(other.get(i).bytes())) {
                    fail(
                            Invariant.REPLICAS_ARE_EQUAL,
                            "Brokers %d and %d differ in %s-%d at batch %d: %s and %s."
                                    .formatted(
                                            nodes.getFirst(),
                                            node,
                                            partition.topic,
                                            partition.index,
                                            i,
                                            i < first.size() ? first.get(i) : "nothing",
                                            i < other.size() ? other.get(i) : "nothing"));
                    return;
                }
            }
        }
    }

    private List<Batch> batches(Replicated partition, int node, Predicate<Batch> which) {
        return cluster.replicas(node).batches(partition.topic, partition.index).stream()
                .takeWhile(which)
                .toList();
    }

    private void fail(Invariant invariant, String message) {
        simulation.fail(new BrokenPromise(invariant, message));
    }
}
