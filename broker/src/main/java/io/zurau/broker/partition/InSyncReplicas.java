package io.zurau.broker.partition;

import io.zurau.metadata.control.InSyncChange;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Who should be in sync with one partition, as its leader sees it.
///
/// **Guard:** the partition's `watermarkLock`.
final class InSyncReplicas {
    private final TopicPartition topicPartition;
    private final Uuid topicId;
    private final Replication replication;
    private final Followers followers;

    /// Proposed as in sync, by one proposal or several of unknown outcome; they count already.
    private List<Integer> joining = List.of();

    /// Where the leader is.
    ///
    /// @param endOffset of its log, exclusive
    /// @param highWatermark exclusive
    /// @param epochStartOffset where its epoch begins
    record Position(
            PartitionImage image, long endOffset, long highWatermark, long epochStartOffset) {}

    InSyncReplicas(
            TopicPartition topicPartition,
            Uuid topicId,
            Replication replication,
            Followers followers) {
        this.topicPartition = topicPartition;
        this.topicId = topicId;
        this.replication = replication;
        this.followers = followers;
    }

    /// Who is proposed and may be in sync already; they count.
    List<Integer> joining() {
        return joining;
    }

    /// It is known what became of the last proposal.
    void settle() {
        joining = List.of();
    }

    /// Whether a follower has just come so far that it should be proposed.
    boolean hasCome(int follower, Position leader) {
        return !joining.contains(follower) && isReady(follower, leader);
    }

    private boolean isReady(int follower, Position leader) {
        long stored = followers.storedEndOffset(follower);
        return !leader.image.inSync().contains(follower)
                && stored >= leader.highWatermark
                && stored >= leader.epochStartOffset;
    }

    /// What the in-sync replicas should become; empty if they are as they should be.
    Optional<InSyncChange> propose(ClusterImage cluster, Position leader, long nowNanos) {
        PartitionImage known = leader.image;
        List<Integer> comers = new ArrayList<>();
        List<Integer> staying = new ArrayList<>();
        for (int node : known.replicas()) {
            if (known.inSync().contains(node)) {
                if (!isLagging(node, leader, nowNanos)) {
                    staying.add(node);
                }
            } else if ((joining.contains(node) || isReady(node, leader))
                    && isWelcome(node, known, cluster)) {
                comers.add(node);
            }
        }
        if (comers.isEmpty() && staying.size() == known.inSync().size()) {
            return Optional.empty();
        }
        joining = Stream.concat(joining.stream(), comers.stream()).distinct().toList();
        List<InSyncChange.Member> members = new ArrayList<>();
        staying.forEach(node -> members.add(member(node, cluster)));
        comers.forEach(node -> members.add(member(node, cluster)));
        return Optional.of(
                new InSyncChange(
                        topicId,
                        topicPartition.partition(),
                        known.leaderEpoch(),
                        known.epoch(),
                        members,
                        true));
    }

    private boolean isLagging(int node, Position leader, long nowNanos) {
        return followers.isLagging(
                node, leader.endOffset, nowNanos, replication.maxLag().toNanos());
    }

    /// One that has been started anew since it fetched must fetch first, and one whose disk has
    /// failed since cannot.
    private boolean isWelcome(int node, PartitionImage known, ClusterImage cluster) {
        BrokerImage broker = cluster.brokers().get(node);
        return broker != null
                && broker.isActive()
                && !broker.hasLost(known.directoryOf(node))
                && broker.epoch() == followers.brokerEpoch(node);
    }

    private InSyncChange.Member member(int node, ClusterImage cluster) {
        long epoch = followers.brokerEpoch(node);
        return new InSyncChange.Member(
                node,
                epoch >= 0 ? epoch : cluster.broker(node).map(BrokerImage::epoch).orElse(epoch));
    }
}
