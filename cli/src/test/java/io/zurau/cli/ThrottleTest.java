package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.cli.rebalance.Plan;
import io.zurau.cli.rebalance.Plan.Move;
import io.zurau.protocol.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
    private static Throttle throttle(Move... moves) {
        Plan plan = new Plan(List.of(moves), List.of(), new TreeMap<>(), new TreeMap<>());
        return Throttle.of(plan, 500, Set.of(1, 2, 3, 4, 5));
    }

    private static Move move(
            String topic, int partition, List<Integer> before, List<Integer> after) {
        return new Move(new TopicPartition(topic, partition), before, after, 10);
    }

    @Test
    void onlyReplicasThatSendOrReceiveCopiesAreHeldBack() {
        // When: nodes 6 and 7 are gone, 5 has nothing to do with it
        Throttle throttle =
                throttle(
                        move("a", 0, List.of(1, 2), List.of(3, 2)),
                        move("a", 1, List.of(1, 6), List.of(4, 1)),
                        move("a", 2, List.of(1, 2), List.of(2, 1)),
                        move("b", 0, List.of(5, 1), List.of(1, 5)),
                        move("c", 7, List.of(7, 2), List.of(2)));
        // Then
        assertThat(throttle.lines())
                .containsExactly(
                        "node 1: follower.replication.throttled.rate=500",
                        "node 1: leader.replication.throttled.rate=500",
                        "node 2: follower.replication.throttled.rate=500",
                        "node 2: leader.replication.throttled.rate=500",
                        "node 3: follower.replication.throttled.rate=500",
                        "node 3: leader.replication.throttled.rate=500",
                        "node 4: follower.replication.throttled.rate=500",
                        "node 4: leader.replication.throttled.rate=500",
                        "topic a: follower.replication.throttled.replicas=0:3,1:4",
                        "topic a: leader.replication.throttled.replicas=0:1,0:2,1:1,1:6");
    }

    @Test
    void aPlanThatCopiesNothingNeedsNone() {
        assertThat(throttle(move("a", 0, List.of(1, 2), List.of(2, 1))).isEmpty()).isTrue();
    }

    @Test
    void whatSomebodyElseHasChangedOrIsGoneIsNotOurs() {
        // Given
        Throttle ours = throttle(move("a", 0, List.of(1), List.of(2)));
        Throttle found =
                new Throttle(
                        new TreeMap<>(
                                Map.of(
                                        1,
                                        Map.of(
                                                "leader.replication.throttled.rate", "9",
                                                "follower.replication.throttled.rate", "500"),
                                        3,
                                        Map.of("leader.replication.throttled.rate", "500"))),
                        new TreeMap<>(
                                Map.of("a", Map.of("leader.replication.throttled.replicas", "*"))));
        // When
        Throttle left = ours.unchangedIn(found);
        // Then
        assertThat(left.lines())
                .containsExactly(
                        "node 1: follower.replication.throttled.rate=500",
                        "topic a: follower.replication.throttled.replicas=0:2");
    }
}
