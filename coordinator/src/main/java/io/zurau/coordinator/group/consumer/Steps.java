package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Topics;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What every sign of life of a member leads to, whichever protocol it speaks: what it says of
/// itself is noted, the group follows, and the member takes its next step.
final class Steps {
    private final ConsumerGroup group;
    private final ConsumerGroupConfig config;
    private final Topics topics;
    private final Regexes regexes;
    private final Turn<GroupTimer> turn;

    Steps(
            ConsumerGroup group,
            ConsumerGroupConfig config,
            Topics topics,
            Regexes regexes,
            Turn<GroupTimer> turn) {
        this.group = group;
        this.config = config;
        this.topics = topics;
        this.regexes = regexes;
        this.turn = turn;
    }

    /// A static member takes the place, the target and the partitions of the one before.
    void replace(ConsumerMember before, String newId) {
        Assignment target = group.target(before.id());
        Departures.erase(group, before.id(), turn);
        String groupId = group.groupId();
        group.write(ConsumerRecords.profile(groupId, newId, before.profile()), turn);
        group.write(ConsumerRecords.target(groupId, newId, target), turn);
        group.write(ConsumerRecords.progress(groupId, newId, before.progress().back()), turn);
    }

    /// Notes what a member says of itself.
    ///
    /// @return whether it subscribes to something else than before
    boolean hear(String memberId, Profile now) {
        ConsumerMember member = group.find(memberId);
        Profile before = member == null ? null : member.profile();
        String defaultAssignor = config.assignors().getFirst();
        String assignorBefore = group.assignorOr(defaultAssignor);
        String regexBefore = before == null ? "" : before.regex();
        boolean wasResolved = group.resolved().containsKey(now.regex());
        if (!now.equals(before)) {
            group.write(ConsumerRecords.profile(group.groupId(), memberId, now), turn);
        }
        boolean topicsChanged =
                before == null ? !now.topics().isEmpty() : !now.topics().equals(before.topics());
        boolean regexChanged = !now.regex().equals(regexBefore);
        if (regexChanged && !regexBefore.isEmpty() && group.subscribersOf(regexBefore) == 0) {
            group.write(ConsumerRecords.regexRemoved(group.groupId(), regexBefore), turn);
        }
        boolean regexKnown = regexChanged && (now.regex().isEmpty() || wasResolved);
        boolean assignorChanged =
                !Objects.equals(assignorBefore, group.assignorOr(defaultAssignor));
        regexes.refresh(group, config, topics, turn);
        Assigning.follow(group, topicsChanged || regexKnown || assignorChanged, topics, turn);
        return topicsChanged || regexChanged;
    }

    void assign() {
        Assigning.assign(group, config, topics, turn);
    }

    /// The member's next step towards its target.
    ///
    /// @param owned what it says it uses; null if it does not say
    ConsumerMember reconcile(
            String memberId, @Nullable Assignment owned, boolean subscriptionChanged) {
        ConsumerMember member = Objects.requireNonNull(group.find(memberId));
        Progress next = new Reconciliation(group, member, owned, subscriptionChanged).next(topics);
        if (next.equals(member.progress())) {
            return member;
        }
        group.write(ConsumerRecords.progress(group.groupId(), memberId, next), turn);
        GroupTimer timer = new GroupTimer.Revocation(group.groupId(), memberId);
        if (member.isClassic()) {
            return new ConsumerMember(memberId, member.profile(), next);
        }
        if (next.state() == Progress.State.UNREVOKED_PARTITIONS) {
            turn.schedule(timer, member.profile().rebalanceTimeoutMs());
        } else {
            turn.cancel(timer);
        }
        return new ConsumerMember(memberId, member.profile(), next);
    }
}
