package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskOffset;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How far the state of tasks has come at one member, and how far it could: sums of offsets in the
/// tasks' changelogs.
record ReportedOffsets(NavigableMap<TaskId, Long> offsets, NavigableMap<TaskId, Long> ends) {
    static final ReportedOffsets NONE = new ReportedOffsets(new TreeMap<>(), new TreeMap<>());

    ReportedOffsets {
        offsets = Collections.unmodifiableNavigableMap(offsets);
        ends = Collections.unmodifiableNavigableMap(ends);
    }

    /// @param newOffsets null if they are as before
    /// @param newEnds null if they are as before
    /// @param known which tasks are worth keeping
    ReportedOffsets updated(
            @Nullable List<TaskOffset> newOffsets,
            @Nullable List<TaskOffset> newEnds,
            Predicate<TaskId> known) {
        return new ReportedOffsets(
                newOffsets == null ? offsets : read(newOffsets, known),
                newEnds == null ? ends : read(newEnds, known));
    }

    private static NavigableMap<TaskId, Long> read(
            List<TaskOffset> reported, Predicate<TaskId> known) {
        NavigableMap<TaskId, Long> byTask = new TreeMap<>();
        for (TaskOffset one : reported) {
            TaskId task = new TaskId(one.subtopologyId(), one.partition());
            if (known.test(task)) {
                byTask.put(task, one.offset());
            }
        }
        return byTask;
    }
}
