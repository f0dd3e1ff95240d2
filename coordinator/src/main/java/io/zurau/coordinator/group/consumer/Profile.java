package io.zurau.coordinator.group.consumer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What a member said of itself.
///
/// @param instanceId of a static member
/// @param topics that it subscribes to by name
/// @param regex that it subscribes to; empty if it does not
/// @param rebalanceTimeoutMs how long it may take to give partitions up
/// @param assignor that it would like; null for the default
/// @param classic what else a member of the classic protocol said; null for others
public record Profile(
        @Nullable String instanceId,
        @Nullable String rackId,
        String clientId,
        String clientHost,
        SortedSet<String> topics,
        String regex,
        int rebalanceTimeoutMs,
        @Nullable String assignor,
        @Nullable Classic classic) {

    /// @param protocols in falling preference; never empty
    public record Classic(int sessionTimeoutMs, List<Protocol> protocols) {
        /// The one that it is told to work by.
        public Protocol first() {
            return protocols.getFirst();
        }
    }

    /// @param metadata its subscription, in the consumers' own form
    public record Protocol(String name, ByteBuffer metadata) {}

    public boolean isClassic() {
        return classic != null;
    }
}
