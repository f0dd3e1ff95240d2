package io.zurau.coordinator.group.assignor;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A member of a group, as an assignor sees it.
///
/// @param instanceId of a static member
/// @param topics that it subscribes to, and that exist
/// @param target what it was meant to have until now
public record Subscriber(
        @Nullable String instanceId,
        @Nullable String rackId,
        SortedSet<Uuid> topics,
        Assignment target) {}
