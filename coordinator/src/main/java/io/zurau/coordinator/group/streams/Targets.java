package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.kind.AssignmentPace;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.streams.StickyAssignor.Candidate;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes new targets when the group's epoch has grown.
final class Targets {
    private Targets() {}

    /// @return why that is left for later; null if the targets are up to date
    static @Nullable String update(
            StreamsGroup group,
            Resolution resolution,
            StreamsGroupConfig config,
            Turn<GroupTimer> turn) {
        if (group.volatiles().delaysFirstTarget()) {
            return "Assignment delayed due to the configured initial rebalance delay.";
        }
        if (group.assignmentEpoch() >= group.epoch()) {
            return null;
        }
        if (!AssignmentPace.isDue(group.assignedMs(), config.assignmentIntervalMs(), turn)) {
            return "Assignment delayed due to the configured assignment interval.";
        }
        SortedMap<String, Tasks> targets =
                resolution.isReady()
                        ? StickyAssignor.assign(
                                candidates(group),
                                resolution.subtopologies(),
                                config.numStandbyReplicas())
                        : new TreeMap<>();
        for (String memberId : group.members().keySet()) {
            Tasks target = targets.getOrDefault(memberId, Tasks.NONE);
            if (!group.hasTarget(memberId) || !group.target(memberId).equals(target)) {
                group.append(StreamsRecords.target(group.groupId(), memberId, target), turn);
            }
        }
        group.append(
                StreamsRecords.targetEpoch(group.groupId(), group.epoch(), turn.nowMs()), turn);
        return null;
    }

    private static SortedMap<String, Candidate> candidates(StreamsGroup group) {
        SortedMap<String, Candidate> candidates = new TreeMap<>();
        group.members()
                .forEach(
                        (id, member) ->
                                candidates.put(
                                        id,
                                        new Candidate(
                                                member.processId(),
                                                member.progress().held().tasks(),
                                                group.volatiles().offsets(id).offsets())));
        return candidates;
    }
}
