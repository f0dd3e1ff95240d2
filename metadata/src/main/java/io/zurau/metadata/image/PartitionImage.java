package io.zurau.metadata.image;

import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.PartitionRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /// What [PartitionChangeRecord#leader()] says when the leader stays, and its epoch.
    static final int LEADER_STAYS = -2;

    /// A new partition: all replicas in sync, the first one leads.
    ///
    /// @param directories of each replica
    public static PartitionImage created(List<Integer> replicas, List<Uuid> directories) {
        return created(replicas, directories, replicas);
    }

    /// A new partition.
    ///
    /// @param directories of each replica
    /// @param inSync the replicas that can begin at once, the leader first
    public static PartitionImage created(
            List<Integer> replicas, List<Uuid> directories, List<Integer> inSync) {
        return new PartitionImage(
                replicas,
                directories,
                inSync,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                inSync.getFirst(),
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

    /// The record that makes `after` of this partition.
    public PartitionChangeRecord change(Uuid topicId, int index, PartitionImage after) {
        return PartitionChangeRecord.builder()
                .topicId(topicId)
                .partitionId(index)
                .replicas(ifChanged(replicas, after.replicas))
                .directories(ifChanged(directories, after.directories))
                .isr(ifChanged(inSync, after.inSync))
                .removingReplicas(ifChanged(removing, after.removing))
                .addingReplicas(ifChanged(adding, after.adding))
                .eligibleLeaderReplicas(ifChanged(eligibleLeaders, after.eligibleLeaders))
                .lastKnownElr(ifChanged(lastKnownEligible, after.lastKnownEligible))
                .leader(leaderEpoch == after.leaderEpoch ? LEADER_STAYS : after.leader)
                .leaderRecoveryState(
                        (byte) (recovering == after.recovering ? -1 : after.recovering ? 1 : 0))
                .build();
    }

    private static <T> @Nullable List<T> ifChanged(List<T> before, List<T> after) {
        return before.equals(after) ? null : after;
    }

    /// What is wrong with this partition; empty if it can be.
    Optional<String> contradiction() {
        if (directories.size() != replicas.size()) {
            return Optional.of("not one directory for each replica");
        }
        if (!replicas.containsAll(inSync)) {
            return Optional.of("somebody in sync who is no replica");
        }
        if (!replicas.containsAll(eligibleLeaders)) {
            return Optional.of("an eligible leader that is no replica");
        }
        if (eligibleLeaders.stream().anyMatch(inSync::contains)) {
            return Optional.of("somebody in sync who is also listed as out of sync but eligible");
        }
        if (hasLeader() && !inSync.contains(leader)) {
            return Optional.of("a leader that is not in sync");
        }
        return Optional.empty();
    }

    /// The log directory of a node's replica; zero if that is unknown, or the node has none.
    public Uuid directoryOf(int nodeId) {
        int at = replicas.indexOf(nodeId);
        return at < 0 ? Uuid.ZERO : directories.get(at);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    /// The replica that should lead if it can.
    public int preferredLeader() {
        return replicas.isEmpty() ? NO_LEADER : replicas.getFirst();
    }

    public boolean isReassigning() {
        return !removing.isEmpty() || !adding.isEmpty();
    }
}
