package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.GroupScript.Client;
import io.zurau.coordinator.group.config.MigrationPolicy;
import io.zurau.coordinator.group.consumer.EmbeddedProtocol;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Groups change their protocol while their members work on, as text traces.
final class MigrationTest {
    private final ConsumerScript script = new ConsumerScript();

    /// What a leader gives a member: partitions of topic 1.
    private static ByteBuffer assigned(ConsumerScript script, Integer... partitions) {
        Assignment.Builder builder = Assignment.builder();
        for (int partition : partitions) {
            builder.add(new Uuid(0, 1), partition);
        }
        return EmbeddedProtocol.assignment(
                builder.build(),
                Client.named("any").subscription(),
                new Topics(script.script().image()));
    }

    /// A classic group of one member, which has both partitions of the topic.
    private static void classicGroup(ConsumerScript script) {
        classicGroup(script, Client.named("A"));
    }

    private static void classicGroup(ConsumerScript script, Client client) {
        script.topic(1, "orders", 2);
        GroupScript group = script.script();
        group.join(client.version(2), "");
        group.pass(3_000);
        group.assign("A-1", 1, assigned(script, 0, 1));
    }

    @Test
    void theFirstMemberOfTheNewProtocolMakesAConsumerGroup() {
        // Given
        classicGroup(script);

        // When: the new member comes, the old one hears of it, joins again and gives one up
        script.join("B", "orders");
        script.script().heartbeat("A-1", 1);
        script.script().join(Client.named("A").owning(0, 1), "A-1");
        script.script().sync("A-1", 1);
        script.script().heartbeat("A-1", 1);
        script.script().join(Client.named("A").owning(0), "A-1");
        script.script().sync("A-1", 2);
        script.beat("B", 2, 1);
        script.script().heartbeat("A-1", 2);
        script.describe();

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          group: PreparingRebalance, generation 0, members [A-1]
                        > 3000 ms pass
                          group: CompletingRebalance, generation 1, members [A-1]
                          A joining: A-1 is in generation 1, range, leader A-1, members [A-1]
                        > A-1 syncs generation 1, assigns [A-1, [orders:[0, 1]]]
                          log: generation 1, [A-1=[orders:[0, 1]]]
                          group: Stable, generation 1, members [A-1]
                          A-1 syncing: has "[orders:[0, 1]]"
                        > B joins
                          log: no group
                          log: member A-1 [orders] classic
                          log: epoch 1
                          log: target of A-1 [1:[0, 1]]
                          log: assigned for 1
                          log: state of A-1 epoch 1 after 1, state 0, has [1:[0, 1]@[1, 1]], gives up []
                          log: member B [orders]
                          log: epoch 2
                          log: target of A-1 [1:[0]]
                          log: target of B [1:[1]]
                          log: assigned for 2
                          log: state of B epoch 2 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 2
                          B: epoch 2, has []
                        > A-1 beats, generation 1
                          A-1: REBALANCE_IN_PROGRESS
                        > A joins as A-1
                          log: member A-1 [orders] classic
                          log: state of A-1 epoch 1 after 1, state 1, has [1:[0]@[1]], gives up [1:[1]@[1]]
                          A joining: A-1 is in generation 1, range, leader\s
                        > A-1 syncs generation 1
                          A-1 syncing: has "[orders:[0]]"
                        > A-1 beats, generation 1
                          A-1: REBALANCE_IN_PROGRESS
                        > A joins as A-1
                          log: member A-1 [orders] classic
                          log: state of A-1 epoch 2 after 1, state 0, has [1:[0]@[1]], gives up []
                          A joining: A-1 is in generation 2, range, leader\s
                        > A-1 syncs generation 2
                          A-1 syncing: has "[orders:[0]]"
                        > B beats, epoch 2, uses []
                          log: state of B epoch 2 after 2, state 0, has [1:[1]@[2]], gives up []
                          group: consumers, Stable, epoch 2
                          B: epoch 2, has [1:[1]]
                        > A-1 beats, generation 2
                          A-1: fine
                        > the group is described
                          describing: Stable, epoch 2, assigned 2, uniform, [A-1 2 type 0, B 2 type 1]
                        """);
    }

    @Test
    void theLastMemberOfTheNewProtocolLeavesAClassicGroup() {
        // Given
        classicGroup(script);
        script.join("B", "orders");
        script.script().clear();

        // When
        script.beat("B", -1, request -> request);
        script.script().heartbeat("A-1", 2);
        script.script().join(Client.named("A"), "A-1");
        script.script().assign("A-1", 3, assigned(script, 0, 1));
        ConsumerScript again = script.reloaded();

        // Then
        assertThat(again.text())
                .isEqualTo(
                        """
                        > B beats, epoch -1
                          log: no state of A-1
                          log: no state of B
                          log: no target of A-1
                          log: no target of B
                          log: no assignment
                          log: no member A-1
                          log: no member B
                          log: no ConsumerGroupPartitionMetadataKey
                          log: no group
                          log: generation 2, [A-1=[orders:[0, 1]]]
                          group: PreparingRebalance, generation 2, members [A-1]
                          B: epoch -1
                        > A-1 beats, generation 2
                          A-1: REBALANCE_IN_PROGRESS
                        > A joins as A-1
                          group: CompletingRebalance, generation 3, members [A-1]
                          A joining: A-1 is in generation 3, range, leader A-1, members [A-1]
                        > A-1 syncs generation 3, assigns [A-1, [orders:[0, 1]]]
                          log: generation 3, [A-1=[orders:[0, 1]]]
                          group: Stable, generation 3, members [A-1]
                          A-1 syncing: has "[orders:[0, 1]]"
                        > the shard is loaded again
                          group: Stable, generation 3, members [A-1]
                        """);
    }

    @Test
    void membersOfAClassicGroupThatWaitHaveToJoinAgain() {
        // Given
        script.topic(1, "orders", 2);
        script.script().join(Client.named("A").version(2), "");

        // When
        script.join("B", "orders");
        script.script().join(Client.named("A"), "A-1");
        script.script().sync("A-1", 1);

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          group: PreparingRebalance, generation 0, members [A-1]
                        > B joins
                          log: no group
                          log: member A-1 [orders] classic
                          log: epoch 0
                          log: target of A-1 []
                          log: assigned for 0
                          log: state of A-1 epoch 0 after 0, state 0, has [], gives up []
                          log: member B [orders]
                          log: epoch 1
                          log: target of A-1 [1:[0]]
                          log: target of B [1:[1]]
                          log: assigned for 1
                          log: state of B epoch 1 after 0, state 0, has [1:[1]@[1]], gives up []
                          group: consumers, Reconciling, epoch 1
                          A joining: REBALANCE_IN_PROGRESS, A-1
                          B: epoch 1, has [1:[1]]
                        > A joins as A-1
                          log: state of A-1 epoch 1 after 0, state 0, has [1:[0]@[1]], gives up []
                          group: consumers, Stable, epoch 1
                          A joining: A-1 is in generation 1, range, leader\s
                        > A-1 syncs generation 1
                          A-1 syncing: has "[orders:[0]]"
                        """);
    }

    @Test
    void aPolicyForbidsToUpgradeAndToDowngrade() {
        // Given
        ConsumerScript closed =
                new ConsumerScript(ConsumerScript.configs(0, MigrationPolicy.DISABLED));
        classicGroup(closed);
        int records = closed.script().log().size();

        // When
        closed.join("B", "orders");

        // Then
        assertThat(closed.text()).endsWith("> B joins\n  B: GROUP_ID_NOT_FOUND\n");
        assertThat(closed.script().log()).hasSize(records);
    }

    @Test
    void aClassicMemberOfAConsumerGroupThatIsSilentIsOut() {
        // Given
        classicGroup(script);
        script.join("B", "orders");
        script.script().clear();

        // When
        script.script().pass(10_000);
        script.beat("B", 2, 1);

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > 10000 ms pass
                          log: no state of A-1
                          log: no target of A-1
                          log: no member A-1
                          log: epoch 3
                          group: consumers, Assigning, epoch 3
                        > B beats, epoch 2, uses []
                          log: target of B [1:[0, 1]]
                          log: assigned for 3
                          log: state of B epoch 3 after 2, state 0, has [1:[0, 1]@[3, 3]], gives up []
                          group: consumers, Stable, epoch 3
                          B: epoch 3, has [1:[0, 1]]
                        """);
    }

    @Test
    void anEmptyConsumerGroupBecomesClassicAndBack() {
        // Given
        script.topic(1, "orders", 1);
        script.join("B", "orders");
        script.beat("B", -1, request -> request);
        script.script().clear();

        // When
        script.script().join(Client.named("A").version(2), "");
        script.script().pass(3_000);
        script.script().leave(GroupScript.member("A-1"));
        script.join("B", "orders");

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins
                          log: no assignment
                          log: no ConsumerGroupPartitionMetadataKey
                          log: no group
                          group: PreparingRebalance, generation 0, members [A-1]
                        > 3000 ms pass
                          group: CompletingRebalance, generation 1, members [A-1]
                          A joining: A-1 is in generation 1, range, leader A-1, members [A-1]
                        > [A-1] leave
                          log: generation 2, []
                          group: Empty, generation 2, members []
                          leaving: [fine]
                        > B joins
                          log: no group
                          log: member B [orders]
                          log: epoch 2
                          log: target of B [1:[0]]
                          log: assigned for 2
                          log: state of B epoch 2 after 0, state 0, has [1:[0]@[2]], gives up []
                          group: consumers, Stable, epoch 2
                          B: epoch 2, has [1:[0]]
                        """);
    }

    @Test
    void whoCommitsMustOwnWhatItCommits() {
        // Given
        script.topic(1, "orders", 2);
        script.join("A", "orders");
        script.join("B", "orders");
        script.script().clear();
        GroupScript group = script.script();

        // When
        group.commit("A", 2, "orders-0", 1, "");
        group.commit("A", 3, "orders-0", 2, "");
        script.beat("A", 2, 1, 0);
        group.commit("A", 2, "orders-0", 3, "");
        group.commit("A", 2, "orders-1", 4, "");
        group.commit("C", 2, "orders-0", 5, "");
        group.commit("", -1, "orders-0", 6, "");

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A commits orders-0 at 1
                          log: orders-0 at 1
                          committing: fine
                        > A commits orders-0 at 2
                          committing: STALE_MEMBER_EPOCH
                        > A beats, epoch 2, uses [1:[0]]
                          log: state of A epoch 3 after 2, state 0, has [1:[0]@[2]], gives up []
                          A: epoch 3, has [1:[0]]
                        > A commits orders-0 at 3
                          log: orders-0 at 3
                          committing: fine
                        > A commits orders-1 at 4
                          committing: STALE_MEMBER_EPOCH
                        > C commits orders-0 at 5
                          committing: UNKNOWN_MEMBER_ID
                        > somebody commits orders-0 at 6
                          committing: UNKNOWN_MEMBER_ID
                        """);
    }

    @Test
    void aGroupWhoseMembersCannotBeStoredAnewStaysClassic() {
        // Given: a subscription that fits once, but not twice
        classicGroup(script, Client.named("A").topics("orders," + "t".repeat(249)));
        script.script().takesRecordsUpTo(500);
        int records = script.script().log().size();

        // When
        script.join("B", "orders");

        // Then
        assertThat(script.text()).endsWith("> B joins\n  B: GROUP_ID_NOT_FOUND\n");
        assertThat(script.script().log()).hasSize(records);
    }

    @Test
    void nobodyGetsWhatAnotherUsesWhenAStaticMemberReturnsToTheClassicProtocol() {
        // Given: what the static member shall have is still used by the other
        classicGroup(script);
        script.join(
                "S", request -> request.instanceId("s").subscribedTopicNames(List.of("orders")));
        script.script().clear();

        // When
        script.script().join(Client.named("S").permanent("s"), "");
        script.script().sync("S-1", 2);

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > S joins
                          log: no state of S
                          log: no target of S
                          log: no member S
                          log: member S-1 [orders]
                          log: target of S-1 [1:[1]]
                          log: state of S-1 epoch 0 after 0, state 2, has [], gives up []
                          log: member S-1 [orders] classic
                          log: state of S-1 epoch 2 after 0, state 2, has [], gives up []
                          log: no state of A-1
                          log: no state of S-1
                          log: no target of A-1
                          log: no target of S-1
                          log: no assignment
                          log: no member A-1
                          log: no member S-1
                          log: no ConsumerGroupPartitionMetadataKey
                          log: no group
                          log: generation 2, [A-1=[orders:[0, 1]], S-1=[]]
                          group: PreparingRebalance, generation 2, members [A-1, S-1]
                          S joining: S-1 is in generation 2, range, leader\s
                        > S-1 syncs generation 2
                          S-1 syncing: REBALANCE_IN_PROGRESS
                        """);
    }

    @Test
    void aStaticMemberReturnsToTheClassicProtocolWithoutRebalanceWhenAllIsAtRest() {
        // Given
        classicGroup(script);
        script.join(
                "S", request -> request.instanceId("s").subscribedTopicNames(List.of("orders")));
        script.script().join(Client.named("A").owning(0, 1), "A-1");
        script.script().sync("A-1", 1);
        script.script().join(Client.named("A").owning(0), "A-1");
        script.script().sync("A-1", 2);
        script.beat("S", 2, 1);

        // When
        script.script().join(Client.named("S").permanent("s"), "");
        script.script().sync("S-1", 2);
        script.script().heartbeat("A-1", 2);

        // Then
        assertThat(script.text())
                .endsWith(
                        """
                          log: generation 2, [A-1=[orders:[0]], S-1=[orders:[1]]]
                          group: Stable, generation 2, members [A-1, S-1]
                          S joining: S-1 is in generation 2, range, leader\s
                        > S-1 syncs generation 2
                          S-1 syncing: has "[orders:[1]]"
                        > A-1 beats, generation 2
                          A-1: fine
                        """);
    }

    @Test
    void anUpgradeAfterADowngradeKnowsWhoUsesWhat() {
        // Given: Y shall have what A still uses
        script.topic(1, "orders", 3);
        script.script().join(Client.named("A").version(2), "");
        script.script().pass(3_000);
        script.script().assign("A-1", 1, assigned(script, 0, 1, 2));
        script.join("C", "orders");
        script.script().join(Client.named("Y").version(2), "");
        script.script().clear();

        // When
        script.beat("C", -1, request -> request);
        script.join("C", "orders");

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > C beats, epoch -1
                          log: no state of A-1
                          log: no state of C
                          log: no state of Y-1
                          log: no target of A-1
                          log: no target of C
                          log: no target of Y-1
                          log: no assignment
                          log: no member A-1
                          log: no member C
                          log: no member Y-1
                          log: no ConsumerGroupPartitionMetadataKey
                          log: no group
                          log: generation 3, [A-1=[orders:[0, 1, 2]], Y-1=[]]
                          group: PreparingRebalance, generation 3, members [A-1, Y-1]
                          C: epoch -1
                        > C joins
                          log: no group
                          log: member A-1 [orders] classic
                          log: member Y-1 [orders] classic
                          log: epoch 3
                          log: target of A-1 [1:[0, 1, 2]]
                          log: target of Y-1 []
                          log: assigned for 3
                          log: state of A-1 epoch 3 after 3, state 0, has [1:[0, 1, 2]@[3, 3, 3]], gives up []
                          log: state of Y-1 epoch 3 after 3, state 0, has [], gives up []
                          log: member C [orders]
                          log: epoch 4
                          log: target of A-1 [1:[0]]
                          log: target of C [1:[1]]
                          log: target of Y-1 [1:[2]]
                          log: assigned for 4
                          log: state of C epoch 4 after 0, state 2, has [], gives up []
                          group: consumers, Reconciling, epoch 4
                          C: epoch 4, has []
                        """);
    }

    @Test
    void aMemberThatWasPromisedAPlaceInAGroupThatEmptiedAsksAnew() {
        // Given
        script.topic(1, "orders", 1);
        script.join("B", "orders");
        script.script().join(Client.named("A"), "");
        script.beat("B", -1, request -> request);
        script.script().clear();

        // When
        script.script().join(Client.named("A"), "A-1");

        // Then
        assertThat(script.text())
                .isEqualTo(
                        """
                        > A joins as A-1
                          A joining: UNKNOWN_MEMBER_ID, A-1
                        """);
    }

    /// Otherwise nobody would have what the last member of the new protocol had.
    @Test
    void aGroupThatIsLoadedBeforeItsMembersJoinedAgainAsksThemTo() {
        // Given
        classicGroup(script);
        script.join("B", "orders");
        script.beat("B", -1, request -> request);
        ConsumerScript again = script.reloaded();
        again.script().clear();

        // When
        again.script().heartbeat("A-1", 2);
        again.script().join(Client.named("A"), "A-1");

        // Then
        assertThat(again.text())
                .isEqualTo(
                        """
                        > A-1 beats, generation 2
                          A-1: REBALANCE_IN_PROGRESS
                        > A joins as A-1
                          group: CompletingRebalance, generation 3, members [A-1]
                          A joining: A-1 is in generation 3, range, leader A-1, members [A-1]
                        """);
    }

    @Test
    void aClassicMemberKeepsItsSessionTimeoutWhenTheShardIsLoaded() {
        // Given
        classicGroup(script);
        script.join("B", "orders");
        ConsumerScript again = script.reloaded();
        again.script().clear();

        // When
        again.script().pass(9_999);
        again.script().pass(1);

        // Then
        assertThat(again.text())
                .isEqualTo(
                        """
                        > 9999 ms pass
                        > 1 ms pass
                          log: no state of A-1
                          log: no target of A-1
                          log: no member A-1
                          log: epoch 3
                          group: consumers, Assigning, epoch 3
                        """);
    }
}
