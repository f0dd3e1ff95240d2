package io.zurau.broker.transaction;

import io.zurau.broker.partition.TransactionMarker;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.WriteTxnMarkersRequest;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import io.zurau.protocol.message.WriteTxnMarkersResponse;
import io.zurau.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
import io.zurau.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerResult;
import io.zurau.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One request that brings several markers to a broker, and what its answer means.
///
/// @param <T> stands for a marker in a partition
final class MarkerRequest<T> {
    private static final byte EPOCH_PER_TRANSACTION = 2;
    private static final byte EPOCH_PER_PRODUCER = 0;

    private final Map<TransactionMarker, Map<TopicPartition, T>> byMarker = new LinkedHashMap<>();
    private final Map<Long, TransactionMarker> byProducer = new HashMap<>(); // Looked up only.

    /// @return false if there is another marker of the same producer: the answer would not tell
    ///   them apart
    boolean add(T item, TransactionMarker marker, TopicPartition partition) {
        if (!byProducer.computeIfAbsent(marker.producerId(), id -> marker).equals(marker)) {
            return false;
        }
        byMarker.computeIfAbsent(marker, any -> new LinkedHashMap<>()).put(partition, item);
        return true;
    }

    WriteTxnMarkersRequest build() {
        List<WritableTxnMarker> markers = new ArrayList<>();
        byMarker.forEach((marker, items) -> markers.add(marker(marker, items)));
        return WriteTxnMarkersRequest.builder().markers(markers).build();
    }

    private static <T> WritableTxnMarker marker(
            TransactionMarker marker, Map<TopicPartition, T> items) {
        Map<String, List<Integer>> byTopic = new LinkedHashMap<>();
        items.keySet()
                .forEach(
                        partition ->
                                byTopic.computeIfAbsent(
                                                partition.topic(), topic -> new ArrayList<>())
                                        .add(partition.partition()));
        return WritableTxnMarker.builder()
                .producerId(marker.producerId())
                .producerEpoch(marker.producerEpoch())
                .transactionResult(marker.committed())
                .coordinatorEpoch(marker.coordinatorEpoch())
                .transactionVersion(marker.bumped() ? EPOCH_PER_TRANSACTION : EPOCH_PER_PRODUCER)
                .topics(
                        byTopic.entrySet().stream()
                                .map(
                                        topic ->
                                                WritableTxnMarkerTopic.builder()
                                                        .name(topic.getKey())
                                                        .partitionIndexes(topic.getValue())
                                                        .unknownTags(
                                                                MarkerTarget.tags(
                                                                        marker.transaction(),
                                                                        marker.leaderEpoch()))
                                                        .build())
                                .toList())
                .build();
    }

    /// What became of each; those that the answer does not mention are left out.
    Map<T, ErrorCode> results(WriteTxnMarkersResponse response) {
        Map<Long, Map<TopicPartition, ErrorCode>> answers = new HashMap<>(); // Looked up only.
        for (WritableTxnMarkerResult marker : response.markers()) {
            Map<TopicPartition, ErrorCode> ofMarker =
                    answers.computeIfAbsent(marker.producerId(), id -> new HashMap<>());
            for (WritableTxnMarkerTopicResult topic : marker.topics()) {
                for (WritableTxnMarkerPartitionResult partition : topic.partitions()) {
                    ofMarker.put(
                            new TopicPartition(topic.name(), partition.partitionIndex()),
                            ErrorCode.forCode(partition.errorCode()));
                }
            }
        }
        Map<T, ErrorCode> results = new LinkedHashMap<>();
        byMarker.forEach(
                (marker, items) -> {
                    Map<TopicPartition, ErrorCode> answered =
                            answers.getOrDefault(marker.producerId(), Map.of());
                    items.forEach(
                            (partition, item) -> {
                                ErrorCode code = answered.get(partition);
                                if (code != null) {
                                    results.put(item, code);
                                }
                            });
                });
        return results;
    }
}
