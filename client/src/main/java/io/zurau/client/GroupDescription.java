package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A group and how far it has come.
///
/// @param partitions of which it has committed an offset, or which a member has; sorted
public record GroupDescription(
        Listed group, List<Member> members, List<PartitionProgress> partitions) {

    /// @param type as Kafka calls it: `classic`, `consumer`, `share` or `streams`; empty if the
    ///   broker does not say
    /// @param coordinator the node
    public record Listed(
            String groupId, String type, String state, String protocolType, int coordinator) {}

    /// @param instanceId null if it is not a static member
    public record Member(
            String memberId,
            @Nullable String instanceId,
            String clientId,
            String host,
            List<TopicPartition> assigned) {}

    /// @param committed the offset that is read next; empty if none is committed
    /// @param lag records that are not consumed yet; empty if the broker does not say
    /// @param lagMs age of the oldest of them in milliseconds; likewise
    /// @param memberId who has the partition; null if nobody
    public record PartitionProgress(
            TopicPartition partition,
            OptionalLong committed,
            OptionalLong lag,
            OptionalLong lagMs,
            @Nullable String memberId) {}

    /// Of all partitions together; empty if of none it is known.
    public OptionalLong lag() {
        return partitions.stream().anyMatch(p -> p.lag().isPresent())
                ? OptionalLong.of(partitions.stream().mapToLong(p -> p.lag().orElse(0)).sum())
                : OptionalLong.empty();
    }

    /// Of the partition that is behind most; empty if of none it is known.
    public OptionalLong lagMs() {
        return partitions.stream()
                .filter(p -> p.lagMs().isPresent())
                .mapToLong(p -> p.lagMs().getAsLong())
                .max();
    }
}
