package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupKind;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A group of the classic protocol, in one of its states. Immutable: each method is a transition to
/// the next state, and puts answers, records and timers into the turn.
///
/// ```
///               a member joins                      everyone rejoined, or time is up
///   EmptyGroup ────────────────► PreparingRebalance ────────────────► CompletingRebalance
///       ▲                         │   ▲        ▲                       │        │
///       └─────────────────────────┘   │        └───────────────────────┘        │
///          the last member left       │   a member joins, goes or changes       │
///                                     │                                         ▼
///                                     └──────────────────────────────────── StableGroup
///                                                           the leader brought the assignment
/// ```
///
/// Only a `StableGroup` and the `EmptyGroup` after a rebalance are written to the log, and the
/// `PreparingRebalance` that a consumer group becomes (KIP-848). A group that is loaded goes on
/// from there: members in the middle of a rebalance learn of it and join again.
sealed interface ClassicGroup extends Group
        permits EmptyGroup, PreparingRebalance, CompletingRebalance, StableGroup {
    Roster roster();

    @Override
    default String groupId() {
        return roster().groupId();
    }

    @Override
    default GroupKind kind() {
        return GroupKind.CLASSIC;
    }

    @Override
    default String protocolType() {
        String type = roster().protocolType();
        return type == null ? "" : type;
    }

    @Override
    default boolean isInUse() {
        return !(this instanceof EmptyGroup);
    }

    @Override
    default boolean expires() {
        return !isInUse() && roster().pending().isEmpty();
    }

    @Override
    default boolean isSubscribedTo(String topic) {
        return roster().isSubscribedTo(topic);
    }

    /// Members commit for their generation. Without a generation, consumers that assign themselves
    /// and administrators may commit as long as the group has no members. Transactional producers
    /// of old clients say nothing about members; they may always commit.
    @Override
    default ErrorCode mayCommit(Committer who, boolean inTransaction, int version) {
        if (who.epoch() < 0 && (!isInUse() || (inTransaction && !who.saysWho()))) {
            return ErrorCode.NONE;
        }
        ErrorCode code = roster().check(who.memberId(), who.instanceId(), who.epoch());
        return code == ErrorCode.NONE && !inTransaction && this instanceof CompletingRebalance
                ? ErrorCode.REBALANCE_IN_PROGRESS
                : code;
    }

    @Override
    default ErrorCode mayFetch(@Nullable String memberId, int epoch) {
        return ErrorCode.NONE;
    }

    @Override
    default ErrorCode mayDeleteOffsets() {
        return isInUse() && !roster().isOfConsumers() ? ErrorCode.NON_EMPTY_GROUP : ErrorCode.NONE;
    }

    @Override
    default OptionalLong unneededSinceMs(OffsetCommitValue value) {
        return switch (this) {
            case EmptyGroup empty -> {
                boolean simple = roster().protocolType() == null || empty.sinceMs() == -1;
                yield OptionalLong.of(simple ? value.commitTimestamp() : empty.sinceMs());
            }
            case StableGroup _ ->
                    roster().topics() == null
                            ? OptionalLong.empty()
                            : OptionalLong.of(value.commitTimestamp());
            case PreparingRebalance _ -> OptionalLong.empty();
            case CompletingRebalance _ -> OptionalLong.empty();
        };
    }

    @Override
    default List<CoordinatorRecord> tombstones() {
        return List.of(GroupRecords.groupRemoved(groupId()));
    }

    /// Whether this member may join without making the group larger than allowed.
    boolean hasRoomFor(String memberId, int mostMembers);

    /// The same with another roster. Only for changes that concern nobody else, such as an id given
    /// to a client.
    ClassicGroup with(Roster roster);

    /// A new member joins.
    ClassicGroup admit(
            Member member, GroupCommand.Join join, GroupConfig config, Turn<GroupTimer> turn);

    /// A member joins again.
    ClassicGroup rejoin(Member member, GroupCommand.Join join, Turn<GroupTimer> turn);

    /// A static member comes back without its member id, and gets a new one.
    ClassicGroup replace(
            String oldId, Member member, GroupCommand.Join join, Turn<GroupTimer> turn);

    /// A member of this generation brings the assignment, or asks for its own.
    ClassicGroup sync(GroupCommand.Sync sync, Turn<GroupTimer> turn);

    /// Members go. Those who wait for an answer get `UNKNOWN_MEMBER_ID`.
    ClassicGroup remove(Set<String> memberIds, Turn<GroupTimer> turn);

    /// Whether a silent member is excused, because it waits for an answer of ours.
    boolean excuses(String memberId);

    ClassicGroup rebalanceTimeUp(GroupConfig config, Turn<GroupTimer> turn);

    ClassicGroup syncTimeUp(Turn<GroupTimer> turn);
}
