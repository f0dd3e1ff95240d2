package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The next step of one member towards its target assignment. A partition changes hands in two
/// steps: whoever has it gives it up and says so; only then the next one is told to take it.
///
/// ```
///                    gives all up, others hold the rest
///  UNREVOKED_PARTITIONS ───────────► UNRELEASED_PARTITIONS ──┐ others gave up
///     ▲       │                              ▲               │
///     │       │ gives all up, nobody holds   │ others hold   │
///     │       ▼ the rest                     │ something     ▼
///     └───── STABLE ◄────────────────────────┴──────────── STABLE
///       the target has less
/// ```
///
/// @param member whose profile is the new one already
/// @param owned what the member says it uses; null if it does not say
/// @param subscriptionChanged whether it subscribes to something else than before
record Reconciliation(
        ConsumerGroup group,
        ConsumerMember member,
        @Nullable Assignment owned,
        boolean subscriptionChanged) {

    Progress next(Topics topics) {
        Progress progress = member.progress();
        int target = group.assignmentEpoch();
        if (!subscriptionChanged && progress.hasReached(target)) {
            return progress;
        }
        Set<Uuid> subscribed = subscribed(topics);
        return switch (progress.state()) {
            case STABLE ->
                    progress.epoch() == target
                            ? withoutUnsubscribed(subscribed)
                            : step(progress.epoch(), subscribed);
            case UNREVOKED_PARTITIONS -> {
                if (!uses(progress.revoking())) {
                    yield step(progress.epoch(), subscribed);
                }
                yield subscriptionChanged ? withoutUnsubscribed(subscribed) : progress;
            }
            case UNRELEASED_PARTITIONS -> step(progress.epoch(), subscribed);
            case UNKNOWN -> step(target, subscribed);
        };
    }

    /// Whether it must begin anew, because a newer version of the coordinator left it in a state
    /// that is not known here.
    boolean isLost() {
        return member.progress().state() == Progress.State.UNKNOWN
                && (owned == null || !owned.isEmpty());
    }

    private Set<Uuid> subscribed(Topics topics) {
        Set<Uuid> ids = new TreeSet<>();
        group.subscribedTopics(member.profile())
                .forEach(name -> topics.named(name).map(TopicImage::id).ifPresent(ids::add));
        return ids;
    }

    /// Who does not say what it uses may use everything.
    private boolean uses(Owned partitions) {
        return owned == null || !owned.and(partitions.partitions()).isEmpty();
    }

    /// What it no longer subscribes to goes at once, without waiting for the next target.
    private Progress withoutUnsubscribed(Set<Uuid> subscribed) {
        Progress progress = member.progress();
        Owned kept = progress.assigned().only((topic, partition) -> subscribed.contains(topic));
        if (kept.equals(progress.assigned())) {
            return progress;
        }
        Owned lost = progress.assigned().only((topic, partition) -> !subscribed.contains(topic));
        Owned revoking = progress.revoking().plus(lost);
        return uses(revoking)
                ? progress.to(progress.epoch(), Progress.State.UNREVOKED_PARTITIONS, kept, revoking)
                : progress.to(progress.epoch(), progress.state(), kept, progress.revoking());
    }

    /// @param epochUntilRevoked that the member stays in while it has to give something up
    private Progress step(int epochUntilRevoked, Set<Uuid> subscribed) {
        Progress progress = member.progress();
        int targetEpoch = group.assignmentEpoch();
        Assignment target =
                group.target(member.id()).only((topic, partition) -> subscribed.contains(topic));
        Owned kept = progress.assigned().only(target::has);
        Owned lost = progress.assigned().only((topic, partition) -> !target.has(topic, partition));
        if (!lost.isEmpty() && uses(lost)) {
            return progress.to(epochUntilRevoked, Progress.State.UNREVOKED_PARTITIONS, kept, lost);
        }
        Assignment missing = target.minus(kept.partitions());
        Assignment free = missing.only(this::isFree);
        return progress.to(
                targetEpoch,
                free.size() < missing.size()
                        ? Progress.State.UNRELEASED_PARTITIONS
                        : Progress.State.STABLE,
                kept.plus(Owned.at(targetEpoch, free)),
                Owned.NONE);
    }

    private boolean isFree(Uuid topic, int partition) {
        String holder = group.holder(topic, partition);
        return holder == null || holder.equals(member.id());
    }
}
