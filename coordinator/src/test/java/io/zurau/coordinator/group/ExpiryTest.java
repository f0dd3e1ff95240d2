package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.Deadlines;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// How much is removed at once.
final class ExpiryTest {
    private final Groups groups = new Groups();
    private final Deadlines<GroupTimer> timers = new Deadlines<>();
    private final Expiry expiry = new Expiry(groups, GroupScript.CONFIG);

    private void commit(String groupId, int partitions) {
        OffsetCommitValue value =
                OffsetCommitValue.builder().offset(1).expireTimestamp(1_000).build();
        for (int i = 0; i < partitions; i++) {
            groups.commit(groupId, new TopicPartition("orders", i), value);
        }
    }

    private void checkAt(long nanos) {
        expiry.timeUp(new Turn<>(nanos, 1_000, 1_000_000, timers, _ -> ErrorCode.NONE));
    }

    @Test
    void whatIsTooMuchForARoundIsRemovedSoonAfter() {
        // Given
        commit("first", 20_000);
        commit("second", 1);

        // When
        checkAt(0);
        boolean left = groups.find("second") != null;
        OptionalLong next = timers.next();

        // Then: not in the same round, which would never end
        assertThat(left).isTrue();
        assertThat(next).hasValue(10_000_000);

        // When
        checkAt(10_000_000);

        // Then
        assertThat(groups.all()).isEmpty();
        assertThat(timers.next())
                .hasValue(
                        10_000_000
                                + GroupScript.CONFIG.offsetsRetentionCheckIntervalMs()
                                        * 1_000_000L);
    }
}
