package io.zurau.broker.data;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ForgottenTopic;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// What one client fetches again and again, so that neither side needs to repeat it (KIP-227).
///
/// Partitions are read in order; those that had records move to the end, so that under a limit all
/// get their turn.
///
/// **Guard:** `sessionLock`.
final class FetchSession {
    private static final int LAST_EPOCH = Integer.MAX_VALUE;

    private final int id;
    private final boolean usesTopicIds;
    private final long createdNanos;
    private final ReentrantLock sessionLock = new ReentrantLock();

    @GuardedBy("sessionLock")
    private final Map<FetchedPartition.Key, FetchedPartition> partitions = new LinkedHashMap<>();

    @GuardedBy("sessionLock")
    private int nextEpoch = 1;

    FetchSession(int id, boolean usesTopicIds, List<FetchedPartition> asked, long createdNanos) {
        this.id = id;
        this.usesTopicIds = usesTopicIds;
        this.createdNanos = createdNanos;
        asked.forEach(partition -> partitions.put(partition.key(), partition));
    }

    int id() {
        return id;
    }

    boolean usesTopicIds() {
        return usesTopicIds;
    }

    long createdNanos() {
        return createdNanos;
    }

    int size() {
        sessionLock.lock();
        try {
            return partitions.size();
        } finally {
            sessionLock.unlock();
        }
    }

    /// Takes over what an incremental request adds, changes and forgets.
    ///
    /// @return false, and nothing is changed, if the request is not the next one of the session
    boolean update(FetchRequest request) {
        sessionLock.lock();
        try {
            if (request.sessionEpoch() != nextEpoch) {
                return false;
            }
            nextEpoch = nextEpoch == LAST_EPOCH ? 1 : nextEpoch + 1;
            for (ForgottenTopic topic : request.forgottenTopicsData()) {
                for (int partition : topic.partitions()) {
                    partitions.remove(
                            new FetchedPartition.Key(topic.topic(), topic.topicId(), partition));
                }
            }
            for (FetchTopic topic : request.topics()) {
                for (FetchPartition partition : topic.partitions()) {
                    FetchedPartition.Key key =
                            new FetchedPartition.Key(
                                    topic.topic(), topic.topicId(), partition.partition());
                    FetchedPartition known = partitions.get(key);
                    partitions.put(
                            key,
                            known == null
                                    ? FetchedPartition.first(topic, partition)
                                    : known.asked(partition));
                }
            }
            return true;
        } finally {
            sessionLock.unlock();
        }
    }

    List<FetchedPartition> partitions() {
        sessionLock.lock();
        try {
            return new ArrayList<>(partitions.values());
        } finally {
            sessionLock.unlock();
        }
    }

    /// Notes what the client is told now.
    ///
    /// @return whether that is news, so that it must be sent
    boolean isNews(FetchedPartition partition, PartitionData answer) {
        sessionLock.lock();
        try {
            FetchedPartition.Key key = partition.key();
            if (!partitions.containsKey(key)) {
                return true; // Forgotten by a request that overtook this one.
            }
            FetchedPartition told = partition.told(answer);
            boolean hasRecords = answer.records() != null && answer.records().sizeInBytes() > 0;
            if (hasRecords) {
                partitions.remove(key); // To the end of the order.
            }
            partitions.put(key, told);
            return hasRecords || !partition.knows(answer);
        } finally {
            sessionLock.unlock();
        }
    }
}
