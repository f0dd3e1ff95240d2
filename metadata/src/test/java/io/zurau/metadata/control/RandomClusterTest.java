package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.config.TopicPolicy;
import io.zurau.metadata.control.ConfigAlteration.Asked;
import io.zurau.metadata.control.InSyncChange.Member;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.ElectLeadersRequest.TopicPartitions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Commands at random, against a model of what each broker has stored: whoever is in sync or
/// eligible has everything that was acknowledged, whatever happens to brokers and disks.
///
/// In the model a record is acknowledged once every replica in sync has it, and enough are in sync.
final class RandomClusterTest {
    private static final int BROKERS = 5;
    private static final int STEPS = 400;
    private static final int SEEDS = 150; // A few seconds; 3000 passed once.

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoCanLeadHasEverythingThatWasAcknowledged(int seed) {
        new Model(seed).run(STEPS);
    }

    @Test
    void withAFreshSeed() {
        long seed = new Random().nextLong();
        System.out.println("RandomClusterTest: fresh seed " + seed);
        new Model(seed).run(5 * STEPS);
    }

    /// **Owner:** the test's thread.
    private static final class Model {
        final long seed;
        final Random random;
        final ClusterTrace cluster = ClusterTrace.ofBrokers(BROKERS);
        final Map<Integer, Node> nodes = new TreeMap<>();
        final List<Log> logs = new ArrayList<>();
        final List<String> history = new ArrayList<>();
        final Map<String, Integer> leaders = new HashMap<>(); // By topic and leader epoch.

        static final class Node {
            boolean runs = true;
            int disk = 1; // Another number is another directory.
            int disks = 1; // Of all that there were, any may come back.
            final Set<Integer> unclean = new TreeSet<>(); // Disks that were not left in order.
        }

        /// One partition: how many records there are in each directory, and how many were
        /// acknowledged.
        static final class Log {
            final String topic;
            final boolean unclean;
            final Map<Uuid, Integer> stored = new TreeMap<>();
            int acknowledged;
            String trace = "";

            Log(String topic, boolean unclean) {
                this.topic = topic;
                this.unclean = unclean;
            }
        }

        Model(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int nodeId = 1; nodeId <= BROKERS; nodeId++) {
                nodes.put(nodeId, new Node());
            }
            create("disk-3", 1, false, "2", false, 1, 2, 3);
            create("disk-2", 2, false, "1", false, 4, 5);
            create("memory-3", 3, true, "2", false, 3, 4, 5);
            create("memory-1", 4, true, "1", false, 2);
            create("unclean-3", 5, false, "2", true, 5, 1, 2);
            create("unclean-memory-2", 6, true, "1", true, 2, 3);
        }

        private void create(
                String topic,
                int number,
                boolean memory,
                String minInSync,
                boolean unclean,
                Integer... replicas) {
            cluster.create(topic, id(600 + number), replicas);
            ConfigResource resource = ConfigResource.topic(topic);
            cluster.apply(
                    List.of(
                            resource.record("durability", memory ? "memory" : "disk"),
                            resource.record("min.insync.replicas", minInSync),
                            resource.record(
                                    "unclean.leader.election.enable", Boolean.toString(unclean))));
            logs.add(new Log(topic, unclean));
        }

        void run(int steps) {
            try {
                for (int step = 0; step < steps; step++) {
                    step();
                    check();
                }
            } catch (AssertionError | RuntimeException e) {
                int from = Math.max(0, history.size() - 60);
                throw new AssertionError(
                        "seed "
                                + seed
                                + "\n"
                                + String.join("\n", history.subList(from, history.size())),
                        e);
            }
        }

        private void step() {
            int nodeId = 1 + random.nextInt(BROKERS);
            Log log = logs.get(random.nextInt(logs.size()));
            switch (random.nextInt(22)) {
                case 0 -> crash(nodeId, random.nextInt(3) == 0);
                case 1 -> stop(nodeId);
                case 2, 3, 4 -> start(nodeId);
                case 5 -> fence(nodeId);
                case 6, 7, 8 -> unfence(nodeId);
                case 9, 10, 11, 12 -> produce(log);
                case 13, 14, 15 -> grow(log);
                case 16 -> shrink(log);
                case 17 -> reassign(log);
                case 18 -> elect(log);
                case 19 -> note("elect preferred", LeaderElection.preferred(cluster.configs));
                case 20 -> setMinimum(log);
                default -> late(log);
            }
        }

        private <A> A note(String what, Command<A> command) {
            A answer = cluster.decide(command);
            history.add(what + ": " + answer);
            return answer;
        }

        private void crash(int nodeId, boolean wiped) {
            Node node = node(nodeId);
            if (!node.runs) {
                return;
            }
            node.runs = false;
            node.unclean.add(node.disk);
            Uuid directory = ClusterTrace.directory(nodeId, node.disk);
            for (Log log : logs) {
                if (!policy(log).durable()) {
                    log.stored.computeIfPresent(
                            directory, (_, stored) -> random.nextInt(stored + 1));
                }
            }
            if (wiped) {
                boolean fresh = node.disks == 1 || random.nextBoolean();
                node.disks += fresh ? 1 : 0;
                node.disk = fresh ? node.disks : 1 + random.nextInt(node.disks);
            }
            history.add("crash " + nodeId + ", has disk " + node.disk);
        }

        private void stop(int nodeId) {
            Node node = node(nodeId);
            if (node.runs) {
                note(
                        "shut down " + nodeId,
                        BrokerCommands.beginShutdown(
                                nodeId, cluster.epoch(nodeId), cluster.configs));
                if (random.nextBoolean()) {
                    node.runs = false;
                }
            }
        }

        private void start(int nodeId) {
            Node node = node(nodeId);
            if (node.runs && random.nextInt(4) > 0) {
                return;
            }
            if (node.runs) {
                crash(nodeId, false);
            }
            forgive(nodeId);
            note(
                    "register " + nodeId,
                    BrokerRegistration.command(
                            ClusterTrace.broker(nodeId, node.disk, true),
                            ClusterTrace.storage(!node.unclean.remove(node.disk)),
                            cluster.configs));
            node.runs = true;
        }

        /// Of what has one replica in memory there is no better copy than that.
        private void forgive(int nodeId) {
            for (Log log : logs) {
                BrokerImage now = ClusterTrace.broker(nodeId, node(nodeId).disk, true);
                PartitionImage partition = partition(log);
                if (partition.replicas().equals(List.of(nodeId))
                        && !policy(log).durable()
                        && !now.hasLost(partition.directories().getFirst())) {
                    log.acknowledged = Math.min(log.acknowledged, stored(log, nodeId));
                }
            }
        }

        private void fence(int nodeId) {
            note(
                    "fence " + nodeId,
                    BrokerCommands.fence(nodeId, cluster.epoch(nodeId), cluster.configs));
        }

        private void unfence(int nodeId) {
            // Only who has registered since it stopped sends heartbeats.
            if (node(nodeId).runs) {
                note(
                        "unfence " + nodeId,
                        BrokerCommands.unfence(nodeId, cluster.epoch(nodeId), cluster.configs));
            }
        }

        private void produce(Log log) {
            PartitionImage partition = partition(log);
            if (!partition.hasLeader() || !runs(partition.leader())) {
                return;
            }
            int leader = partition.leader();
            int end = stored(log, leader) + 1;
            store(log, leader, end);
            List<Integer> inSync = partition.inSync();
            boolean all = true;
            for (int nodeId : inSync) {
                if (runs(nodeId)) {
                    store(log, nodeId, end);
                } else {
                    all = false;
                }
            }
            int enough = Math.min(policy(log).minInSyncReplicas(), partition.replicas().size());
            if (all && inSync.size() >= enough) {
                log.acknowledged = end;
            }
            history.add(
                    "produce " + log.topic + " to " + end + ", acknowledged " + log.acknowledged);
        }

        private void grow(Log log) {
            PartitionImage partition = partition(log);
            List<Integer> more = new ArrayList<>(partition.inSync());
            for (int nodeId : partition.replicas()) {
                if (!more.contains(nodeId) && runs(nodeId) && random.nextInt(3) > 0) {
                    more.add(nodeId);
                }
            }
            alter(log, more);
        }

        private void shrink(Log log) {
            PartitionImage partition = partition(log);
            List<Integer> fewer = new ArrayList<>(partition.inSync());
            fewer.removeIf(nodeId -> nodeId != partition.leader() && random.nextBoolean());
            alter(log, fewer);
        }

        /// The leader says who is in sync, once those who join have all that it has.
        private void alter(Log log, List<Integer> inSync) {
            PartitionImage partition = partition(log);
            int leader = partition.leader();
            if (!partition.hasLeader() || !runs(leader)) {
                return;
            }
            for (int nodeId : inSync) {
                if (!partition.inSync().contains(nodeId) && !isMissing(log, nodeId)) {
                    store(log, nodeId, stored(log, leader));
                }
            }
            note(
                    "alter " + log.topic + " to " + inSync,
                    InSyncAlteration.command(
                            leader,
                            cluster.epoch(leader),
                            List.of(change(log, partition, inSync)),
                            cluster.configs));
        }

        private InSyncChange change(Log log, PartitionImage partition, List<Integer> inSync) {
            return new InSyncChange(
                    topic(log).id(),
                    0,
                    partition.leaderEpoch(),
                    partition.epoch(),
                    inSync.stream().map(node -> new Member(node, cluster.epoch(node))).toList(),
                    true);
        }

        /// What a leader said before something else changed must change nothing.
        private void late(Log log) {
            PartitionImage partition = partition(log);
            if (partition.hasLeader() && partition.epoch() > 0) {
                InSyncChange now = change(log, partition, partition.replicas());
                InSyncChange old =
                        new InSyncChange(
                                now.topicId(),
                                0,
                                now.leaderEpoch(),
                                now.partitionEpoch() - 1,
                                now.inSync(),
                                true);
                int leader = partition.leader();
                assertThat(
                                note(
                                        "late " + log.topic,
                                        InSyncAlteration.command(
                                                leader,
                                                cluster.epoch(leader),
                                                List.of(old),
                                                cluster.configs)))
                        .containsExactly(ErrorCode.INVALID_UPDATE_VERSION);
                assertThat(cluster.records).isZero();
            }
        }

        private void reassign(Log log) {
            List<Integer> target = new ArrayList<>(nodes.keySet());
            Collections.shuffle(target, random);
            int size = policy(log).durable() || random.nextBoolean() ? 2 + random.nextInt(2) : 1;
            request(log, random.nextInt(3) == 0 ? null : target.subList(0, size));
        }

        private void request(Log log, @Nullable List<Integer> target) {
            note(
                    "reassign " + log.topic + " to " + target,
                    ReassignmentAlteration.command(
                            AlterPartitionReassignmentsRequest.builder()
                                    .topics(
                                            List.of(
                                                    ReassignableTopic.builder()
                                                            .name(log.topic)
                                                            .partitions(
                                                                    List.of(
                                                                            ReassignablePartition
                                                                                    .builder()
                                                                                    .replicas(
                                                                                            target)
                                                                                    .build()))
                                                            .build()))
                                    .build(),
                            cluster.configs));
        }

        private void elect(Log log) {
            boolean unclean = log.unclean && random.nextBoolean();
            note(
                    "elect " + log.topic + (unclean ? " uncleanly" : ""),
                    LeaderElection.command(
                            ElectLeadersRequest.builder()
                                    .electionType((byte) (unclean ? 1 : 0))
                                    .topicPartitions(
                                            List.of(
                                                    TopicPartitions.builder()
                                                            .topic(log.topic)
                                                            .partitions(List.of(0))
                                                            .build()))
                                    .build(),
                            cluster.configs));
        }

        private void setMinimum(Log log) {
            String value = Integer.toString(1 + random.nextInt(3));
            note(
                    "min.insync.replicas of " + log.topic + " " + value,
                    ConfigAlteration.command(
                            List.of(
                                    new Asked(
                                            ConfigResource.Type.TOPIC.code(),
                                            log.topic,
                                            List.of(
                                                    new ConfigChange.Put(
                                                            "min.insync.replicas", value)),
                                            false)),
                            false,
                            cluster.configs));
        }

        private void check() {
            for (Log log : logs) {
                PartitionImage partition = partition(log);
                String trace = log.topic + " " + ClusterTrace.trace(partition);
                if (!trace.equals(log.trace)) {
                    history.add("    " + trace + " stored " + log.stored);
                    log.trace = trace;
                }
                if (partition.hasLeader()) {
                    Integer known =
                            leaders.putIfAbsent(
                                    log.topic + " " + partition.leaderEpoch(), partition.leader());
                    assertThat(known).as(trace).isIn(null, partition.leader());
                    BrokerImage leader = cluster.image.broker(partition.leader()).orElseThrow();
                    assertThat(leader.fenced()).as(trace).isFalse();
                    assertThat(partition.inSync()).as(trace).contains(partition.leader());
                }
                assertThat(partition.inSync())
                        .as(trace)
                        .allMatch(node -> !cluster.image.broker(node).orElseThrow().fenced());
                if (partition.recovering() && partition.hasLeader()) {
                    assertThat(log.unclean).as(trace).isTrue();
                    log.acknowledged = Math.min(log.acknowledged, stored(log, partition.leader()));
                }
                checkStored(log, partition, trace);
            }
            ClusterImage again =
                    ClusterImage.empty(cluster.image.clusterId())
                            .replay(cluster.image.records(), cluster.image.endOffset());
            assertThat(again.topics().byName()).isEqualTo(cluster.image.topics().byName());
        }

        private void checkStored(Log log, PartitionImage partition, String trace) {
            List<Integer> able = new ArrayList<>(partition.inSync());
            able.addAll(partition.eligibleLeaders());
            for (int nodeId : able) {
                // What a broker that is down has lost is found out when it registers, and what a
                // missing directory has, when it comes back.
                boolean missing = isMissing(log, nodeId);
                assertThat(missing && partition.inSync().contains(nodeId)).as(trace).isFalse();
                if (missing ? policy(log).durable() : runs(nodeId)) {
                    assertThat(stored(log, nodeId))
                            .as(
                                    "%s: %d acknowledged, stored %s",
                                    trace, log.acknowledged, log.stored)
                            .isGreaterThanOrEqualTo(log.acknowledged);
                }
            }
        }

        /// Whether the broker is there without the directory of its replica.
        private boolean isMissing(Log log, int nodeId) {
            return cluster.image.broker(nodeId).orElseThrow().hasLost(directory(log, nodeId));
        }

        private int stored(Log log, int nodeId) {
            return log.stored.getOrDefault(directory(log, nodeId), 0);
        }

        private void store(Log log, int nodeId, int end) {
            log.stored.put(directory(log, nodeId), end);
        }

        /// Where the replica of a broker is.
        private Uuid directory(Log log, int nodeId) {
            PartitionImage partition = partition(log);
            return partition.directories().get(partition.replicas().indexOf(nodeId));
        }

        private boolean runs(int nodeId) {
            return node(nodeId).runs;
        }

        private Node node(int nodeId) {
            return Objects.requireNonNull(nodes.get(nodeId));
        }

        private TopicPolicy policy(Log log) {
            return cluster.configs.policy(cluster.image, log.topic);
        }

        private TopicImage topic(Log log) {
            return cluster.image.topics().named(log.topic).orElseThrow();
        }

        private PartitionImage partition(Log log) {
            return topic(log).partitions().getFirst();
        }
    }
}
