package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import org.jspecify.annotations.Nullable;

/// What a heartbeat finds at the door.
public sealed interface Admission {
    record Refused(Refusal refusal) implements Admission {}

    /// Nothing of it is decided yet.
    ///
    /// @param before the member as the group knows it, or a fresh one
    /// @param replaced the static member whose place it takes; null if there is none
    /// @param metadata what it says of itself now
    /// @param newTopology the group's first; null if it has one
    /// @param resolution of the group's topology
    /// @param owned the tasks that it says it has; null if it does not say
    record Admitted(
            StreamsMember before,
            @Nullable StreamsMember replaced,
            StreamsGroupMemberMetadataValue metadata,
            @Nullable StreamsGroupTopologyValue newTopology,
            Topology topology,
            Resolution resolution,
            @Nullable Tasks owned)
            implements Admission {}
}
