package io.zurau.coordinator.group.share;

import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What happens to the partitions that the share coordinator keeps for a group.
public sealed interface ShareStateChange {
    /// It was told to keep these, and does.
    record Initialized(ShareStateOrder order) implements ShareStateChange {}

    /// It was told to keep these, and does not.
    record NotInitialized(ShareStateOrder order) implements ShareStateChange {}

    /// Somebody moves the group. It must have no members; it is made if there is none.
    ///
    /// @param offsets by topic and partition
    record Move(Map<String, Map<Integer, Long>> offsets) implements ShareStateChange {}

    /// Somebody wants to delete what is kept of topics. The group must have no members.
    record DeleteTopics(List<String> names) implements ShareStateChange {}

    /// Somebody wants to delete the group. It must have no members.
    record DeleteAll() implements ShareStateChange {}

    /// It has forgotten these topics.
    record Deleted(Set<Uuid> topicIds) implements ShareStateChange {}

    /// None: somebody wants to know.
    record Look() implements ShareStateChange {}
}
