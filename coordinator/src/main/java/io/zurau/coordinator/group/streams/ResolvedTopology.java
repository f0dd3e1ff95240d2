package io.zurau.coordinator.group.streams;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/// A topology and the topics that there are: what becomes of both together.
sealed interface ResolvedTopology {
    /// Every topic is there: tasks can be given.
    record Ready(SortedMap<String, ResolvedSubtopology> subtopologies) implements ResolvedTopology {
        public Ready {
            subtopologies = Collections.unmodifiableSortedMap(subtopologies);
        }
    }

    /// It fits, once these internal topics are made.
    record Incomplete(
            SortedMap<String, ResolvedSubtopology> subtopologies, List<InternalTopic> missing)
            implements ResolvedTopology {
        public Incomplete {
            subtopologies = Collections.unmodifiableSortedMap(subtopologies);
            missing = List.copyOf(missing);
        }
    }

    /// It does not fit the topics that there are.
    record Misfit(GroupStatus status, String detail) implements ResolvedTopology {}

    /// It would fit no topics.
    record Invalid(String reason) implements ResolvedTopology {}
}
