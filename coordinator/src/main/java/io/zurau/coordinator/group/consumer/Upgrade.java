package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.kind.Topics;
import java.util.List;

/// A consumer group made of the members of a classic one.
public final class Upgrade {
    private Upgrade() {}

    /// @param assigned what it works by
    public record Member(String id, Profile profile, Assignment assigned) {}

    /// @param generation of the classic group, which becomes the epoch of everything
    public static ConsumerGroup of(
            String groupId, int generation, List<Member> members, Topics topics) {
        ConsumerGroup group = new ConsumerGroup(groupId);
        for (Member member : members) {
            Owned owned = Owned.at(generation, member.assigned());
            Progress progress =
                    new Progress(generation, generation, Progress.State.STABLE, owned, Owned.NONE);
            apply(group, ConsumerRecords.profile(groupId, member.id(), member.profile()));
            apply(group, ConsumerRecords.target(groupId, member.id(), member.assigned()));
            apply(group, ConsumerRecords.progress(groupId, member.id(), progress));
        }
        long hash = topics.hash(group.subscribedTopics());
        apply(group, ConsumerRecords.epoch(groupId, generation, hash));
        apply(group, ConsumerRecords.assignmentEpoch(groupId, generation, 0));
        return group;
    }

    private static void apply(ConsumerGroup group, StoredRecord record) {
        group.apply(record.key(), record.value());
    }
}
