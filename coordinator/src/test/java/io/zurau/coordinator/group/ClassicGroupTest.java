package io.zurau.coordinator.group;

import static io.zurau.coordinator.group.GroupScript.instance;
import static io.zurau.coordinator.group.GroupScript.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.GroupScript.Client;
import org.junit.jupiter.api.Test;

/// The life of groups of the classic protocol.
final class ClassicGroupTest {
    private static final Client A = Client.named("A");
    private static final Client B = Client.named("B");
    private static final Client C = Client.named("C");

    private final GroupScript script = new GroupScript(GroupScript.CONFIG);

    /// A and B are in generation 1, led by A.
    private void formsGroupOfTwo() {
        script.join(A.version(2), "");
        script.join(B.version(2), "");
        script.pass(6_000);
        script.sync("A-1", 1, "A-1", "0", "B-1", "1");
        script.sync("B-1", 1);
    }

    private int begun;

    private void fromHere() {
        begun = script.text().length();
    }

    private void expect(String trace) {
        assertThat(script.text().substring(begun)).isEqualTo(trace);
    }

    @Test
    void newMembersAreGivenAnIdFirstAndComeTogetherForAWhile() {
        script.join(A, "");
        script.join(A, "A-1");
        script.pass(2_000);
        script.join(B, "");
        script.join(B, "B-1");
        script.pass(10_000);
        script.sync("B-1", 1);
        script.sync("A-1", 1, "A-1", "0", "B-1", "1");
        script.heartbeat("A-1", 1);

        expect(
                """
                > A joins
                  group: Empty, generation 0, members [], expects [A-1]
                  A joining: MEMBER_ID_REQUIRED, A-1
                > A joins as A-1
                  group: PreparingRebalance, generation 0, members [A-1]
                > 2000 ms pass
                > B joins
                  group: PreparingRebalance, generation 0, members [A-1], expects [B-1]
                  B joining: MEMBER_ID_REQUIRED, B-1
                > B joins as B-1
                  group: PreparingRebalance, generation 0, members [A-1, B-1]
                > 10000 ms pass
                  group: CompletingRebalance, generation 1, members [A-1, B-1]
                  A joining: A-1 is in generation 1, range, leader A-1, members [A-1, B-1]
                  B joining: B-1 is in generation 1, range, leader A-1
                > B-1 syncs generation 1
                > A-1 syncs generation 1, assigns [A-1, 0, B-1, 1]
                  log: generation 1, [A-1=0, B-1=1]
                  group: Stable, generation 1, members [A-1, B-1]
                  B-1 syncing: has "1"
                  A-1 syncing: has "0"
                > A-1 beats, generation 1
                  A-1: fine
                """);
    }

    @Test
    void aThirdMemberMakesEveryoneRejoin() {
        formsGroupOfTwo();
        fromHere();

        script.join(C, "");
        script.join(C, "C-1");
        script.heartbeat("A-1", 1);
        script.join(A, "A-1");
        script.sync("B-1", 1);
        script.join(B, "B-1");

        expect(
                """
                > C joins
                  group: Stable, generation 1, members [A-1, B-1], expects [C-1]
                  C joining: MEMBER_ID_REQUIRED, C-1
                > C joins as C-1
                  group: PreparingRebalance, generation 1, members [A-1, B-1, C-1]
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > A joins as A-1
                > B-1 syncs generation 1
                  B-1 syncing: REBALANCE_IN_PROGRESS
                > B joins as B-1
                  group: CompletingRebalance, generation 2, members [A-1, B-1, C-1]
                  C joining: C-1 is in generation 2, range, leader A-1
                  A joining: A-1 is in generation 2, range, leader A-1, members [A-1, B-1, C-1]
                  B joining: B-1 is in generation 2, range, leader A-1
                """);
    }

    @Test
    void membersThatDoNotRejoinInTimeAreLeftBehindAndTheOldestLeads() {
        formsGroupOfTwo();
        fromHere();

        script.join(B.topics("orders,bills"), "B-1");
        for (int i = 0; i < 7; i++) {
            script.pass(9_000);
            script.heartbeat("A-1", 1);
        }

        expect(
                """
                > B joins as B-1
                  group: PreparingRebalance, generation 1, members [A-1, B-1]
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: REBALANCE_IN_PROGRESS
                > 9000 ms pass
                  group: CompletingRebalance, generation 2, members [B-1]
                  B joining: B-1 is in generation 2, range, leader B-1, members [B-1]
                > A-1 beats, generation 1
                  A-1: UNKNOWN_MEMBER_ID
                """);
    }

    @Test
    void aSilentMemberIsRemoved() {
        formsGroupOfTwo();
        fromHere();

        script.pass(8_000);
        script.heartbeat("A-1", 1);
        script.pass(5_000);
        script.join(A, "A-1");

        expect(
                """
                > 8000 ms pass
                > A-1 beats, generation 1
                  A-1: fine
                > 5000 ms pass
                  group: PreparingRebalance, generation 1, members [A-1]
                > A joins as A-1
                  group: CompletingRebalance, generation 2, members [A-1]
                  A joining: A-1 is in generation 2, range, leader A-1, members [A-1]
                """);
    }

    @Test
    void membersThatDoNotSyncInTimeAreRemoved() {
        script.join(A.version(2).sessionMs(200_000), "");
        script.join(B.version(2).sessionMs(200_000), "");
        script.pass(6_000);
        script.sync("A-1", 1, "A-1", "0", "B-1", "1");
        fromHere();

        script.pass(60_000);

        expect(
                """
                > 60000 ms pass
                  group: PreparingRebalance, generation 1, members [A-1]
                """);
    }

    @Test
    void theLastMemberLeavesAnEmptyGroup() {
        formsGroupOfTwo();
        fromHere();

        script.leave(member("A-1"), member("nobody"));
        script.join(B, "B-1");
        script.leave(member("B-1"));
        script.heartbeat("B-1", 2);
        script.join(B, "B-1");

        expect(
                """
                > [A-1, nobody] leave
                  group: PreparingRebalance, generation 1, members [B-1]
                  leaving: [fine, UNKNOWN_MEMBER_ID]
                > B joins as B-1
                  group: CompletingRebalance, generation 2, members [B-1]
                  B joining: B-1 is in generation 2, range, leader B-1, members [B-1]
                > [B-1] leave
                  log: generation 3, []
                  group: Empty, generation 3, members []
                  leaving: [fine]
                > B-1 beats, generation 2
                  B-1: UNKNOWN_MEMBER_ID
                > B joins as B-1
                  B joining: UNKNOWN_MEMBER_ID, B-1
                """);
    }

    @Test
    void aStaticMemberThatRestartsTakesOverWithoutARebalance() {
        script.join(A.permanent("a"), "");
        script.join(B.permanent("b"), "");
        script.pass(10_000);
        script.sync("A-1", 1, "A-1", "0", "B-1", "1");
        script.sync("B-1", 1);
        fromHere();

        script.join(A.permanent("a"), "");
        script.sync("A-2", 1);
        script.heartbeat("A-1", "a", 1);
        script.join(A.permanent("a").version(8), "");
        script.heartbeat("A-3", "a", 1);
        script.join(B.permanent("b").protocols("roundrobin", "range"), "B-1");

        expect(
                """
                > A joins
                  log: generation 1, [B-1=1, A-2=0]
                  group: Stable, generation 1, members [B-1, A-2]
                  A joining: A-2 is in generation 1, range, leader A-2, members [B-1, A-2], skips the assignment
                > A-2 syncs generation 1
                  A-2 syncing: has "0"
                > A-1 beats, generation 1
                  A-1: FENCED_INSTANCE_ID
                > A joins
                  log: generation 1, [B-1=1, A-3=0]
                  group: Stable, generation 1, members [B-1, A-3]
                  A joining: A-3 is in generation 1, range, leader A-2
                > A-3 beats, generation 1
                  A-3: fine
                > B joins as B-1
                  group: PreparingRebalance, generation 1, members [B-1, A-3]
                """);
    }

    @Test
    void aStaticMemberThatRestartsFencesItsFormerSelfWhileItWaits() {
        script.join(A.permanent("a"), "");
        script.join(B.permanent("b"), "");
        script.join(A.permanent("a"), "");
        script.pass(10_000);
        script.sync("B-1", 1);
        script.join(B.permanent("b"), "");

        expect(
                """
                > A joins
                  group: PreparingRebalance, generation 0, members [A-1]
                > B joins
                  group: PreparingRebalance, generation 0, members [A-1, B-1]
                > A joins
                  group: PreparingRebalance, generation 0, members [B-1, A-2]
                  A joining: FENCED_INSTANCE_ID, A-1
                > 10000 ms pass
                  group: CompletingRebalance, generation 1, members [B-1, A-2]
                  B joining: B-1 is in generation 1, range, leader A-2
                  A joining: A-2 is in generation 1, range, leader A-2, members [B-1, A-2]
                > B-1 syncs generation 1
                > B joins
                  group: PreparingRebalance, generation 1, members [A-2, B-2]
                  B-1 syncing: FENCED_INSTANCE_ID
                """);
    }

    @Test
    void anAdministratorRemovesStaticMembersByInstance() {
        script.join(A.permanent("a"), "");
        script.pass(10_000);
        fromHere();

        script.leave(instance("a"), instance("b"));

        expect(
                """
                > [instance a, instance b] leave
                  log: generation 2, []
                  group: Empty, generation 2, members []
                  leaving: [fine, UNKNOWN_MEMBER_ID]
                """);
    }

    @Test
    void theProtocolWithTheMostVotesAmongTheCommonOnesWins() {
        script.join(A.version(2).protocols("sticky", "range", "roundrobin"), "");
        script.join(B.version(2).protocols("roundrobin", "range"), "");
        script.join(C.version(2).protocols("roundrobin", "range"), "");
        fromHere();

        script.pass(10_000);

        expect(
                """
                > 10000 ms pass
                  group: CompletingRebalance, generation 1, members [A-1, B-1, C-1]
                  A joining: A-1 is in generation 1, roundrobin, leader A-1, members [A-1, B-1, C-1]
                  B joining: B-1 is in generation 1, roundrobin, leader A-1
                  C joining: C-1 is in generation 1, roundrobin, leader A-1
                """);
    }

    @Test
    void membersWithoutACommonProtocolAreRefused() {
        formsGroupOfTwo();
        fromHere();

        script.join(C.version(2).protocols("sticky"), "");
        script.join(C.version(2).type("connect"), "");
        script.join(C.version(2).protocols(new String[0]), "");
        script.syncAs("A-1", 1, "connect", "range");
        script.syncAs("A-1", 1, "consumer", "sticky");
        script.sync("A-1", 2);
        script.sync("C-1", 1);

        expect(
                """
                > C joins
                  C joining: INCONSISTENT_GROUP_PROTOCOL
                > C joins
                  C joining: INCONSISTENT_GROUP_PROTOCOL
                > C joins
                  C joining: INCONSISTENT_GROUP_PROTOCOL
                > A-1 syncs generation 1
                  A-1 syncing: INCONSISTENT_GROUP_PROTOCOL
                > A-1 syncs generation 1
                  A-1 syncing: INCONSISTENT_GROUP_PROTOCOL
                > A-1 syncs generation 2
                  A-1 syncing: ILLEGAL_GENERATION
                > C-1 syncs generation 1
                  C-1 syncing: UNKNOWN_MEMBER_ID
                """);
    }

    @Test
    void aFullGroupTakesNobody() {
        formsGroupOfTwo();
        fromHere();

        script.join(C.version(2), "");
        script.join(A, "A-1");
        script.join(B, "B-1");
        script.join(Client.named("D").version(2), "");
        script.join(Client.named("D"), "");

        expect(
                """
                > C joins
                  group: PreparingRebalance, generation 1, members [A-1, B-1, C-1]
                > A joins as A-1
                > B joins as B-1
                  group: CompletingRebalance, generation 2, members [A-1, B-1, C-1]
                  C joining: C-1 is in generation 2, range, leader A-1
                  A joining: A-1 is in generation 2, range, leader A-1, members [A-1, B-1, C-1]
                  B joining: B-1 is in generation 2, range, leader A-1
                > D joins
                  D joining: GROUP_MAX_SIZE_REACHED
                > D joins
                  D joining: GROUP_MAX_SIZE_REACHED
                """);
    }

    @Test
    void whoForgetsItsIdIsNotWaitedForLongerThanItsSession() {
        formsGroupOfTwo();
        fromHere();

        script.join(C.sessionMs(6_000), "");
        script.leave(member("B-1"));
        script.join(A, "A-1");
        script.pass(6_000);

        expect(
                """
                > C joins
                  group: Stable, generation 1, members [A-1, B-1], expects [C-1]
                  C joining: MEMBER_ID_REQUIRED, C-1
                > [B-1] leave
                  group: PreparingRebalance, generation 1, members [A-1], expects [C-1]
                  leaving: [fine]
                > A joins as A-1
                > 6000 ms pass
                  group: CompletingRebalance, generation 2, members [A-1]
                  A joining: A-1 is in generation 2, range, leader A-1, members [A-1]
                """);
    }

    @Test
    void aNewMemberThatVanishesWhileItWaitsIsRemovedAfterFiveMinutes() {
        formsGroupOfTwo();
        script.sync("A-1", 1);
        fromHere();

        script.join(C.version(2).rebalanceMs(600_000), "");
        for (int i = 0; i < 31; i++) {
            script.heartbeat("A-1", 1);
            script.heartbeat("B-1", 1);
            script.pass(9_999);
        }

        assertThat(script.text()).contains("C joining: UNKNOWN_MEMBER_ID");
    }

    @Test
    void aLoadedGroupGoesOnWhereItWasStored() {
        formsGroupOfTwo();
        fromHere();

        GroupScript loaded = script.reloaded();
        loaded.heartbeat("A-1", 1);
        loaded.sync("B-1", 1);
        loaded.pass(9_000);
        loaded.heartbeat("A-1", 1);
        loaded.pass(2_000);

        assertThat(loaded.text().substring(begun))
                .isEqualTo(
                        """
                > the shard is loaded again
                  group: Stable, generation 1, members [A-1, B-1]
                > A-1 beats, generation 1
                  A-1: fine
                > B-1 syncs generation 1
                  B-1 syncing: has "1"
                > 9000 ms pass
                > A-1 beats, generation 1
                  A-1: fine
                > 2000 ms pass
                  group: PreparingRebalance, generation 1, members [A-1]
                """);
    }

    @Test
    void cooperativeMembersKeepWhatTheyOwnThroughTheGenerations() {
        Client cooperative = A.version(2).protocols("cooperative-sticky");
        script.join(cooperative, "");
        script.pass(6_000);
        script.sync("A-1", 1, "A-1", "0,1");
        fromHere();

        script.join(B.version(2).protocols("cooperative-sticky"), "");
        script.join(cooperative, "A-1");
        script.sync("A-1", 2, "A-1", "0");
        script.sync("B-1", 2);
        script.join(cooperative, "A-1");
        script.join(B.protocols("cooperative-sticky"), "B-1");
        script.sync("A-1", 3, "A-1", "0", "B-1", "1");
        script.sync("B-1", 3);

        expect(
                """
                > B joins
                  group: PreparingRebalance, generation 1, members [A-1, B-1]
                > A joins as A-1
                  group: CompletingRebalance, generation 2, members [A-1, B-1]
                  B joining: B-1 is in generation 2, cooperative-sticky, leader A-1
                  A joining: A-1 is in generation 2, cooperative-sticky, leader A-1, members [A-1, B-1]
                > A-1 syncs generation 2, assigns [A-1, 0]
                  log: generation 2, [A-1=0, B-1=]
                  group: Stable, generation 2, members [A-1, B-1]
                  A-1 syncing: has "0"
                > B-1 syncs generation 2
                  B-1 syncing: has ""
                > A joins as A-1
                  group: PreparingRebalance, generation 2, members [A-1, B-1]
                > B joins as B-1
                  group: CompletingRebalance, generation 3, members [A-1, B-1]
                  A joining: A-1 is in generation 3, cooperative-sticky, leader A-1, members [A-1, B-1]
                  B joining: B-1 is in generation 3, cooperative-sticky, leader A-1
                > A-1 syncs generation 3, assigns [A-1, 0, B-1, 1]
                  log: generation 3, [A-1=0, B-1=1]
                  group: Stable, generation 3, members [A-1, B-1]
                  A-1 syncing: has "0"
                > B-1 syncs generation 3
                  B-1 syncing: has "1"
                """);
    }

    @Test
    void anAssignmentThatTheLogCannotTakeMakesEveryoneRejoin() {
        script.join(A.version(2), "");
        script.join(B.version(2), "");
        script.pass(6_000);
        fromHere();
        script.takesRecordsUpTo(50);

        script.sync("B-1", 1);
        script.sync("A-1", 1, "A-1", "0", "B-1", "1");

        expect(
                """
                > B-1 syncs generation 1
                > A-1 syncs generation 1, assigns [A-1, 0, B-1, 1]
                  group: PreparingRebalance, generation 1, members [A-1, B-1]
                  B-1 syncing: REBALANCE_IN_PROGRESS
                  A-1 syncing: UNKNOWN_SERVER_ERROR
                """);
    }
}
