package io.zurau.broker.data;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.UnknownTags;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One partition of a fetch: what the client asks of it and what it was told last.
///
/// @param topic empty where topics are named by their ids
/// @param topicId zero where topics are named by their names
/// @param toldHighWatermark -1 if nothing was told yet
/// @param toldLogStartOffset -1 if nothing was told yet
record FetchedPartition(
        String topic,
        Uuid topicId,
        FetchPartition wanted,
        long toldHighWatermark,
        long toldLogStartOffset) {
    private static final long NOTHING_TOLD = -1;
    private static final int NO_REPLICA = -1;
    private static final int NO_EPOCH = -1;

    static FetchedPartition first(FetchTopic topic, FetchPartition wanted) {
        return new FetchedPartition(
                topic.topic(), topic.topicId(), understood(wanted), NOTHING_TOLD, NOTHING_TOLD);
    }

    /// Each partition once; what is said last of it counts, as in Kafka.
    static List<FetchedPartition> allOf(FetchRequest request) {
        Map<Key, FetchedPartition> all = new LinkedHashMap<>();
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition partition : topic.partitions()) {
                FetchedPartition wanted = first(topic, partition);
                all.put(wanted.key(), wanted);
            }
        }
        return List.copyOf(all.values());
    }

    /// How partitions are told apart: by the topic's name or its id, never both.
    record Key(String topic, Uuid topicId, int partition) {}

    Key key() {
        return new Key(topic, topicId, wanted.partition());
    }

    int index() {
        return wanted.partition();
    }

    FetchedPartition asked(FetchPartition now) {
        return new FetchedPartition(
                topic, topicId, understood(now), toldHighWatermark, toldLogStartOffset);
    }

    /// Without what this broker does not understand, which may be large.
    private static FetchPartition understood(FetchPartition wanted) {
        return wanted.unknownTags().count() == 0
                ? wanted
                : wanted.toBuilder().unknownTags(UnknownTags.NONE).build();
    }

    /// After an error everything is news again.
    FetchedPartition told(PartitionData answer) {
        boolean fine = answer.errorCode() == ErrorCode.NONE.code();
        return new FetchedPartition(
                topic,
                topicId,
                wanted,
                fine ? answer.highWatermark() : NOTHING_TOLD,
                answer.logStartOffset());
    }

    /// Whether the client was told a lower high watermark; not if it was told nothing yet.
    boolean knowsLess(long highWatermark) {
        return toldHighWatermark != NOTHING_TOLD && toldHighWatermark < highWatermark;
    }

    /// Whether the client was told all that is in an answer without records.
    boolean knows(PartitionData answer) {
        return answer.errorCode() == ErrorCode.NONE.code()
                && answer.highWatermark() == toldHighWatermark
                && answer.logStartOffset() == toldLogStartOffset
                && answer.preferredReadReplica() == NO_REPLICA
                && answer.divergingEpoch().epoch() == NO_EPOCH;
    }
}
