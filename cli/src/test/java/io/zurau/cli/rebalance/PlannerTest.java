package io.zurau.cli.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.cli.rebalance.Plan.Load;
import io.zurau.cli.rebalance.Plan.Move;
import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PlannerTest {
    private static final int SEEDS = 300;

    /// A cluster by chance: racks of the same size or none, some nodes new, some to be left.
    private record Cluster(int seed, List<Node> nodes, List<Partition> partitions, int replicas) {
        static Cluster of(int seed) {
            Random random = new Random(seed);
            int racks = random.nextInt(4); // 0 for none.
            int perRack = 1 + random.nextInt(3);
            int size = racks == 0 ? 1 + random.nextInt(8) : racks * perRack;
            List<Node> nodes = new ArrayList<>();
            for (int id = 1; id <= size; id++) {
                nodes.add(new Node(id, racks == 0 ? "" : "r" + id % racks));
            }
            int gone = random.nextInt(3); // Nodes behind the last one.
            int replicas = 1 + random.nextInt(Math.min(size, 4));
            List<Partition> partitions = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                List<Integer> ids =
                        new ArrayList<>(IntStream.rangeClosed(1, size + gone).boxed().toList());
                if (random.nextBoolean() && ids.size() > replicas) {
                    ids.removeIf(id -> id == 1); // Node 1 is rather new.
                }
                Collections.shuffle(ids, random);
                List<Integer> on = List.copyOf(ids.subList(0, replicas));
                partitions.add(
                        new Partition(
                                new TopicPartition("t" + i % 5, i),
                                on,
                                random.nextInt(8) == 0 ? -1 : on.get(random.nextInt(replicas)),
                                random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000)));
            }
            return new Cluster(seed, nodes, partitions, replicas);
        }

        Plan plan() {
            return Planner.plan(nodes, partitions);
        }

        /// As it is when the plan has been carried out.
        Cluster after(Plan plan) {
            Map<TopicPartition, List<Integer>> moved =
                    plan.moves().stream().collect(Collectors.toMap(Move::name, Move::after));
            List<Partition> now =
                    partitions.stream()
                            .map(
                                    p -> {
                                        List<Integer> on =
                                                moved.getOrDefault(p.name(), p.replicas());
                                        int leader =
                                                plan.elections().contains(p.name())
                                                        ? on.getFirst()
                                                        : p.leader();
                                        return new Partition(p.name(), on, leader, p.bytes());
                                    })
                            .toList();
            return new Cluster(seed, nodes, now, replicas);
        }

        Set<Integer> ids() {
            return nodes.stream().map(Node::id).collect(Collectors.toSet());
        }

        long racks(Collection<Integer> ids) {
            return nodes.stream()
                    .filter(node -> ids.contains(node.id()))
                    .map(Node::rackOrItself)
                    .distinct()
                    .count();
        }

        @Override
        public String toString() {
            return "seed " + seed;
        }
    }

    private static void forAll(Consumer<Cluster> property) {
        IntStream.range(0, SEEDS).mapToObj(Cluster::of).forEach(property);
    }

    private static int spread(Plan plan, ToIntFunction<Load> number, Set<Integer> nodes) {
        IntSummaryStatistics all =
                plan.after().entrySet().stream()
                        .filter(load -> nodes.contains(load.getKey()))
                        .mapToInt(load -> number.applyAsInt(load.getValue()))
                        .summaryStatistics();
        return all.getMax() - all.getMin();
    }

    @Test
    void replicasAndLeadersDifferByOneAtMost() {
        forAll(
                cluster -> {
                    Plan plan = cluster.plan();
                    assertThat(spread(plan, Load::replicas, cluster.ids()))
                            .as("%s", cluster)
                            .isLessThan(2);
                    assertThat(spread(plan, Load::leaders, cluster.ids()))
                            .as("%s", cluster)
                            .isLessThan(2);
                });
    }

    @Test
    void everyPartitionKeepsItsNumberOfReplicasAndIsInAsManyRacksAsItCanBe() {
        forAll(
                cluster -> {
                    Cluster after = cluster.after(cluster.plan());
                    long places = cluster.racks(cluster.ids());
                    for (Partition partition : after.partitions()) {
                        assertThat(partition.replicas())
                                .as("%s", cluster)
                                .hasSize(cluster.replicas())
                                .doesNotHaveDuplicates();
                        assertThat(cluster.racks(partition.replicas()))
                                .as("%s", cluster)
                                .isEqualTo(Math.min(places, cluster.replicas()));
                    }
                });
    }

    @Test
    void nothingIsLeftOnOtherNodes() {
        forAll(
                cluster ->
                        assertThat(cluster.after(cluster.plan()).partitions())
                                .as("%s", cluster)
                                .allMatch(p -> cluster.ids().containsAll(p.replicas()))
                                .allMatch(p -> cluster.ids().contains(p.leader())));
    }

    @Test
    void theSecondPlanIsEmpty() {
        forAll(
                cluster -> {
                    Plan second = cluster.after(cluster.plan()).plan();
                    assertThat(second.moves()).as("%s", cluster).isEmpty();
                    assertThat(second.elections()).as("%s", cluster).isEmpty();
                });
    }

    @Test
    void theSameClusterGetsTheSamePlanInWhateverOrderItIsTold() {
        forAll(
                cluster -> {
                    List<Node> nodes = new ArrayList<>(cluster.nodes());
                    List<Partition> partitions = new ArrayList<>(cluster.partitions());
                    Collections.shuffle(nodes, new Random(cluster.seed()));
                    Collections.shuffle(partitions, new Random(cluster.seed()));
                    assertThat(Planner.plan(nodes, partitions))
                            .as("%s", cluster)
                            .isEqualTo(cluster.plan());
                });
    }

    @Test
    void loadsAreThoseOfTheMoves() {
        forAll(
                cluster -> {
                    Plan plan = cluster.plan();
                    Map<Integer, Long> bytes = new TreeMap<>();
                    plan.before().forEach((node, load) -> bytes.put(node, load.bytes()));
                    for (Move move : plan.moves()) {
                        Set<Integer> removed = new HashSet<>(move.before());
                        move.after().forEach(removed::remove);
                        removed.forEach(n -> bytes.merge(n, -move.replicaBytes(), Long::sum));
                        move.added().forEach(n -> bytes.merge(n, move.replicaBytes(), Long::sum));
                    }
                    plan.after()
                            .forEach(
                                    (node, load) ->
                                            assertThat(load.bytes())
                                                    .as("%s", cluster)
                                                    .isEqualTo(bytes.get(node)));
                });
    }

    private static List<Node> nodes(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(id -> new Node(id, "")).toList();
    }

    private static List<Partition> partitions(
            int count, Function<Integer, List<Integer>> replicas, Function<Integer, Long> bytes) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new Partition(
                                        new TopicPartition("t", i),
                                        replicas.apply(i),
                                        replicas.apply(i).getFirst(),
                                        bytes.apply(i)))
                .toList();
    }

    @Test
    void aNewNodeGetsItsShareAndNothingElseIsCopied() {
        // Given
        List<Partition> partitions =
                partitions(
                        12, i -> List.of(1 + i % 3, 1 + (i + 1) % 3, 1 + (i + 2) % 3), i -> 100L);
        // When
        Plan plan = Planner.plan(nodes(4), partitions);
        // Then
        assertThat(plan.moves()).flatExtracting(Move::added).containsOnly(4).hasSize(9);
        assertThat(plan.bytes()).isEqualTo(900);
        assertThat(plan.after().values()).containsOnly(new Load(9, 3, 900));
    }

    @Test
    void bytesAreEvenedOutByExchanges() {
        // Given: node 1 has the large ones
        List<Partition> partitions =
                partitions(8, i -> List.of(1 + i % 2), i -> i % 2 == 0 ? 1000L : 10L);
        // When
        Plan plan = Planner.plan(nodes(2), partitions);
        // Then
        assertThat(plan.after().values()).containsOnly(new Load(4, 4, 2020));
        assertThat(plan.bytes()).isEqualTo(2020); // Two large ones for two small ones.
    }

    @Test
    void littleUnevennessOfBytesIsLeft() {
        // Given
        List<Partition> partitions =
                partitions(4, i -> List.of(1 + i % 2), i -> i % 2 == 0 ? 1000L : 1100L);
        // Then
        assertThat(Planner.plan(nodes(2), partitions).isEmpty()).isTrue();
    }

    @Test
    void leadershipMovesWithoutABytePartitionByPartition() {
        // Given: node 1 leads all, and can hand node 3 nothing but through node 2
        List<Partition> partitions =
                partitions(4, i -> i < 2 ? List.of(1, 2) : List.of(2, 3), i -> 5L);
        List<Partition> more = new ArrayList<>(partitions);
        more.add(new Partition(new TopicPartition("u", 0), List.of(1, 3), 1, 5));
        more.add(new Partition(new TopicPartition("u", 1), List.of(1, 3), 1, 5));
        // When
        Plan plan = Planner.plan(nodes(3), more);
        // Then
        assertThat(plan.bytes()).isZero();
        assertThat(plan.moves()).hasSize(2);
        assertThat(plan.after().values()).containsOnly(new Load(4, 2, 20));
    }

    @Test
    void aLeaderThatIsNotThePreferredOneIsOnlyElected() {
        // Given
        List<Partition> partitions =
                List.of(new Partition(new TopicPartition("t", 0), List.of(1, 2), 2, 5));
        // When
        Plan plan = Planner.plan(nodes(2), partitions);
        // Then
        assertThat(plan.moves()).isEmpty();
        assertThat(plan.elections()).containsExactly(new TopicPartition("t", 0));
    }

    @Test
    void tooFewNodesAreRefused() {
        List<Partition> partitions = partitions(1, i -> List.of(1, 2, 3), i -> 0L);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Planner.plan(nodes(2), partitions))
                .withMessage("t-0 has 3 replicas, but only 2 nodes are left to hold them.");
    }

    @Test
    @Timeout(20)
    void tenThousandPartitionsArePlannedForInSeconds() {
        // Given
        List<Partition> partitions =
                partitions(
                        10_000,
                        i -> List.of(1 + i % 3, 1 + (i + 1) % 3, 1 + (i + 2) % 3),
                        i -> 1000L + i % 977);
        // When
        Plan plan = Planner.plan(nodes(5), partitions);
        // Then
        assertThat(spread(plan, Load::replicas, Set.of(1, 2, 3, 4, 5))).isLessThan(2);
    }
}
