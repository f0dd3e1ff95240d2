package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Offsets and groups that nobody needs any more (KIP-211): an offset expires a retention time
/// after its group lost the last member; in a group with members, after its last commit if they do
/// not subscribe to the topic; in a group that never had members, after its last commit.
final class Expiry {
    /// Beyond it the rest is left for another round; less than a round takes, so that commands go
    /// on meanwhile.
    private static final long ROUND_BYTES = 256 * 1024;

    private static final long SOON_MS = 10;

    private final Groups groups;
    private final GroupConfig config;

    Expiry(Groups groups, GroupConfig config) {
        this.groups = groups;
        this.config = config;
    }

    void loaded(Turn<GroupTimer> turn) {
        turn.schedule(new GroupTimer.Expiry(), config.offsetsRetentionCheckIntervalMs());
    }

    void timeUp(Turn<GroupTimer> turn) {
        for (Group group : List.copyOf(groups.all())) {
            if (turn.recordBytes() >= ROUND_BYTES) {
                turn.schedule(new GroupTimer.Expiry(), SOON_MS);
                return;
            }
            expire(group, turn);
        }
        turn.schedule(new GroupTimer.Expiry(), config.offsetsRetentionCheckIntervalMs());
    }

    private void expire(Group group, Turn<GroupTimer> turn) {
        String groupId = group.groupId();
        // A copy: what expires is removed from the original.
        for (Map.Entry<TopicPartition, OffsetCommitValue> offset :
                List.copyOf(groups.offsets().of(groupId).entrySet())) {
            if (!groups.pending().has(groupId, offset.getKey())
                    && expired(group, offset.getKey(), offset.getValue(), turn.nowMs())) {
                turn.append(GroupRecords.offsetRemoved(groupId, offset.getKey()));
                groups.commit(groupId, offset.getKey(), null);
            }
        }
        if (group.expires()
                && groups.offsets().of(groupId).isEmpty()
                && !groups.pending().has(groupId)) {
            group.tombstones().forEach(turn::append);
            groups.remove(groupId);
        }
    }

    private boolean expired(
            Group group, TopicPartition partition, OffsetCommitValue value, long nowMs) {
        if (group.isSubscribedTo(partition.topic())) {
            return false;
        }
        OptionalLong sinceMs = group.unneededSinceMs(value);
        return sinceMs.isPresent() && expired(value, sinceMs.getAsLong(), nowMs);
    }

    private boolean expired(OffsetCommitValue value, long sinceMs, long nowMs) {
        return value.expireTimestamp() == -1
                ? nowMs - sinceMs >= config.offsetsRetentionMs()
                : nowMs >= value.expireTimestamp();
    }

    void forget(GroupCommand.ForgetTopics forget, Turn<GroupTimer> turn) {
        for (Group group : List.copyOf(groups.all())) {
            String groupId = group.groupId();
            for (TopicPartition partition : groups.partitionsOf(groupId)) {
                if (forget.names().contains(partition.topic())) {
                    turn.append(GroupRecords.offsetRemoved(groupId, partition));
                    groups.commit(groupId, partition, null);
                }
            }
        }
        turn.answer(forget.reply(), ErrorCode.NONE);
    }
}
