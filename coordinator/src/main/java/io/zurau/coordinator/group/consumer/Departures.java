package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Topics;
import java.util.Set;

/// Members go, by themselves or because they are too slow.
public final class Departures {
    private Departures() {}

    /// Ends their sessions; their partitions are free at once.
    ///
    /// @param memberIds of members; not empty
    public static void remove(
            ConsumerGroup group, Set<String> memberIds, Topics topics, Turn<GroupTimer> turn) {
        for (String id : memberIds) {
            erase(group, id, turn);
        }
        for (String regex : Set.copyOf(group.resolved().keySet())) {
            if (group.subscribersOf(regex) == 0) {
                group.write(ConsumerRecords.regexRemoved(group.groupId(), regex), turn);
            }
        }
        long hash = topics.hash(group.subscribedTopics());
        int epoch = group.epoch() + 1;
        group.write(ConsumerRecords.epoch(group.groupId(), epoch, hash), turn);
        if (group.size() == 0) {
            group.write(ConsumerRecords.assignmentEpoch(group.groupId(), epoch, 0), turn);
        }
    }

    /// Removes a member's records and timers.
    static void erase(ConsumerGroup group, String memberId, Turn<GroupTimer> turn) {
        group.write(ConsumerRecords.progressRemoved(group.groupId(), memberId), turn);
        group.write(ConsumerRecords.targetRemoved(group.groupId(), memberId), turn);
        group.write(ConsumerRecords.memberRemoved(group.groupId(), memberId), turn);
        cancelTimers(group.groupId(), memberId, turn);
    }

    public static void cancelTimers(String groupId, String memberId, Turn<GroupTimer> turn) {
        turn.cancel(new GroupTimer.Session(groupId, memberId));
        turn.cancel(new GroupTimer.Revocation(groupId, memberId));
        turn.cancel(new GroupTimer.MemberJoin(groupId, memberId));
        turn.cancel(new GroupTimer.MemberSync(groupId, memberId));
    }

    /// A static member goes for a while: its partitions wait for it until its session ends.
    static void leaveForAWhile(ConsumerGroup group, ConsumerMember member, Turn<GroupTimer> turn) {
        group.write(
                ConsumerRecords.progress(group.groupId(), member.id(), member.progress().away()),
                turn);
        turn.cancel(new GroupTimer.Revocation(group.groupId(), member.id()));
    }
}
