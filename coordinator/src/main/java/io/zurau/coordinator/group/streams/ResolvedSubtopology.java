package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupTopologyValue.Subtopology;
import java.util.List;

/// A subtopology whose topics have numbers of partitions.
///
/// @param declared as the application declared it
/// @param tasks how many; its tasks are numbered from 0
/// @param repartitionSources which it reads
record ResolvedSubtopology(
        Subtopology declared,
        int tasks,
        List<InternalTopic> repartitionSources,
        List<InternalTopic> changelogs) {
    ResolvedSubtopology {
        repartitionSources = List.copyOf(repartitionSources);
        changelogs = List.copyOf(changelogs);
    }

    /// Tasks with state can have standbys.
    boolean isStateful() {
        return !changelogs.isEmpty();
    }
}
