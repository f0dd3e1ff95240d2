package io.zurau.coordinator.group.streams;

import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One step of a member towards its target: first it gives up what is not its any more; when it
/// says that it has, it gets what others have given up.
///
/// A member never gets a task that another process runs, nor one that another member of its own
/// process has in any role. Where only the role changes within a member, it changes at once.
final class Reconciliation {
    private final String processId;
    private final Progress now;
    private final int targetEpoch;
    private final Tasks target;
    private final TaskHolders holders;
    private final @Nullable Tasks owned;

    private boolean unreleased;

    /// @param targetEpoch of the target
    /// @param owned what the member says that it has; null if it does not say
    Reconciliation(
            String processId,
            Progress now,
            int targetEpoch,
            Tasks target,
            TaskHolders holders,
            @Nullable Tasks owned) {
        this.processId = processId;
        this.now = now;
        this.targetEpoch = targetEpoch;
        this.target = target;
        this.holders = holders;
        this.owned = owned;
    }

    /// @return null if the member must forget everything and join again: its state is none that is
    ///   known here
    @Nullable Progress next() {
        return switch (now.state()) {
            case STABLE -> now.epoch() == targetEpoch ? now : step(now.epoch());
            case UNREVOKED_TASKS -> stillHas(now.revoking().tasks()) ? now : step(now.epoch() + 1);
            case UNRELEASED_TASKS -> step(now.epoch());
            case UNKNOWN -> owned != null && owned.isEmpty() ? step(targetEpoch) : null;
        };
    }

    private boolean stillHas(Tasks revoking) {
        return owned == null || owned.containsAny(revoking);
    }

    private Progress step(int epoch) {
        HeldTasks held = now.held();
        NavigableMap<TaskId, Integer> active = new TreeMap<>(held.active());
        active.keySet().retainAll(target.active());
        NavigableMap<TaskId, Integer> activeLost = new TreeMap<>(held.active());
        activeLost.keySet().removeAll(active.keySet());
        NavigableMap<TaskId, Integer> activeGot = new TreeMap<>();
        for (TaskId task : free(minus(target.active(), active.keySet()), this::activeIsElsewhere)) {
            activeGot.put(task, targetEpoch);
        }

        Role standby = new Role(held.standby(), target.standby(), this::standbyIsElsewhere);
        Role warmup = new Role(held.warmup(), target.warmup(), this::warmupIsElsewhere);
        held.active().keySet().forEach(standby::takeAtOnce);
        standby.turnInto(warmup);
        warmup.turnInto(standby);

        // Who follows a task that it shall run goes on with that until it may run it.
        standby.lost.removeAll(target.active());
        warmup.lost.removeAll(target.active());
        HeldTasks revoking = new HeldTasks(activeLost, standby.lost, warmup.lost);
        boolean revokes = !revoking.isEmpty() && stillHas(revoking.tasks());
        Predicate<TaskId> waits =
                task -> target.active().contains(task) && (revokes || !activeGot.containsKey(task));
        held.standby().stream().filter(waits).forEach(standby.kept::add);
        held.warmup().stream().filter(waits).forEach(warmup.kept::add);

        HeldTasks kept = new HeldTasks(active, standby.kept, warmup.kept);
        if (revokes) {
            return new Progress(epoch, now.epoch(), Progress.State.UNREVOKED_TASKS, kept, revoking);
        }
        return new Progress(
                targetEpoch,
                now.epoch(),
                unreleased ? Progress.State.UNRELEASED_TASKS : Progress.State.STABLE,
                kept.plus(new HeldTasks(activeGot, standby.got, warmup.got)),
                HeldTasks.NONE);
    }

    private boolean activeIsElsewhere(TaskId task) {
        return holders.anyRuns(task) || otherFollows(task) || otherWarmsUp(task);
    }

    private boolean standbyIsElsewhere(TaskId task) {
        boolean otherRuns = holders.runs(processId, task) && !now.held().active().containsKey(task);
        return otherRuns || holders.follows(processId, task) || otherWarmsUp(task);
    }

    private boolean warmupIsElsewhere(TaskId task) {
        return holders.runs(processId, task)
                || otherFollows(task)
                || holders.warmsUp(processId, task);
    }

    private boolean otherFollows(TaskId task) {
        return holders.follows(processId, task) && !now.held().standby().contains(task);
    }

    private boolean otherWarmsUp(TaskId task) {
        return holders.warmsUp(processId, task) && !now.held().warmup().contains(task);
    }

    /// The wanted ones that can be had now; notes whether there are others.
    private NavigableSet<TaskId> free(NavigableSet<TaskId> wanted, Predicate<TaskId> elsewhere) {
        unreleased |= wanted.removeIf(elsewhere);
        return wanted;
    }

    private static NavigableSet<TaskId> minus(NavigableSet<TaskId> tasks, Set<TaskId> without) {
        NavigableSet<TaskId> left = new TreeSet<>(tasks);
        left.removeAll(without);
        return left;
    }

    /// What happens to the member's tasks in one of the roles that can be had by several.
    private final class Role {
        private final NavigableSet<TaskId> before;
        private final NavigableSet<TaskId> kept;
        private final NavigableSet<TaskId> lost;
        private final NavigableSet<TaskId> got;

        private Role(
                NavigableSet<TaskId> before,
                NavigableSet<TaskId> target,
                Predicate<TaskId> elsewhere) {
            this.before = before;
            this.kept = new TreeSet<>(before);
            kept.retainAll(target);
            this.lost = minus(before, kept);
            this.got = free(minus(target, kept), elsewhere);
        }

        private void takeAtOnce(TaskId task) {
            if (got.remove(task)) {
                kept.add(task);
            }
        }

        /// Tasks that the member has in this role and shall have in the other.
        private void turnInto(Role other) {
            for (TaskId task : before) {
                if (other.got.contains(task)) {
                    other.takeAtOnce(task);
                    lost.remove(task);
                }
            }
        }
    }
}
