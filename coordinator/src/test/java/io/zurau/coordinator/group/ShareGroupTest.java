package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.share.ShareHeartbeatAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShareGroupTest {
    @Test
    void aFirstMemberGetsPartitionsOnceTheShareCoordinatorKeepsThem() {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(2);

        script.join("a");
        script.kept();
        script.beat("a");
        script.beat("a");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a joins
                          log: member a reads [shared]
                          log: group at epoch 1
                          log: target of a
                          log: assignment at epoch 1
                          log: a is at 1, has
                          log: states begun [0, 1], kept , going 0
                          epoch 1; has ; to keep at 1: 0@-1 1@-1
                        > kept
                          log: states begun , kept [0, 1], going 0
                          nothing to keep
                        > a at epoch 1
                          log: group at epoch 2
                          log: target of a [0, 1]
                          log: assignment at epoch 2
                          log: a is at 2, has [0, 1]
                          epoch 2; has [0, 1]
                        > a at epoch 2
                          epoch 2
                        """);
    }

    @Test
    void aClockThatWentBackDelaysNoAssignment() {
        ShareScript script = new ShareScript(DefaultGroupConfigs.ALL).topic(2);
        script.join("a");
        script.kept();
        script.beat("a");
        script.pass(-60_000);
        script.quietly();

        script.join("b");

        assertThat(script.text()).contains("assignment at epoch 3");
    }

    @Test
    void aSecondMemberSharesAndTakesAllWhenTheFirstIsSilent() {
        ShareScript script = withOneMember(2);

        script.join("b");
        script.beat("a");
        script.pass(30_000);
        script.beat("b");
        script.pass(30_000);
        script.beat("b");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > b joins
                          log: member b reads [shared]
                          log: group at epoch 3
                          log: target of a [0]
                          log: target of b [1]
                          log: assignment at epoch 3
                          log: b is at 3, has [1]
                          epoch 3; has [1]
                        > a at epoch 2
                          log: a is at 3, has [0]
                          epoch 3; has [0]
                        > 30000 ms pass
                        > b at epoch 3
                          epoch 3
                        > 30000 ms pass
                          log: a is removed
                          log: target of a removed
                          log: member a removed
                          log: group at epoch 4
                        > b at epoch 3
                          log: target of b [0, 1]
                          log: assignment at epoch 4
                          log: b is at 4, has [0, 1]
                          epoch 4; has [0, 1]
                        """);
    }

    @Test
    void whoIsBehindOrAheadOrUnknownIsRefused() {
        ShareScript script = withOneMember(1);

        script.beat("a", 1);
        script.beat("a", 9);
        script.beat("b", 1);
        script.beat("b", -1);
        script.beat("a", -2);
        script.beat("a", -1);
        script.beat("a", 3);

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a at epoch 1
                          epoch 2
                        > a at epoch 9
                          FENCED_MEMBER_EPOCH: The member has epoch 9, and the group coordinator knows 2. The member must give up its partitions and rejoin.
                        > b at epoch 1
                          UNKNOWN_MEMBER_ID: Member b is not a member of group g.
                        > b at epoch -1
                          UNKNOWN_MEMBER_ID: Member b is not a member of group g.
                        > a at epoch -2
                          INVALID_REQUEST: MemberEpoch is invalid.
                        > a at epoch -1
                          log: a is removed
                          log: target of a removed
                          log: member a removed
                          log: group at epoch 3
                          log: assignment at epoch 3
                          epoch -1
                        > a at epoch 3
                          UNKNOWN_MEMBER_ID: Member a is not a member of group g.
                        """);
    }

    @Test
    void aShardThatIsLoadedAgainGoesOn() {
        ShareScript script = withOneMember(2).reloaded();

        script.beat("a");
        script.topic(3);
        script.beat("a");
        script.notKept();
        script.beat("a");
        script.kept();
        script.beat("a");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > the shard is loaded again
                        > a at epoch 2
                          epoch 2
                        > a at epoch 2
                          log: group at epoch 3
                          log: assignment at epoch 3
                          log: a is at 3, has [0, 1]
                          log: states begun [2], kept [0, 1], going 0
                          epoch 3; to keep at 3: 2@-1
                        > not kept
                          log: states begun , kept [0, 1], going 0
                          nothing to keep
                        > a at epoch 3
                          log: states begun [2], kept [0, 1], going 0
                          epoch 3; to keep at 3: 2@-1
                        > kept
                          log: states begun , kept [0, 1, 2], going 0
                          nothing to keep
                        > a at epoch 3
                          log: group at epoch 4
                          log: target of a [0, 1, 2]
                          log: assignment at epoch 4
                          log: a is at 4, has [0, 1, 2]
                          epoch 4; has [0, 1, 2]
                        """);
    }

    @Test
    void offsetsMoveAndGoOnlyWithoutMembers() {
        ShareScript script = withOneMember(1);
        Map<String, Map<Integer, Long>> offsets = Map.of(ShareScript.TOPIC, Map.of(0, 5L));

        script.change("moves", new ShareStateChange.Move(offsets));
        script.change("deletes", new ShareStateChange.DeleteTopics(List.of(ShareScript.TOPIC)));
        script.change("deletes all", new ShareStateChange.DeleteAll());
        script.beat("a", -1);
        script.change("moves", new ShareStateChange.Move(offsets));
        script.change("deletes", new ShareStateChange.DeleteTopics(List.of(ShareScript.TOPIC)));
        script.change("deleted", new ShareStateChange.Deleted(Set.of(ShareScript.TOPIC_ID)));

        assertThat(script.text())
                .isEqualTo(
                        """
                        > moves
                          NON_EMPTY_GROUP: The share group g is not empty.
                        > deletes
                          NON_EMPTY_GROUP: The share group g is not empty.
                        > deletes all
                          NON_EMPTY_GROUP: The share group g is not empty.
                        > a at epoch -1
                          log: a is removed
                          log: target of a removed
                          log: member a removed
                          log: group at epoch 3
                          log: assignment at epoch 3
                          epoch -1
                        > moves
                          log: states begun [0], kept [0], going 0
                          to keep at 3: 0@5
                        > deletes
                          log: states begun [0], kept , going 1
                          to keep at 3: 0@-1
                        > deleted
                          log: states begun , kept , going 0
                          nothing to keep
                        """);
    }

    @Test
    void whatTheLogCannotTakeIsRefusedOrLeftOut() {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(100);
        script.takesRecordsUpTo(300);

        script.send("a joins with much", ShareScript.joining("a", "x".repeat(300)));
        script.join("a");
        script.beat("a");
        script.beat("a", -1);
        TreeMap<Integer, Long> all = new TreeMap<>();
        IntStream.range(0, 100).forEach(partition -> all.put(partition, 5L));
        script.change("moves", new ShareStateChange.Move(Map.of(ShareScript.TOPIC, all)));

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a joins with much
                          INVALID_REQUEST: What member a says of itself needs a record of more than 300 bytes.
                        > a joins
                          log: member a reads [shared]
                          log: group at epoch 1
                          log: target of a
                          log: assignment at epoch 1
                          log: a is at 1, has
                          epoch 1; has\s
                        > a at epoch 1
                          epoch 1
                        > a at epoch -1
                          log: a is removed
                          log: target of a removed
                          log: member a removed
                          log: group at epoch 2
                          log: assignment at epoch 2
                          epoch -1
                        > moves
                          INVALID_REQUEST: The share group g needs a record of more than 300 bytes.
                        """);
    }

    @Test
    void aTargetThatTheLogCannotTakeIsLeftOut() {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(100);
        script.takesRecordsUpTo(700);
        String member = "m".repeat(400);

        script.join(member);
        script.kept();
        script.quietly();
        script.beat(member);

        assertThat(script.text().replace(member, "m"))
                .isEqualTo(
                        """
                        > m at epoch 1
                          log: group at epoch 2
                          log: assignment at epoch 2
                          log: m is at 2, has
                          epoch 2
                        """);
    }

    @Test
    void aMoveThatMovesNothingMakesNoGroup() {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(1);

        script.change("moves", new ShareStateChange.Move(Map.of("other", Map.of(0, 5L))));
        script.change("moves", new ShareStateChange.Move(Map.of(ShareScript.TOPIC, Map.of(1, 5L))));
        script.change("looks", new ShareStateChange.Look());

        assertThat(script.text())
                .isEqualTo(
                        """
                        > moves
                          nothing to keep
                        > moves
                          nothing to keep
                        > looks
                          GROUP_ID_NOT_FOUND: Share group g not found.
                        """);
    }

    @Test
    void whoJoinsDuringADeletionHasItsPartitionsKeptAgain() {
        ShareScript script = withOneMember(1);
        script.beat("a", -1);
        script.change("deletes", new ShareStateChange.DeleteTopics(List.of(ShareScript.TOPIC)));
        script.quietly();

        script.join("b");
        script.kept();
        script.change("deleted", new ShareStateChange.Deleted(Set.of(ShareScript.TOPIC_ID)));
        script.beat("b");
        script.change("deleted", new ShareStateChange.Deleted(Set.of(ShareScript.TOPIC_ID)));
        script.kept();
        script.beat("b");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > b joins
                          log: member b reads [shared]
                          log: group at epoch 4
                          log: target of b
                          log: assignment at epoch 4
                          log: b is at 4, has
                          log: states begun [0], kept , going 0
                          epoch 4; has ; to keep at 4: 0@-1
                        > kept
                          log: states begun , kept [0], going 0
                          nothing to keep
                        > deleted
                          log: states begun , kept , going 0
                          nothing to keep
                        > b at epoch 4
                          log: states begun [0], kept , going 0
                          epoch 4; to keep at 4: 0@-1
                        > deleted
                          log: states begun , kept , going 0
                          nothing to keep
                        > kept
                          nothing to keep
                        > b at epoch 4
                          log: states begun [0], kept , going 0
                          epoch 4; to keep at 4: 0@-1
                        """);
    }

    @Test
    void aGroupThatOnlyKeepsOffsetsIsNotDisplaced() {
        GroupScript script = new GroupScript(GroupScript.CONFIG);
        script.commit("", -1, "orders-0", 5, "");
        script.clear();

        Reply<ShareHeartbeatAnswer> reply = new Reply<>(ShareHeartbeatAnswer::refused);
        script.ask(
                "a",
                new GroupCommand.ShareHeartbeat(
                        ShareScript.joining("a", ShareScript.TOPIC),
                        new ClientContext("client", "/host", 1),
                        script.image(),
                        reply),
                reply,
                answer ->
                        ErrorCode.forCode(answer.response().errorCode())
                                + ": "
                                + answer.response().errorMessage());

        assertThat(script.text())
                .isEqualTo("  a: GROUP_ID_NOT_FOUND: Group g is not a share group.\n");
    }

    /// It has all partitions.
    private static ShareScript withOneMember(int partitions) {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(partitions);
        script.join("a");
        script.kept();
        script.beat("a");
        return script.quietly();
    }
}
