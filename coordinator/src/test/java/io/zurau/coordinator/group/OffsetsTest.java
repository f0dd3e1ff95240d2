package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.GroupScript.Client;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.OffsetDeleteRequest;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.zurau.protocol.message.OffsetDeleteResponse;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Committed offsets: who may commit, what is read, and when they go.
final class OffsetsTest {
    private final GroupScript script = new GroupScript(GroupScript.CONFIG);
    private int begun;

    private void fromHere() {
        begun = script.text().length();
    }

    private void expect(String trace) {
        assertThat(script.text().substring(begun)).isEqualTo(trace);
    }

    private void formsGroupOfOne() {
        script.join(Client.named("A").version(2).sessionMs(300_000), "");
        script.pass(3_000);
        script.sync("A-1", 1, "A-1", "0");
    }

    private void fetchAll() {
        Reply<OffsetFetchResponseGroup> reply =
                new Reply<>(code -> OffsetFetchResponseGroup.builder().errorCode(code).build());
        script.says("somebody fetches everything");
        script.ask(
                "fetching",
                new GroupCommand.FetchOffsets(
                        OffsetFetchRequestGroup.builder()
                                .groupId(GroupScript.GROUP)
                                .topics(null)
                                .build(),
                        false,
                        reply),
                reply,
                group ->
                        group.topics().stream()
                                .flatMap(
                                        topic ->
                                                topic.partitions().stream()
                                                        .map(
                                                                one ->
                                                                        "%s-%d at %d"
                                                                                .formatted(
                                                                                        topic
                                                                                                .name(),
                                                                                        one
                                                                                                .partitionIndex(),
                                                                                        one
                                                                                                .committedOffset())))
                                .toList()
                                .toString());
    }

    private void delete(String topic) {
        Reply<OffsetDeleteResponse> reply =
                new Reply<>(code -> OffsetDeleteResponse.builder().errorCode(code).build());
        script.says("somebody deletes the offsets of " + topic);
        script.ask(
                "deleting",
                new GroupCommand.DeleteOffsets(
                        OffsetDeleteRequest.builder()
                                .groupId(GroupScript.GROUP)
                                .topics(
                                        List.of(
                                                OffsetDeleteRequestTopic.builder()
                                                        .name(topic)
                                                        .partitions(
                                                                List.of(
                                                                        new OffsetDeleteRequestPartition(
                                                                                0)))
                                                        .build()))
                                .build(),
                        reply),
                reply,
                response ->
                        response.errorCode() != 0
                                ? ErrorCode.forCode(response.errorCode()).name()
                                : ErrorCode.forCode(
                                                response.topics()
                                                        .getFirst()
                                                        .partitions()
                                                        .getFirst()
                                                        .errorCode())
                                        .name());
    }

    private void deleteGroup() {
        Reply<DeletableGroupResult> reply =
                new Reply<>(code -> DeletableGroupResult.builder().errorCode(code).build());
        script.says("somebody deletes the group");
        script.ask(
                "deleting",
                new GroupCommand.Delete(GroupScript.GROUP, reply),
                reply,
                result -> ErrorCode.forCode(result.errorCode()).name());
    }

    @Test
    void membersCommitForTheirGeneration() {
        formsGroupOfOne();
        fromHere();

        script.commit("A-1", 1, "orders-0", 17, "");
        script.commit("A-1", 2, "orders-0", 18, "");
        script.commit("B-1", 1, "orders-0", 18, "");
        script.commit("", -1, "orders-0", 18, "");
        script.commit("A-1", 1, "orders-1", 3, "longer than allowed");
        fetchAll();

        expect(
                """
                > A-1 commits orders-0 at 17
                  log: orders-0 at 17
                  committing: fine
                > A-1 commits orders-0 at 18
                  committing: ILLEGAL_GENERATION
                > B-1 commits orders-0 at 18
                  committing: UNKNOWN_MEMBER_ID
                > somebody commits orders-0 at 18
                  committing: UNKNOWN_MEMBER_ID
                > A-1 commits orders-1 at 3
                  committing: OFFSET_METADATA_TOO_LARGE
                > somebody fetches everything
                  fetching: [orders-0 at 17]
                """);
    }

    @Test
    void nobodyCommitsWhileTheAssignmentIsMissing() {
        script.join(Client.named("A").version(2), "");
        script.commit("A-1", 0, "orders-0", 17, "");
        script.pass(3_000);
        script.commit("A-1", 1, "orders-0", 17, "");

        expect(
                """
                > A joins
                  group: PreparingRebalance, generation 0, members [A-1]
                > A-1 commits orders-0 at 17
                  log: orders-0 at 17
                  committing: fine
                > 3000 ms pass
                  group: CompletingRebalance, generation 1, members [A-1]
                  A joining: A-1 is in generation 1, range, leader A-1, members [A-1]
                > A-1 commits orders-0 at 17
                  committing: REBALANCE_IN_PROGRESS
                """);
    }

    @Test
    void consumersThatAssignThemselvesNeedNoGroup() {
        fetchAll();
        script.commit("A-1", 5, "orders-0", 17, "");
        script.commit("", -1, "orders-0", 17, "");
        script.commit("", -1, "orders-1", 18, "");
        fetchAll();

        expect(
                """
                > somebody fetches everything
                  fetching: []
                > A-1 commits orders-0 at 17
                  committing: GROUP_ID_NOT_FOUND
                > somebody commits orders-0 at 17
                  log: orders-0 at 17
                  group: Empty, generation 0, members []
                  committing: fine
                > somebody commits orders-1 at 18
                  log: orders-1 at 18
                  committing: fine
                > somebody fetches everything
                  fetching: [orders-0 at 17, orders-1 at 18]
                """);
    }

    @Test
    void offsetsOfSubscribedTopicsCannotBeDeleted() {
        formsGroupOfOne();
        script.commit("A-1", 1, "orders-0", 17, "");
        script.commit("A-1", 1, "bills-0", 18, "");
        fromHere();

        delete("orders");
        delete("bills");
        deleteGroup();
        fetchAll();

        expect(
                """
                > somebody deletes the offsets of orders
                  deleting: GROUP_SUBSCRIBED_TO_TOPIC
                > somebody deletes the offsets of bills
                  log: no offset of bills-0
                  deleting: NONE
                > somebody deletes the group
                  deleting: NON_EMPTY_GROUP
                > somebody fetches everything
                  fetching: [orders-0 at 17]
                """);
    }

    @Test
    void deletingAnEmptyGroupDeletesItsOffsets() {
        script.commit("", -1, "orders-0", 17, "");
        fromHere();

        deleteGroup();
        deleteGroup();
        fetchAll();

        expect(
                """
                > somebody deletes the group
                  log: no offset of orders-0
                  log: no group
                  group: none
                  deleting: NONE
                > somebody deletes the group
                  deleting: GROUP_ID_NOT_FOUND
                > somebody fetches everything
                  fetching: []
                """);
    }

    @Test
    void offsetsOfAGroupWithoutMembersExpireWithTheGroup() {
        formsGroupOfOne();
        script.commit("A-1", 1, "orders-0", 17, "");
        script.pass(100_000);
        script.leave(GroupScript.member("A-1"));
        fromHere();

        script.pass(599_000);
        fetchAll();
        script.pass(61_000);
        fetchAll();

        expect(
                """
                > 599000 ms pass
                > somebody fetches everything
                  fetching: [orders-0 at 17]
                > 61000 ms pass
                  log: no offset of orders-0
                  log: no group
                  group: none
                > somebody fetches everything
                  fetching: []
                """);
    }

    @Test
    void aStableGroupLosesOnlyOffsetsOfTopicsItDoesNotSubscribeTo() {
        formsGroupOfOne();
        script.commit("A-1", 1, "orders-0", 17, "");
        script.commit("A-1", 1, "bills-0", 18, "");
        for (int i = 0; i < 5; i++) {
            script.pass(100_000);
            script.heartbeat("A-1", 1);
        }
        fromHere();

        script.pass(101_000);
        fetchAll();

        expect(
                """
                > 101000 ms pass
                > somebody fetches everything
                  fetching: [bills-0 at 18, orders-0 at 17]
                """);
    }

    @Test
    void offsetsCommittedWithoutAGroupExpireOneByOne() {
        script.commit("", -1, "orders-0", 17, "");
        script.pass(300_000);
        script.commit("", -1, "orders-1", 17, "");
        fromHere();
        script.pass(361_000);
        fetchAll();
        script.pass(300_000);

        expect(
                """
                > 361000 ms pass
                  log: no offset of orders-0
                > somebody fetches everything
                  fetching: [orders-1 at 17]
                > 300000 ms pass
                  log: no offset of orders-1
                  log: no group
                  group: none
                """);
    }

    @Test
    void offsetsOfDeletedTopicsAreForgotten() {
        script.commit("", -1, "orders-0", 17, "");
        script.commit("", -1, "bills-0", 18, "");
        fromHere();
        Reply<ErrorCode> reply = new Reply<>(code -> code);

        script.says("topic orders is deleted");
        script.ask(
                "forgetting",
                new GroupCommand.ForgetTopics(Set.of("orders"), reply),
                reply,
                ErrorCode::name);
        fetchAll();

        expect(
                """
                > topic orders is deleted
                  log: no offset of orders-0
                  forgetting: NONE
                > somebody fetches everything
                  fetching: [bills-0 at 18]
                """);
    }
}
