package io.zurau.metadata.image;

import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.PartitionRecord;
import java.util.List;

/// Who holds a partition and who leads it.
///
/// @param replicas node ids, the preferred leader first
/// @param directories the log directory of each replica, in the order of `replicas`; zero where
///   unknown
/// @param inSync the replicas that have everything that was acknowledged
/// @param removing replicas on their way out of a reassignment
/// @param adding replicas on their way in
/// @param eligibleLeaders out of sync, but known to have everything below the high watermark
///   (KIP-966)
/// @param lastKnownEligible who was last in sync or eligible when nobody is any more
/// @param leader node id, or [#NO_LEADER]
/// @param recovering whether the leader was elected uncleanly and has not recovered yet
/// @param leaderEpoch grows with each change of leader
/// @param epoch grows with each change of anything here; Kafka's partition epoch
public record PartitionImage(
        List<Integer> replicas,
        List<Uuid> directories,
        List<Integer> inSync,
        List<Integer> removing,
        List<Integer> adding,
        List<Integer> eligibleLeaders,
        List<Integer> lastKnownEligible,
        int leader,
        boolean recovering,
        int leaderEpoch,
        int epoch) {
    public static final int NO_LEADER = -1;

    /// A new partition: all replicas in sync, the first one leads.
    ///
    /// @param directories of each replica
    public static PartitionImage created(List<Integer> replicas, List<Uuid> directories) {
        return new PartitionImage(
                replicas,
                directories,
                replicas,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                replicas.getFirst(),
                false,
                0,
                0);
    }

    public PartitionImage {
        replicas = List.copyOf(replicas);
        directories = List.copyOf(directories);
        inSync = List.copyOf(inSync);
        removing = List.copyOf(removing);
        adding = List.copyOf(adding);
        eligibleLeaders = List.copyOf(eligibleLeaders);
        lastKnownEligible = List.copyOf(lastKnownEligible);
    }

    /// The record that makes this partition.
    public PartitionRecord record(Uuid topicId, int index) {
        return PartitionRecord.builder()
                .topicId(topicId)
                .partitionId(index)
                .replicas(replicas)
                .directories(directories)
                .isr(inSync)
                .removingReplicas(removing)
                .addingReplicas(adding)
                .eligibleLeaderReplicas(eligibleLeaders.isEmpty() ? null : eligibleLeaders)
                .lastKnownElr(lastKnownEligible.isEmpty() ? null : lastKnownEligible)
                .leader(leader)
                .leaderRecoveryState((byte) (recovering ? 1 : 0))
                .leaderEpoch(leaderEpoch)
                .partitionEpoch(epoch)
                .build();
    }

    public boolean isReassigning() {
        return !removing.isEmpty() || !adding.isEmpty();
    }
}
