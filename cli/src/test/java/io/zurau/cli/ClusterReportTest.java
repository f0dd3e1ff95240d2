package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.cli.ClusterReport.InNeed;
import io.zurau.cli.ClusterReport.NodeLine;
import io.zurau.cli.ClusterReport.Problem;
import io.zurau.cli.ClusterReport.Role;
import io.zurau.cli.ClusterReport.State;
import io.zurau.client.Admin;
import io.zurau.client.BrokerAddress;
import io.zurau.client.ClusterDescription;
import io.zurau.client.ClusterDescription.Node;
import io.zurau.client.ClusterDescription.Quorum;
import io.zurau.client.Reassignment;
import io.zurau.protocol.TopicPartition;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClusterReportTest {
    private static final ClusterDescription CLUSTER =
            new ClusterDescription(
                    "c",
                    new Quorum(2, List.of(1, 2, 9)),
                    List.of(
                            new Node(1, new BrokerAddress("a", 1), "r1", false),
                            new Node(2, new BrokerAddress("b", 2), null, false),
                            new Node(3, new BrokerAddress("c", 3), null, true)));

    private final SortedMap<TopicPartition, Admin.Partition> partitions = new TreeMap<>();
    private final SortedMap<Integer, SortedMap<TopicPartition, Long>> bytes =
            new TreeMap<>(Map.of(1, new TreeMap<>(), 2, new TreeMap<>()));
    private final SortedMap<Integer, SortedMap<TopicPartition, Long>> ends =
            new TreeMap<>(Map.of(1, new TreeMap<>(), 2, new TreeMap<>()));

    private final SortedMap<Integer, Throttle.Rates> rates = new TreeMap<>();

    private static TopicPartition t(int partition) {
        return new TopicPartition("t", partition);
    }

    private void partition(int number, int leader, List<Integer> replicas, List<Integer> isr) {
        partitions.put(t(number), new Admin.Partition(number, leader, 5, replicas, isr));
    }

    private void replica(int node, int partition, long end, long size) {
        ends.computeIfAbsent(node, _ -> new TreeMap<>()).put(t(partition), end);
        bytes.computeIfAbsent(node, _ -> new TreeMap<>()).put(t(partition), size);
    }

    private ClusterSnapshot snapshot(Reassignment... reassignments) {
        return new ClusterSnapshot(
                CLUSTER,
                partitions,
                new TreeMap<>(Map.of("t", 2)),
                List.of(reassignments),
                bytes,
                ends,
                rates);
    }

    @Test
    void nodesAreCountedWithTheirRolesLagsAndSizes() {
        // Given
        partition(0, 1, List.of(1, 2), List.of(1));
        replica(1, 0, 100, 1000);
        replica(2, 0, 70, 700);
        partition(1, 2, List.of(2, 3), List.of(2, 3));
        replica(2, 1, 50, 500);
        // When
        ClusterReport report = ClusterReport.of(snapshot());
        // Then
        assertThat(report.nodes())
                .containsExactly(
                        new NodeLine(1, "a:1", "r1", State.ACTIVE, Role.VOTER, 1, 1, 0, 0, 1000),
                        new NodeLine(2, "b:2", "", State.ACTIVE, Role.LEADER, 1, 2, 1, 30, 1200),
                        new NodeLine(3, "c:3", "", State.FENCED, Role.FOLLOWER, 0, 1, 0, -1, -1),
                        new NodeLine(9, "", "", State.UNREGISTERED, Role.VOTER, 0, 0, 0, -1, -1));
    }

    @Test
    void theLagOfANodeIsUnknownIfOneOfItsReplicasDidNotTell() {
        // Given
        partition(0, 1, List.of(1, 2), List.of(1, 2));
        replica(1, 0, 100, 1000);
        // When
        List<NodeLine> nodes = ClusterReport.of(snapshot()).nodes();
        // Then
        assertThat(nodes.get(0).lag()).isZero();
        assertThat(nodes.get(1).lag()).isEqualTo(ClusterReport.UNKNOWN);
    }

    @Test
    void partitionsInNeedAreNamedWithTheWorstThatTheyAreIn() {
        // Given
        partition(0, -1, List.of(3), List.of(3));
        partition(1, 1, List.of(1, 2), List.of(1));
        partition(2, 1, List.of(1, 2, 3), List.of(1, 2));
        partition(3, 1, List.of(1, 2), List.of(1, 2));
        replica(1, 1, 100, 10);
        replica(2, 1, 99, 10);
        // When
        List<InNeed> inNeed = ClusterReport.of(snapshot()).inNeed();
        // Then
        assertThat(inNeed)
                .extracting(InNeed::problem)
                .containsExactly(
                        Problem.NO_LEADER, Problem.BELOW_MIN_ISR, Problem.UNDER_REPLICATED);
        assertThat(inNeed.get(1).lags()).isEqualTo(Map.of(1, 0L, 2, 1L));
    }

    @Test
    void aReassignmentIsAsFarAsItsNewReplicasAreLarge() {
        // Given
        partition(0, 1, List.of(2, 3, 4, 1), List.of(1, 4));
        replica(1, 0, 100, 1000);
        replica(2, 0, 20, 500);
        // When
        ClusterReport report =
                ClusterReport.of(
                        snapshot(
                                new Reassignment(
                                        t(0), List.of(2, 3, 4, 1), List.of(2, 3), List.of(1))));
        // Then
        assertThat(report.inNeed()).isEmpty();
        assertThat(report.reassignments())
                .singleElement()
                .satisfies(moving -> assertThat(moving.bytes()).isEqualTo(2000))
                .satisfies(moving -> assertThat(moving.percent()).isEqualTo(25));
    }

    @Test
    void aThrottleIsShownOnceForAllNodesThatHaveIt() {
        // Given
        rates.put(1, new Throttle.Rates(50_000_000, 50_000_000));
        rates.put(2, new Throttle.Rates(50_000_000, 50_000_000));
        rates.put(3, new Throttle.Rates(-1, 800));
        StringWriter output = new StringWriter();
        // When
        ClusterCommand.print(new PrintWriter(output), ClusterReport.of(snapshot()));
        // Then
        assertThat(output.toString().lines())
                .contains(
                        "Moves throttled to 50.0 MB/s on nodes [1, 2]",
                        "Moves throttled to 800 B/s received on nodes [3]");
    }

    @Test
    void aLongListIsCutOff() {
        // Given
        for (int number = 0; number < 23; number++) {
            partition(number, 1, List.of(1, 2), List.of(1));
        }
        StringWriter output = new StringWriter();
        // When
        ClusterCommand.print(new PrintWriter(output), ClusterReport.of(snapshot()));
        // Then
        assertThat(output.toString())
                .contains("Partitions: 23, in need: 23, being moved: 0", "t-19", "below min ISR")
                .contains("2: ?", "… and 3 more")
                .doesNotContain("t-20");
    }

    @Test
    void noPlanIsMadeWhileANodeWithReplicasIsAwayUnlessItIsDrained() {
        // Given
        partition(0, 1, List.of(1, 3), List.of(1));
        // Then
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> RebalanceCommand.plan(snapshot(), Set.of()))
                .withMessageStartingWith("Node 3 has replicas but is not there;");
        assertThat(RebalanceCommand.plan(snapshot(), Set.of(3)).moves())
                .singleElement()
                .satisfies(move -> assertThat(move.after()).containsExactly(1, 2));
    }

    @Test
    void noPlanIsMadeWhileAnotherIsCarriedOut() {
        // Given
        Reassignment moving = new Reassignment(t(0), List.of(2, 1), List.of(2), List.of(1));
        // Then
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> RebalanceCommand.plan(snapshot(moving), Set.of()))
                .withMessageStartingWith("Partitions still being moved: 1.");
    }

    @Test
    void drainingAnUnknownNodeIsRefused() {
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> RebalanceCommand.plan(snapshot(), Set.of(7)))
                .withMessage("There is no node 7 (--drain).");
    }
}
