package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;

/// What a client knows of the cluster at one moment. Immutable.
///
/// @param brokers where each broker listens, by node id
/// @param partitionCounts by topic; topics that do not exist are missing
/// @param topicIds by name; missing where the brokers have told none
/// @param leaders node ids; partitions without a leader are missing
record ClusterView(
        SortedMap<Integer, BrokerAddress> brokers,
        Map<String, Integer> partitionCounts,
        Map<String, Uuid> topicIds,
        Map<TopicPartition, Integer> leaders,
        long asOfNanos) {
    /// [Uuid#ZERO] if it is not known.
    Uuid topicId(String topic) {
        return topicIds.getOrDefault(topic, Uuid.ZERO);
    }

    OptionalInt leaderOf(TopicPartition partition) {
        Integer leader = leaders.get(partition);
        return leader == null ? OptionalInt.empty() : OptionalInt.of(leader);
    }

    /// @throws ClientFailure.BadAnswer if the brokers have said nothing about the topic
    int partitionCount(String topic) {
        Integer count = partitionCounts.get(topic);
        if (count == null) {
            throw new ClientFailure.BadAnswer(
                    "The brokers answered nothing about topic \"" + topic + "\".");
        }
        return count;
    }
}
