package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import java.util.Set;

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
/// Only a `StableGroup` and the `EmptyGroup` after a rebalance are written to the log. A group that
/// is loaded goes on from there: members in the middle of a rebalance learn of it and join again.
sealed interface ClassicGroup
        permits EmptyGroup, PreparingRebalance, CompletingRebalance, StableGroup {
    Roster roster();

    /// Kafka's word for the state.
    String stateName();

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
