package io.zurau.broker.replica;

import io.zurau.broker.partition.PartitionFollower;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ForgottenTopic;
import io.zurau.protocol.message.FetchRequest.ReplicaState;
import io.zurau.protocol.message.FetchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The follower's side of a fetch session (KIP-227): says only what has changed since it last
/// asked.
///
/// **Owner:** the fetcher's task.
final class FollowerSession {
    private static final int LAST_EPOCH = Integer.MAX_VALUE;

    private final int nodeId;
    private final ReplicationConfig config;
    private final Map<Key, Asked> asked = new LinkedHashMap<>();
    private int id;
    private int epoch;

    private record Key(Uuid topicId, int partition) {}

    /// @param how as it was last sent
    record Asked(PartitionFollower follower, FetchPartition how) {}

    FollowerSession(int nodeId, ReplicationConfig config) {
        this.nodeId = nodeId;
        this.config = config;
    }

    /// What to ask next.
    ///
    /// @param wanted all partitions to fetch
    /// @param maxWait how long the leader may wait for records
    FetchRequest next(List<PartitionFollower> wanted, long brokerEpoch, Duration maxWait) {
        if (id == 0) {
            asked.clear();
            epoch = 0;
        }
        Map<Uuid, List<FetchPartition>> changed = new LinkedHashMap<>();
        Set<Key> left = new LinkedHashSet<>(asked.keySet());
        for (PartitionFollower follower : wanted) {
            Key key = new Key(follower.topicId(), follower.topicPartition().partition());
            FetchPartition now = partition(follower);
            left.remove(key);
            Asked before = asked.put(key, new Asked(follower, now));
            if (before == null || !now.equals(before.how)) {
                changed.computeIfAbsent(key.topicId, _ -> new ArrayList<>()).add(now);
            }
        }
        Map<Uuid, List<Integer>> forgotten = new LinkedHashMap<>();
        for (Key key : left) {
            asked.remove(key);
            forgotten.computeIfAbsent(key.topicId, _ -> new ArrayList<>()).add(key.partition);
        }
        return FetchRequest.builder()
                .replicaState(
                        ReplicaState.builder().replicaId(nodeId).replicaEpoch(brokerEpoch).build())
                .maxWaitMs((int) maxWait.toMillis())
                .minBytes(1)
                .maxBytes(config.maxResponseBytes())
                .sessionId(id)
                .sessionEpoch(epoch)
                .topics(topics(changed))
                .forgottenTopicsData(forgottenTopics(forgotten))
                .build();
    }

    private FetchPartition partition(PartitionFollower follower) {
        return FetchPartition.builder()
                .partition(follower.topicPartition().partition())
                .currentLeaderEpoch(follower.image().leaderEpoch())
                .fetchOffset(follower.log().logEndOffset())
                .lastFetchedEpoch(follower.lastRecordsEpoch())
                .logStartOffset(follower.log().logStartOffset())
                .partitionMaxBytes(config.maxPartitionBytes())
                .build();
    }

    /// What was asked about a partition; null if it was not asked about.
    @Nullable Asked asked(Uuid topicId, int partition) {
        return asked.get(new Key(topicId, partition));
    }

    private static List<FetchTopic> topics(Map<Uuid, List<FetchPartition>> byTopic) {
        List<FetchTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (topicId, partitions) ->
                        topics.add(
                                FetchTopic.builder()
                                        .topicId(topicId)
                                        .partitions(partitions)
                                        .build()));
        return topics;
    }

    private static List<ForgottenTopic> forgottenTopics(Map<Uuid, List<Integer>> byTopic) {
        List<ForgottenTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (topicId, partitions) ->
                        topics.add(
                                ForgottenTopic.builder()
                                        .topicId(topicId)
                                        .partitions(partitions)
                                        .build()));
        return topics;
    }

    /// @return whether the answer is about the session that was asked for; if not, the next request
    ///   begins another
    boolean answered(FetchResponse answer) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            id = 0;
            return false;
        }
        id = answer.sessionId();
        epoch = id == 0 || epoch == LAST_EPOCH ? 1 : epoch + 1;
        return true;
    }
}
