package io.zurau.coordinator.group;

import io.zurau.protocol.ErrorCode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a group of the classic protocol is in every state: its name, generation and members.
///
/// @param generation grows by one with each completed rebalance
/// @param protocolType null if no member ever joined: a group that only keeps offsets
/// @param protocol what the members voted for in this generation; null before the first, and while
///   there are no members
/// @param leader null only while there are no members
/// @param pending ids given to clients that have not joined with them yet (KIP-394)
/// @param topics what the members subscribed to in this generation; null if that cannot be told
record Roster(
        String groupId,
        int generation,
        @Nullable String protocolType,
        @Nullable String protocol,
        @Nullable String leader,
        Members members,
        Set<String> pending,
        @Nullable Set<String> topics) {

    static Roster fresh(String groupId) {
        return new Roster(groupId, 0, null, null, null, Members.NONE, Set.of(), null);
    }

    boolean isLeader(String memberId) {
        return memberId.equals(leader);
    }

    boolean isPending(String memberId) {
        return pending.contains(memberId);
    }

    /// Whether the group's members are consumers, whose subscriptions can be read.
    boolean isOfConsumers() {
        return ConsumerSubscription.PROTOCOL_TYPE.equals(protocolType);
    }

    /// Unknown subscriptions of consumers may be to any topic.
    boolean isSubscribedTo(String topic) {
        return topics == null ? isOfConsumers() : topics.contains(topic);
    }

    /// Whether the request may speak for the member.
    ErrorCode check(String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            String owner = members.idOfInstance(instanceId);
            if (owner == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            if (!owner.equals(memberId)) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
        }
        return members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    /// As [#check(String, String)], and of this generation.
    ErrorCode check(String memberId, @Nullable String instanceId, int ofGeneration) {
        ErrorCode code = check(memberId, instanceId);
        if (code == ErrorCode.NONE && ofGeneration != generation) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        return code;
    }

    Roster withPending(String memberId) {
        Set<String> more = new LinkedHashSet<>(pending);
        more.add(memberId);
        return new Roster(
                groupId, generation, protocolType, protocol, leader, members, more, topics);
    }

    /// The first member sets the group's protocol type, and leads.
    Roster withMember(Member member, String type) {
        return new Roster(
                groupId,
                generation,
                members.isEmpty() ? type : protocolType,
                protocol,
                leader == null ? member.id() : leader,
                members.with(member),
                minus(pending, Set.of(member.id())),
                topics);
    }

    /// A static member comes back under another id, and leads if it led before.
    Roster replacing(String oldId, Member member) {
        return new Roster(
                groupId,
                generation,
                protocolType,
                protocol,
                isLeader(oldId) ? member.id() : leader,
                members.without(Set.of(oldId)).with(member),
                pending,
                topics);
    }

    /// Members or pending ones go; the oldest that remains leads if the leader went.
    Roster without(Set<String> ids) {
        Members remaining = members.without(ids);
        String next = leader;
        if (leader != null && ids.contains(leader)) {
            next = remaining.isEmpty() ? null : remaining.ids().iterator().next();
        }
        return new Roster(
                groupId,
                generation,
                protocolType,
                protocol,
                next,
                remaining,
                minus(pending, ids),
                topics);
    }

    Roster led(String newLeader) {
        return new Roster(
                groupId, generation, protocolType, protocol, newLeader, members, pending, topics);
    }

    Roster withMembers(Members changed) {
        return new Roster(
                groupId, generation, protocolType, protocol, leader, changed, pending, topics);
    }

    /// After a rebalance: the members vote, and their subscriptions are read.
    Roster nextGeneration() {
        String selected = members.isEmpty() ? null : members.selectProtocol();
        return new Roster(
                groupId,
                generation + 1,
                protocolType,
                selected,
                leader,
                members,
                pending,
                ConsumerSubscription.topics(protocolType, selected, members));
    }

    private static Set<String> minus(Set<String> ids, Set<String> gone) {
        if (ids.stream().noneMatch(gone::contains)) {
            return ids;
        }
        Set<String> remaining = new LinkedHashSet<>(ids);
        remaining.removeAll(gone);
        return remaining;
    }
}
