package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.streams.ResolvedTopology.Incomplete;
import io.zurau.coordinator.group.streams.ResolvedTopology.Invalid;
import io.zurau.coordinator.group.streams.ResolvedTopology.Misfit;
import io.zurau.coordinator.group.streams.ResolvedTopology.Ready;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a streams group knows and does not store: it comes again, or may be forgotten, when another
/// broker takes the group over.
///
/// **Guard:** the thread of the shard.
final class Volatiles {
    private final Map<String, ReportedOffsets> offsets = new HashMap<>();
    private @Nullable Resolution resolution;
    private @Nullable Refined refined;
    private @Nullable String shutdownBy;
    private boolean delaysFirstTarget;
    private int endpointsEpoch;

    /// @param metadataHash of the topics that it was made with
    /// @param topicsVersion at which the hash was still the same
    record Resolution(ResolvedTopology topology, long metadataHash, long topicsVersion) {
        boolean isReady() {
            return topology instanceof Ready;
        }

        /// Empty if the topology does not fit.
        SortedMap<String, ResolvedSubtopology> subtopologies() {
            return switch (topology) {
                case Ready ready -> ready.subtopologies();
                case Incomplete incomplete -> incomplete.subtopologies();
                case Misfit _, Invalid _ -> Collections.emptySortedMap();
            };
        }

        boolean has(TaskId task) {
            ResolvedSubtopology subtopology = subtopologies().get(task.subtopologyId());
            return subtopology != null
                    && task.partition() >= 0
                    && task.partition() < subtopology.tasks();
        }
    }

    /// What members are to have before their targets.
    ///
    /// @param epoch of the targets
    /// @param tasks of all members; empty if they are the targets
    record Refined(int epoch, SortedMap<String, Tasks> tasks) {}

    /// Null until a member has said what it is made of.
    @Nullable Resolution resolution() {
        return resolution;
    }

    void resolved(Resolution newResolution) {
        resolution = newResolution;
    }

    ReportedOffsets offsets(String memberId) {
        return offsets.getOrDefault(memberId, ReportedOffsets.NONE);
    }

    void report(String memberId, ReportedOffsets reported) {
        offsets.put(memberId, reported);
    }

    /// Whether the member tells how far its state has come.
    boolean hasReported(String memberId) {
        return offsets.containsKey(memberId);
    }

    @Nullable Refined refined() {
        return refined;
    }

    void refined(@Nullable Refined newRefined) {
        refined = newRefined;
    }

    /// The member that asked for the whole application to end; null if none did.
    @Nullable String shutdownBy() {
        return shutdownBy;
    }

    /// The first who asks counts.
    void shutdown(String memberId) {
        if (shutdownBy == null) {
            shutdownBy = memberId;
        }
    }

    /// Whether a new group still waits for further members.
    boolean delaysFirstTarget() {
        return delaysFirstTarget;
    }

    void delayFirstTarget(boolean delays) {
        delaysFirstTarget = delays;
    }

    /// Counts the changes of where which partitions are served.
    int endpointsEpoch() {
        return endpointsEpoch;
    }

    void endpointsChanged() {
        endpointsEpoch++;
    }

    /// A member is gone.
    void forget(String memberId, boolean wasLast) {
        offsets.remove(memberId);
        refined = null;
        if (wasLast) {
            shutdownBy = null;
        }
    }
}
