package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
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
}
