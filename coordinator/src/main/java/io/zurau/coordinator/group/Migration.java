package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.consumer.ConsumerGroup;
import io.zurau.coordinator.group.consumer.ConsumerMember;
import io.zurau.coordinator.group.consumer.Departures;
import io.zurau.coordinator.group.consumer.EmbeddedProtocol;
import io.zurau.coordinator.group.consumer.Profile;
import io.zurau.coordinator.group.consumer.Upgrade;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.message.ApiMessage;
import io.zurau.protocol.message.ConsumerProtocolAssignment;
import io.zurau.protocol.message.ConsumerProtocolSubscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Groups change from the classic protocol to the new one and back while their members work on
/// (KIP-848): the first member of the new protocol makes a classic group a consumer group, the last
/// one to leave makes it a classic group again. `group.consumer.migration.policy` says which way is
/// open.
final class Migration {
    private final Groups groups;
    private final GroupConfig config;
    private final Topics topics;

    Migration(Groups groups, GroupConfig config, Topics topics) {
        this.groups = groups;
        this.config = config;
        this.topics = topics;
    }

    /// The consumer group that a classic group with members would become. Changes nothing.
    ///
    /// @return empty if it cannot, or must not
    Optional<ConsumerGroup> upgraded(ClassicGroup classic, ConsumerGroupConfig consumers) {
        Roster roster = classic.roster();
        if (!consumers.migrationPolicy().allowsUpgrade()
                || !roster.isOfConsumers()
                || roster.members().size() > consumers.maxSize()) {
            return Optional.empty();
        }
        try {
            List<Upgrade.Member> members = new ArrayList<>();
            for (Member member : roster.members().all()) {
                ConsumerProtocolAssignment assigned = assigned(member);
                if (assigned.userData() != null && assigned.userData().hasRemaining()) {
                    return Optional.empty(); // What a custom assignor says would be lost.
                }
                members.add(
                        new Upgrade.Member(
                                member.id(),
                                profile(member, roster.protocol()),
                                EmbeddedProtocol.partitions(assigned, topics)));
            }
            return Optional.of(Upgrade.of(roster.groupId(), roster.generation(), members, topics));
        } catch (MalformedMessage e) {
            return Optional.empty();
        }
    }

    private static ConsumerProtocolAssignment assigned(Member member) {
        return member.assignment().hasRemaining()
                ? EmbeddedProtocol.assignment(member.assignment())
                : ConsumerProtocolAssignment.builder().build();
    }

    private static Profile profile(Member member, @Nullable String protocol) {
        String name = protocol == null ? member.protocols().getFirst().name() : protocol;
        ConsumerProtocolSubscription subscription =
                EmbeddedProtocol.subscription(member.metadata(name));
        String rack = subscription.rackId();
        return new Profile(
                member.instanceId(),
                rack == null || rack.isEmpty() ? null : rack,
                member.clientId(),
                member.clientHost(),
                new TreeSet<>(subscription.topics()),
                "",
                member.rebalanceTimeoutMs(),
                null,
                new Profile.Classic(
                        member.sessionTimeoutMs(),
                        member.protocols().stream()
                                .map(one -> new Profile.Protocol(one.name(), one.metadata()))
                                .toList()));
    }

    /// Puts the consumer group in the place of the classic one. Who waits there has to join again.
    void upgrade(ClassicGroup classic, ConsumerGroup group, Turn<GroupTimer> turn) {
        refuseWaiting(classic, turn);
        Roster roster = classic.roster();
        turn.cancel(new GroupTimer.Rebalance(roster.groupId()));
        turn.cancel(new GroupTimer.Sync(roster.groupId()));
        roster.pending().forEach(id -> turn.cancel(new GroupTimer.Session(roster.groupId(), id)));
        roster.members().all().forEach(one -> Answers.expectHeartbeat(roster, one, turn));
        classic.tombstones().forEach(turn::append);
        group.records().forEach(turn::append);
        groups.put(group);
    }

    private static void refuseWaiting(ClassicGroup classic, Turn<GroupTimer> turn) {
        switch (classic) {
            case PreparingRebalance preparing ->
                    preparing
                            .joined()
                            .forEach(
                                    (id, reply) ->
                                            Answers.refuseJoin(
                                                    reply,
                                                    id,
                                                    ErrorCode.REBALANCE_IN_PROGRESS,
                                                    turn));
            case CompletingRebalance completing ->
                    completing
                            .syncing()
                            .values()
                            .forEach(
                                    reply ->
                                            Answers.refuseSync(
                                                    reply, ErrorCode.REBALANCE_IN_PROGRESS, turn));
            case StableGroup _, EmptyGroup _ -> {}
        }
    }

    /// Whether a group becomes a classic one when these members go: all others, and there are some,
    /// speak the classic protocol.
    boolean downgradesWithout(
            ConsumerGroup group, Set<String> leaving, ConsumerGroupConfig consumers) {
        int classicOnes = group.classicMembers();
        for (String id : leaving) {
            ConsumerMember member = group.find(id);
            classicOnes -= member != null && member.isClassic() ? 1 : 0;
        }
        int remaining = group.size() - leaving.size();
        return remaining > 0
                && classicOnes == remaining
                && consumers.migrationPolicy().allowsDowngrade()
                && remaining <= config.maxSize();
    }

    /// Whether it becomes one when a static member comes back with the classic protocol.
    boolean downgradesReplacing(
            ConsumerGroup group, ConsumerMember replaced, ConsumerGroupConfig consumers) {
        return !replaced.isClassic()
                && group.classicMembers() == group.size() - 1
                && consumers.migrationPolicy().allowsDowngrade()
                && group.size() <= config.maxSize();
    }

    /// Puts a classic group in the place of a consumer group. Its members are assigned what they
    /// use, also if they were to give it up.
    ///
    /// Differs from Kafka, which assigns them their targets: what one of them still uses may be the
    /// target of another. There a group that is loaded before its members have joined again does
    /// not ask them to any more, so that nobody has what the last one to leave had.
    ///
    /// @param rebalances whether its members have to join again at once
    /// @return false if that cannot be stored; then nothing has changed
    boolean downgrade(
            ConsumerGroup group, Set<String> leaving, boolean rebalances, Turn<GroupTimer> turn) {
        Roster roster;
        try {
            roster = roster(group, leaving);
        } catch (MalformedMessage e) {
            return false;
        }
        CoordinatorRecord record =
                rebalances
                        ? GroupRecords.unsettled(roster, turn.nowMs())
                        : GroupRecords.stored(roster, turn.nowMs());
        if (!turn.fits(record)) {
            return false;
        }
        group.tombstones().forEach(turn::append);
        turn.append(record);
        for (ConsumerMember member : group.members()) {
            Departures.cancelTimers(group.groupId(), member.id(), turn);
        }
        roster.members().all().forEach(one -> Answers.expectHeartbeat(roster, one, turn));
        groups.put(
                rebalances
                        ? PreparingRebalance.begin(roster, Map.of(), Set.of(), turn)
                        : new StableGroup(roster, Set.of()));
        return true;
    }

    private Roster roster(ConsumerGroup group, Set<String> leaving) {
        List<Member> unassigned = new ArrayList<>();
        for (ConsumerMember member : group.members()) {
            Profile.Classic classic = member.profile().classic();
            if (classic != null && !leaving.contains(member.id())) {
                unassigned.add(classic(member, classic));
            }
        }
        Members members = Members.of(unassigned);
        String protocol = members.selectProtocol();
        Members assigned =
                members.each(
                        member -> {
                            Assignment used =
                                    Objects.requireNonNull(group.find(member.id()))
                                            .progress()
                                            .used();
                            return member.assigned(
                                    EmbeddedProtocol.assignment(
                                            used, member.metadata(protocol), topics));
                        });
        return new Roster(
                group.groupId(),
                group.epoch(),
                ConsumerSubscription.PROTOCOL_TYPE,
                protocol,
                assigned.ids().iterator().next(),
                assigned,
                Set.of(),
                ConsumerSubscription.topics(
                        ConsumerSubscription.PROTOCOL_TYPE, protocol, assigned));
    }

    private static Member classic(ConsumerMember member, Profile.Classic classic) {
        Profile profile = member.profile();
        return new Member(
                member.id(),
                profile.instanceId(),
                profile.clientId(),
                profile.clientHost(),
                profile.rebalanceTimeoutMs(),
                classic.sessionTimeoutMs(),
                classic.protocols().stream()
                        .map(one -> new Member.Protocol(one.name(), one.metadata()))
                        .toList(),
                ApiMessage.NO_BYTES);
    }
}
