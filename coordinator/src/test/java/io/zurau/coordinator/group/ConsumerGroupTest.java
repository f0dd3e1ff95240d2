package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.config.MigrationPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Consumer groups of the new protocol, as text traces: topic ids and partitions are written
/// `topic:[partitions]`, and what a member has `@[the epochs in which it was given]`.
final class ConsumerGroupTest {
    private final ConsumerScript script = new ConsumerScript();

    @Test
    void aMemberThatIsAloneHasEverything() {
        // Given
        script.topic(1, "orders", 3);

        // When
        script.join("A", "orders");
        script.beat("A", 2, 1, 0, 1, 2);
        script.describe();

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0, 1, 2]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1, 2]@[2, 2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1, 2]]
                        > A beats, epoch 2, uses [1:[0, 1, 2]]
                          A: epoch 2
                        > the group is described
                          describing: Stable, epoch 2, assigned 2, uniform, [A 2 type 1]
                        """);
    }

    @Test
    void aPartitionChangesHandsOnceItWasGivenUp() {
        // Given
        script.topic(1, "orders", 2);
        script.join("A", "orders");

        // When
        script.join("B", "orders");
        script.beat("A", 2, 1, 0, 1);
        script.beat("B", 3, 1);
        script.beat("A", 2, 1, 0);
        script.beat("B", 3, 1);
        script.beat("A", 3, 1, 0);

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0, 1]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1]@[2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1]]
                        > B joins
                          log: member B [orders]
                          log: epoch 3
                          log: target of A [1:[0]]
                          log: target of B [1:[1]]
                          log: assigned for 3
                          log: state of B epoch 3 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 3
                          B: epoch 3, has []
                        > A beats, epoch 2, uses [1:[0, 1]]
                          log: state of A epoch 2 after 2, state 1, has [1:[0]@[2]], gives up [1:[1]@[2]]
                          A: epoch 2, has [1:[0]]
                        > B beats, epoch 3, uses []
                          log: state of B epoch 3 after 3, state 2, has [], gives up []
                          B: epoch 3
                        > A beats, epoch 2, uses [1:[0]]
                          log: state of A epoch 3 after 2, state 0, has [1:[0]@[2]], gives up []
                          A: epoch 3
                        > B beats, epoch 3, uses []
                          log: state of B epoch 3 after 3, state 0, has [1:[1]@[3]], gives up []
                          group: consumers, Stable, epoch 3
                          B: epoch 3, has [1:[1]]
                        > A beats, epoch 3, uses [1:[0]]
                          A: epoch 3
                        """);
    }

    @Test
    void whoDoesNotGiveUpInTimeIsOut() {
        // Given
        script.topic(1, "orders", 2);
        script.join("A", "orders");
        script.join("B", "orders");
        script.beat("A", 2, 1, 0, 1);

        // When
        script.script().pass(30_000);
        script.beat("A", 2, 1, 0, 1);
        script.beat("B", 3, 1);
        script.script().pass(30_000);
        script.beat("A", 2, 1, 0, 1);
        script.beat("B", 3, 1);

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0, 1]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1]@[2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1]]
                        > B joins
                          log: member B [orders]
                          log: epoch 3
                          log: target of A [1:[0]]
                          log: target of B [1:[1]]
                          log: assigned for 3
                          log: state of B epoch 3 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 3
                          B: epoch 3, has []
                        > A beats, epoch 2, uses [1:[0, 1]]
                          log: state of A epoch 2 after 2, state 1, has [1:[0]@[2]], gives up [1:[1]@[2]]
                          A: epoch 2, has [1:[0]]
                        > 30000 ms pass
                        > A beats, epoch 2, uses [1:[0, 1]]
                          A: epoch 2
                        > B beats, epoch 3, uses []
                          log: state of B epoch 3 after 3, state 2, has [], gives up []
                          B: epoch 3
                        > 30000 ms pass
                          log: no state of A
                          log: no target of A
                          log: no member A
                          log: epoch 4
                          group: consumers, Assigning, epoch 4
                        > A beats, epoch 2, uses [1:[0, 1]]
                          A: UNKNOWN_MEMBER_ID
                        > B beats, epoch 3, uses []
                          log: target of B [1:[0, 1]]
                          log: assigned for 4
                          log: state of B epoch 4 after 3, state 0, has [1:[0, 1]@[4, 4]], gives up []
                          group: consumers, Stable, epoch 4
                          B: epoch 4, has [1:[0, 1]]
                        """);
    }

    @Test
    void whoIsSilentIsOutAfterItsSession() {
        // Given
        script.topic(1, "orders", 2);
        script.join("A", "orders");

        // When
        script.script().pass(45_000);
        script.beat("A", 2, 1, 0, 1);
        script.join("A", "orders");

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0, 1]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1]@[2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1]]
                        > 45000 ms pass
                          log: no state of A
                          log: no target of A
                          log: no member A
                          log: epoch 3
                          log: assigned for 3
                          group: consumers, Empty, epoch 3
                        > A beats, epoch 2, uses [1:[0, 1]]
                          A: UNKNOWN_MEMBER_ID
                        > A joins
                          log: member A [orders]
                          log: epoch 4
                          log: target of A [1:[0, 1]]
                          log: assigned for 4
                          log: state of A epoch 4 after 0, state 0, has [1:[0, 1]@[4, 4]], gives up []
                          group: consumers, Stable, epoch 4
                          A: epoch 4, has [1:[0, 1]]
                        """);
    }

    @Test
    void aStaticMemberThatRestartsHasItsPartitionsAgain() {
        // Given
        script.topic(1, "orders", 2);
        script.join(
                "A", request -> request.instanceId("a").subscribedTopicNames(List.of("orders")));
        script.join("B", "orders");
        script.beat(
                "A",
                2,
                request -> request.instanceId("a").topicPartitions(ConsumerScript.owned(1, 0)));

        // When
        script.join(
                "C", request -> request.instanceId("a").subscribedTopicNames(List.of("orders")));
        script.beat("A", -2, request -> request.instanceId("a"));
        script.join(
                "C", request -> request.instanceId("a").subscribedTopicNames(List.of("orders")));
        script.beat("A", 3, request -> request.instanceId("a"));
        script.beat("C", -1, request -> request.instanceId("a"));

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0, 1]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1]@[2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1]]
                        > B joins
                          log: member B [orders]
                          log: epoch 3
                          log: target of A [1:[0]]
                          log: target of B [1:[1]]
                          log: assigned for 3
                          log: state of B epoch 3 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 3
                          B: epoch 3, has []
                        > A beats, epoch 2, uses [1:[0]]
                          log: state of A epoch 3 after 2, state 0, has [1:[0]@[2]], gives up []
                          A: epoch 3, has [1:[0]]
                        > C joins
                          C: UNRELEASED_INSTANCE_ID
                        > A beats, epoch -2
                          log: state of A epoch -2 after 2, state 0, has [1:[0]@[0]], gives up []
                          A: epoch -2
                        > C joins
                          log: no state of A
                          log: no target of A
                          log: no member A
                          log: member C [orders]
                          log: target of C [1:[0]]
                          log: state of C epoch 0 after 0, state 0, has [1:[0]@[0]], gives up []
                          log: state of C epoch 3 after 0, state 0, has [1:[0]@[0]], gives up []
                          C: epoch 3, has [1:[0]]
                        > A beats, epoch 3
                          A: FENCED_INSTANCE_ID
                        > C beats, epoch -1
                          log: no state of C
                          log: no target of C
                          log: no member C
                          log: epoch 4
                          group: consumers, Assigning, epoch 4
                          C: epoch -1
                        """);
    }

    @Test
    void anAnswerThatWasLostMayBeAskedForAgainAndOtherEpochsAreFenced() {
        // Given
        script.topic(1, "orders", 1);
        script.topic(2, "bills", 1);
        script.join("A", "orders");
        script.beat("A", 2, request -> request.subscribedTopicNames(List.of("orders", "bills")));

        // When
        script.beat("A", 2, request -> request);
        script.beat("A", 2, 1, 0);
        script.beat("A", 1, 1, 0);
        script.beat("A", 4, 1, 0);
        script.beat("B", 3, request -> request);
        script.beat("B", -1, request -> request);
        script.beat("A", 3, request -> request.instanceId("a"));

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0]@[2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0]]
                        > A beats, epoch 2
                          log: member A [bills, orders]
                          log: epoch 3
                          log: target of A [1:[0], 2:[0]]
                          log: assigned for 3
                          log: state of A epoch 3 after 2, state 0, has [1:[0]@[2], 2:[0]@[3]], gives up []
                          group: consumers, Stable, epoch 3
                          A: epoch 3, has [1:[0], 2:[0]]
                        > A beats, epoch 2
                          A: FENCED_MEMBER_EPOCH
                        > A beats, epoch 2, uses [1:[0]]
                          A: epoch 3
                        > A beats, epoch 1, uses [1:[0]]
                          A: FENCED_MEMBER_EPOCH
                        > A beats, epoch 4, uses [1:[0]]
                          A: FENCED_MEMBER_EPOCH
                        > B beats, epoch 3
                          B: UNKNOWN_MEMBER_ID
                        > B beats, epoch -1
                          B: UNKNOWN_MEMBER_ID
                        > A beats, epoch 3
                          A: UNKNOWN_MEMBER_ID
                        """);
    }

    @Test
    void aTopicThatGrowsIsNoticedByTheNextHeartbeat() {
        // Given
        script.topic(1, "orders", 1);
        script.join("A", "orders");

        // When
        script.partitions(1, 1, 2);
        script.beat("A", 2, request -> request);
        script.topic(2, "others", 5);
        script.beat("A", 3, request -> request);

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0]@[2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0]]
                        > A beats, epoch 2
                          log: epoch 3
                          log: target of A [1:[0, 1]]
                          log: assigned for 3
                          log: state of A epoch 3 after 2, state 0, has [1:[0, 1]@[2, 3]], gives up []
                          group: consumers, Stable, epoch 3
                          A: epoch 3, has [1:[0, 1]]
                        > A beats, epoch 3
                          A: epoch 3
                        """);
    }

    @Test
    void regularExpressionsAreLookedUpBesideTheGroup() {
        // Given
        script.topic(1, "orders", 1);
        script.topic(2, "bills", 1);

        // When
        script.join("A", request -> request.subscribedTopicRegex("or.*"));
        script.script().lookUp();
        script.beat("A", 1, request -> request);
        script.topic(3, "orphans", 1);
        script.beat("A", 2, request -> request);
        script.script().pass(10_001);
        script.beat("A", 2, request -> request);
        script.script().lookUp();
        script.beat("A", 2, request -> request);
        script.beat("A", 3, request -> request.subscribedTopicRegex("("));
        script.beat(
                "A",
                3,
                request -> request.subscribedTopicRegex("").subscribedTopicNames(List.of("bills")));

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A []or.*
                          log: state of A epoch 1 after 0, state 0, has [], gives up []
                          group: consumers, Stable, epoch 1
                          A: epoch 1, has []
                        > [or.*] are looked up
                          log: regex or.* means [orders]
                          log: epoch 2
                          group: consumers, Assigning, epoch 2
                          looking up: NONE
                        > A beats, epoch 1
                          log: target of A [1:[0]]
                          log: assigned for 2
                          log: state of A epoch 2 after 1, state 0, has [1:[0]@[2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0]]
                        > A beats, epoch 2
                          A: epoch 2
                        > 10001 ms pass
                        > A beats, epoch 2
                          A: epoch 2
                        > [or.*] are looked up
                          log: regex or.* means [orders, orphans]
                          log: epoch 3
                          group: consumers, Assigning, epoch 3
                          looking up: NONE
                        > A beats, epoch 2
                          log: target of A [1:[0], 3:[0]]
                          log: assigned for 3
                          log: state of A epoch 3 after 2, state 0, has [1:[0]@[2], 3:[0]@[3]], gives up []
                          group: consumers, Stable, epoch 3
                          A: epoch 3, has [1:[0], 3:[0]]
                        > A beats, epoch 3
                          A: INVALID_REGULAR_EXPRESSION
                        > A beats, epoch 3
                          log: member A [bills]
                          log: no regex or.*
                          log: epoch 4
                          log: target of A [2:[0]]
                          log: assigned for 4
                          log: state of A epoch 3 after 3, state 1, has [], gives up [1:[0]@[2], 3:[0]@[3]]
                          group: consumers, Reconciling, epoch 4
                          A: epoch 3, has []
                        """);
    }

    @Test
    void mostMembersChooseTheAssignor() {
        // Given
        script.topic(1, "orders", 3);
        script.topic(2, "bills", 3);

        // When
        script.join(
                "A",
                request ->
                        request.serverAssignor("range")
                                .subscribedTopicNames(List.of("orders", "bills")));
        script.join("B", "orders", "bills");
        script.describe();
        script.beat("A", -1, request -> request);
        script.beat("B", 3, request -> request);
        script.describe();

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [bills, orders]
                          log: epoch 2
                          log: target of A [1:[0, 1, 2], 2:[0, 1, 2]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1, 2]@[2, 2, 2], 2:[0, 1, 2]@[2, 2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1, 2], 2:[0, 1, 2]]
                        > B joins
                          log: member B [bills, orders]
                          log: epoch 3
                          log: target of A [1:[0, 1], 2:[0, 1]]
                          log: target of B [1:[2], 2:[2]]
                          log: assigned for 3
                          log: state of B epoch 3 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 3
                          B: epoch 3, has []
                        > the group is described
                          describing: Reconciling, epoch 3, assigned 3, range, [A 2 type 1, B 3 type 1]
                        > A beats, epoch -1
                          log: no state of A
                          log: no target of A
                          log: no member A
                          log: epoch 4
                          group: consumers, Assigning, epoch 4
                          A: epoch -1
                        > B beats, epoch 3
                          log: target of B [1:[0, 1, 2], 2:[0, 1, 2]]
                          log: assigned for 4
                          log: state of B epoch 4 after 3, state 0, has [1:[0, 1, 2]@[4, 4, 4], 2:[0, 1, 2]@[4, 4, 4]], gives up []
                          group: consumers, Stable, epoch 4
                          B: epoch 4, has [1:[0, 1, 2], 2:[0, 1, 2]]
                        > the group is described
                          describing: Stable, epoch 4, assigned 4, uniform, [B 4 type 1]
                        """);
    }

    @Test
    void whatIsNotSubscribedToAnyMoreIsGivenUpAtOnce() {
        // Given
        ConsumerScript slow =
                new ConsumerScript(ConsumerScript.configs(15_000, MigrationPolicy.BIDIRECTIONAL));
        slow.script().pass(1);
        slow.topic(1, "orders", 1);
        slow.topic(2, "bills", 1);
        slow.join("A", "orders", "bills");

        // When
        slow.beat("A", 2, request -> request.subscribedTopicNames(List.of("bills")));
        slow.beat("A", 2, 2, 0);
        slow.script().pass(15_000);
        slow.beat("A", 2, 2, 0);

        // Then
        assertThat(slow.text())
                .isEqualTo(
                        """
                        > 1 ms pass
                        > A joins
                          log: member A [bills, orders]
                          log: epoch 2
                          log: target of A [1:[0], 2:[0]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0]@[2], 2:[0]@[2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0], 2:[0]]
                        > A beats, epoch 2
                          log: member A [bills]
                          log: epoch 3
                          log: state of A epoch 2 after 2, state 1, has [2:[0]@[2]], gives up [1:[0]@[2]]
                          group: consumers, Assigning, epoch 3
                          A: epoch 2, has [2:[0]]
                        > A beats, epoch 2, uses [2:[0]]
                          log: state of A epoch 2 after 2, state 0, has [2:[0]@[2]], gives up []
                          A: epoch 2
                        > 15000 ms pass
                        > A beats, epoch 2, uses [2:[0]]
                          log: target of A [2:[0]]
                          log: assigned for 3
                          log: state of A epoch 3 after 2, state 0, has [2:[0]@[2]], gives up []
                          group: consumers, Stable, epoch 3
                          A: epoch 3
                        """);
    }

    @Test
    void aGroupThatIsFullTakesNobodyAndLeavesNoTrace() {
        // Given
        for (String member : List.of("A", "B", "C", "D")) {
            script.join(member, "orders");
        }
        int records = script.script().log().size();

        // When
        script.join("E", "orders");

        // Then
        assertThat(script.text()).endsWith("> E joins\n  E: GROUP_MAX_SIZE_REACHED\n");
        assertThat(script.script().log()).hasSize(records);
    }

    @Test
    void aShardThatIsLoadedAgainGoesOnWhereItWas() {
        // Given
        script.topic(1, "orders", 2);
        script.join("A", "orders");
        script.join("B", "orders");
        script.beat("A", 2, 1, 0, 1);

        // When
        ConsumerScript again = script.reloaded();
        again.beat("B", 3, 1);
        again.beat("A", 2, 1, 0);
        again.beat("B", 3, 1);
        again.script().pass(45_000);

        // Then
        assertThat(again.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A [orders]
                          log: epoch 2
                          log: target of A [1:[0, 1]]
                          log: assigned for 2
                          log: state of A epoch 2 after 0, state 0, has [1:[0, 1]@[2, 2]], gives up []
                          group: consumers, Stable, epoch 2
                          A: epoch 2, has [1:[0, 1]]
                        > B joins
                          log: member B [orders]
                          log: epoch 3
                          log: target of A [1:[0]]
                          log: target of B [1:[1]]
                          log: assigned for 3
                          log: state of B epoch 3 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 3
                          B: epoch 3, has []
                        > A beats, epoch 2, uses [1:[0, 1]]
                          log: state of A epoch 2 after 2, state 1, has [1:[0]@[2]], gives up [1:[1]@[2]]
                          A: epoch 2, has [1:[0]]
                        > the shard is loaded again
                          group: consumers, Reconciling, epoch 3
                        > B beats, epoch 3, uses []
                          log: state of B epoch 3 after 3, state 2, has [], gives up []
                          B: epoch 3
                        > A beats, epoch 2, uses [1:[0]]
                          log: state of A epoch 3 after 2, state 0, has [1:[0]@[2]], gives up []
                          A: epoch 3
                        > B beats, epoch 3, uses []
                          log: state of B epoch 3 after 3, state 0, has [1:[1]@[3]], gives up []
                          group: consumers, Stable, epoch 3
                          B: epoch 3, has [1:[1]]
                        > 45000 ms pass
                          log: no state of A
                          log: no target of A
                          log: no member A
                          log: epoch 4
                          group: consumers, Assigning, epoch 4
                          log: no state of B
                          log: no target of B
                          log: no member B
                          log: epoch 5
                          log: assigned for 5
                          group: consumers, Empty, epoch 5
                        """);
    }

    @Test
    void theLastMemberLeavesAnEmptyGroupThatCanBeDeleted() {
        // Given
        script.topic(1, "orders", 1);
        script.join("A", request -> request.subscribedTopicRegex("or.*"));
        script.script().lookUp();

        // When
        script.beat("A", -1, request -> request);
        script.delete();

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: member A []or.*
                          log: state of A epoch 1 after 0, state 0, has [], gives up []
                          group: consumers, Stable, epoch 1
                          A: epoch 1, has []
                        > [or.*] are looked up
                          log: regex or.* means [orders]
                          log: epoch 2
                          group: consumers, Assigning, epoch 2
                          looking up: NONE
                        > A beats, epoch -1
                          log: no state of A
                          log: no target of A
                          log: no member A
                          log: no regex or.*
                          log: epoch 3
                          log: assigned for 3
                          group: consumers, Empty, epoch 3
                          A: epoch -1
                        > the group is deleted
                          log: no assignment
                          log: no ConsumerGroupPartitionMetadataKey
                          log: no group
                          group: none
                          deleting: NONE
                        """);
    }
}
