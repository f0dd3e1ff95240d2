package io.zurau.coordinator.group.kind;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A group of some kind, as those see it who need not know which: offsets, lists, deletion, expiry.
///
/// **Guard:** the thread of the shard.
public interface Group {
    String groupId();

    GroupKind kind();

    /// Kafka's word for the state.
    String stateName();

    /// What it is listed with; empty if no member ever joined.
    String protocolType();

    /// Whether it has members. Such a group cannot be deleted.
    boolean isInUse();

    /// Whether it goes by itself once it keeps no offsets any more.
    default boolean expires() {
        return !isInUse();
    }

    /// Offsets of such a topic neither expire nor may be deleted.
    boolean isSubscribedTo(String topic);

    /// Who commits offsets.
    ///
    /// @param epoch the member's, or the generation; negative for those who are no members
    record Committer(String memberId, @Nullable String instanceId, int epoch) {
        /// Whether it says anything about itself.
        public boolean saysWho() {
            return epoch >= 0 || !memberId.isEmpty() || instanceId != null;
        }
    }

    /// Whether offsets may be committed for a group of this kind, and by this member.
    ///
    /// @param version of OffsetCommit, or of TxnOffsetCommit
    /// @return `NONE`, or why not
    ErrorCode mayCommit(Committer who, boolean inTransaction, int version);

    /// Whether a partition's offset may be committed by this member, which [#mayCommit] let
    /// through.
    default ErrorCode mayCommit(Committer who, String topic, Uuid topicId, int partition) {
        return ErrorCode.NONE;
    }

    /// Whether offsets may be read.
    ///
    /// @param memberId null for those who are no members
    /// @param epoch negative for those who are no members
    ErrorCode mayFetch(@Nullable String memberId, int epoch);

    /// Whether offsets may be deleted, of topics that it is not subscribed to.
    ErrorCode mayDeleteOffsets();

    /// Since when an offset has not been needed, on the wall clock; empty if none expires now.
    OptionalLong unneededSinceMs(OffsetCommitValue value);

    /// The records that remove the group from the log. It is not in use.
    List<CoordinatorRecord> tombstones();
}
