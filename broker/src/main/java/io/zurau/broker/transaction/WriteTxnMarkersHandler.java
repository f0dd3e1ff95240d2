package io.zurau.broker.transaction;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.broker.partition.TransactionMarker;
import io.zurau.coordinator.Pending;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.WriteTxnMarkersRequest;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import io.zurau.protocol.message.WriteTxnMarkersResponse;
import io.zurau.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
import io.zurau.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerResult;
import io.zurau.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;
import java.util.ArrayList;
import java.util.List;

/// Writes ends of transactions, for coordinators on other brokers and for `kafka-transactions`.
final class WriteTxnMarkersHandler implements RequestHandler<WriteTxnMarkersRequest> {
    private static final int EPOCH_PER_TRANSACTION = 2;

    private final MarkerAppender appender;

    WriteTxnMarkersHandler(MarkerAppender appender) {
        this.appender = appender;
    }

    @Override
    public ApiKey api() {
        return ApiKey.WRITE_TXN_MARKERS;
    }

    private record Due(int index, Pending<ErrorCode> pending) {}

    @Override
    public Answer handle(WriteTxnMarkersRequest request, RequestContext context) {
        List<List<List<Due>>> due = new ArrayList<>();
        for (WritableTxnMarker marker : request.markers()) {
            due.add(marker.topics().stream().map(topic -> append(marker, topic)).toList());
        }
        return PassingHandler.later(() -> answer(request, due));
    }

    private List<Due> append(WritableTxnMarker marker, WritableTxnMarkerTopic topic) {
        MarkerTarget target = MarkerTarget.of(topic.unknownTags());
        TransactionMarker written =
                new TransactionMarker(
                        marker.producerId(),
                        marker.producerEpoch(),
                        marker.coordinatorEpoch(),
                        marker.transactionResult(),
                        marker.transactionVersion() >= EPOCH_PER_TRANSACTION,
                        target.transaction(),
                        target.leaderEpoch());
        return topic.partitionIndexes().stream()
                .map(
                        index ->
                                new Due(
                                        index,
                                        appender.append(
                                                new TopicPartition(topic.name(), index), written)))
                .toList();
    }

    private static WriteTxnMarkersResponse answer(
            WriteTxnMarkersRequest request, List<List<List<Due>>> due) throws InterruptedException {
        List<WritableTxnMarkerResult> markers = new ArrayList<>();
        for (int i = 0; i < due.size(); i++) {
            WritableTxnMarker marker = request.markers().get(i);
            List<WritableTxnMarkerTopicResult> topics = new ArrayList<>();
            for (int j = 0; j < due.get(i).size(); j++) {
                topics.add(
                        WritableTxnMarkerTopicResult.builder()
                                .name(marker.topics().get(j).name())
                                .partitions(partitions(due.get(i).get(j)))
                                .build());
            }
            markers.add(
                    WritableTxnMarkerResult.builder()
                            .producerId(marker.producerId())
                            .topics(topics)
                            .build());
        }
        return WriteTxnMarkersResponse.builder().markers(markers).build();
    }

    private static List<WritableTxnMarkerPartitionResult> partitions(List<Due> due)
            throws InterruptedException {
        List<WritableTxnMarkerPartitionResult> partitions = new ArrayList<>();
        for (Due one : due) {
            partitions.add(
                    WritableTxnMarkerPartitionResult.builder()
                            .partitionIndex(one.index)
                            .errorCode(one.pending.await())
                            .build());
        }
        return partitions;
    }
}
