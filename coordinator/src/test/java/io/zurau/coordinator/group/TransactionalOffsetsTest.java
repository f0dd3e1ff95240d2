package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Deadlines;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.OffsetCommitValue;
import io.zurau.protocol.message.OffsetDeleteRequest;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.zurau.protocol.message.OffsetDeleteResponse;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Offsets that count once their transaction is committed, live and replayed.
final class TransactionalOffsetsTest {
    private static final String GROUP = "g";
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final Groups groups = new Groups();

    private static OffsetCommitValue value(long offset) {
        return OffsetCommitValue.builder().offset(offset).expireTimestamp(-1).build();
    }

    private static CoordinatorRecord record(long offset) {
        return GroupRecords.committed(GROUP, PARTITION, value(offset));
    }

    private @Nullable Long committed() {
        OffsetCommitValue found = groups.offsets().find(GROUP, PARTITION);
        return found == null ? null : found.offset();
    }

    @Test
    void anOffsetCountsWhenItsTransactionIsCommitted() {
        // Given
        groups.replayPending(7, record(10));
        groups.replayPending(8, record(20));
        assertThat(committed()).isNull();
        assertThat(groups.pending().has(GROUP, PARTITION)).isTrue();

        // When
        groups.endTransaction(8, false);
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isEqualTo(10);
        assertThat(groups.pending().has(GROUP)).isFalse();
    }

    @Test
    void theLastCommitCountsWhicheverTransactionEndsLast() {
        // Given
        groups.replayPending(7, record(10));
        groups.replayPending(8, record(20));

        // When
        groups.endTransaction(8, true);
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isEqualTo(20);
    }

    @Test
    void aLaterCommitWithoutTransactionCounts() {
        // Given
        groups.replayPending(7, record(10));

        // When
        groups.replay(record(30));
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isEqualTo(30);
    }

    @Test
    void anOffsetThatIsRemovedDoesNotComeBack() {
        // Given
        groups.replayPending(7, record(10));

        // When
        groups.replay(GroupRecords.offsetRemoved(GROUP, PARTITION));
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isNull();
    }

    @Test
    void ofOneTransactionTheLastCommitCounts() {
        // When
        groups.replayPending(7, record(10));
        groups.replayPending(7, record(11));
        groups.endTransaction(7, true);
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isEqualTo(11);
    }

    @Test
    void otherGroupsArePendingOnTheirOwn() {
        // When
        groups.replayPending(7, record(10));

        // Then
        assertThat(groups.pending().has("f")).isFalse();
        assertThat(groups.pending().has("gg")).isFalse();
        assertThat(groups.pending().has(GROUP)).isTrue();
    }

    private static Turn<GroupTimer> turn() {
        return new Turn<>(0, 0, 1_000_000, new Deadlines<>(), _ -> ErrorCode.NONE);
    }

    /// What another shard makes of the log.
    private static Groups replayed(CoordinatorRecord pending, Turn<GroupTimer> turn) {
        Groups other = new Groups();
        other.replayPending(7, pending);
        turn.entries().forEach(entry -> other.replay(((LogEntry.Plain) entry).record()));
        other.endTransaction(7, true);
        return other;
    }

    @Test
    void aGroupThatIsDeletedDoesNotComeBackWithATransaction() {
        // Given
        groups.commitPending(7, GROUP, PARTITION, value(10));
        Turn<GroupTimer> turn = turn();

        // When
        new GroupAdministration(groups)
                .delete(
                        new GroupCommand.Delete(
                                GROUP, new Reply<>(_ -> DeletableGroupResult.builder().build())),
                        turn);
        groups.endTransaction(7, true);

        // Then
        assertThat(groups.find(GROUP)).isNull();
        assertThat(committed()).isNull();
        assertThat(replayed(record(10), turn).find(GROUP)).isNull();
    }

    @Test
    void anOffsetThatIsDeletedDoesNotComeBackWithATransaction() {
        // Given
        groups.commitPending(7, GROUP, PARTITION, value(10));
        Turn<GroupTimer> turn = turn();
        OffsetDeleteRequest request =
                OffsetDeleteRequest.builder()
                        .groupId(GROUP)
                        .topics(
                                List.of(
                                        OffsetDeleteRequestTopic.builder()
                                                .name(PARTITION.topic())
                                                .partitions(
                                                        List.of(
                                                                OffsetDeleteRequestPartition
                                                                        .builder()
                                                                        .partitionIndex(0)
                                                                        .build()))
                                                .build()))
                        .build();

        // When
        new OffsetRules(groups, GroupScript.CONFIG)
                .delete(
                        new GroupCommand.DeleteOffsets(
                                request, new Reply<>(_ -> OffsetDeleteResponse.builder().build())),
                        turn);
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isNull();
        assertThat(replayed(record(10), turn).offsets().of(GROUP)).isEmpty();
    }

    @Test
    void anOffsetOfADeletedTopicDoesNotComeBackWithATransaction() {
        // Given
        groups.commitPending(7, GROUP, PARTITION, value(10));
        Turn<GroupTimer> turn = turn();

        // When
        new Expiry(groups, GroupScript.CONFIG)
                .forget(
                        new GroupCommand.ForgetTopics(
                                Set.of(PARTITION.topic()), new Reply<>(code -> code)),
                        turn);
        groups.endTransaction(7, true);

        // Then
        assertThat(committed()).isNull();
        assertThat(replayed(record(10), turn).offsets().of(GROUP)).isEmpty();
    }
}
