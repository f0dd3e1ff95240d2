package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.Partitions;
import io.zurau.log.ActiveProducer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeProducersRequest;
import io.zurau.protocol.message.DescribeProducersRequest.TopicRequest;
import io.zurau.protocol.message.DescribeProducersResponse;
import io.zurau.protocol.message.DescribeProducersResponse.PartitionResponse;
import io.zurau.protocol.message.DescribeProducersResponse.ProducerState;
import io.zurau.protocol.message.DescribeProducersResponse.TopicResponse;

/// Tells which idempotent producers a partition remembers.
final class DescribeProducersHandler implements RequestHandler<DescribeProducersRequest> {
    private final Partitions partitions;

    DescribeProducersHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_PRODUCERS;
    }

    @Override
    public Answer handle(DescribeProducersRequest request, RequestContext context) {
        return Answer.of(
                DescribeProducersResponse.builder()
                        .topics(request.topics().stream().map(this::topic).toList())
                        .build());
    }

    private TopicResponse topic(TopicRequest topic) {
        return TopicResponse.builder()
                .name(topic.name())
                .partitions(
                        topic.partitionIndexes().stream()
                                .map(index -> partition(topic.name(), index))
                                .toList())
                .build();
    }

    private PartitionResponse partition(String topic, int index) {
        PartitionResponse.Builder response = PartitionResponse.builder().partitionIndex(index);
        return switch (partitions.find(topic, index)) {
            case Located.Here here ->
                    response.errorCode(ErrorCode.NONE)
                            .errorMessage(null)
                            .activeProducers(
                                    here.leader().log().activeProducers().stream()
                                            .map(DescribeProducersHandler::producer)
                                            .toList())
                            .build();
            case Located.NotHere notHere ->
                    response.errorCode(notHere.code())
                            .errorMessage(notHere.code().message())
                            .build();
        };
    }

    private static ProducerState producer(ActiveProducer producer) {
        return ProducerState.builder()
                .producerId(producer.producerId())
                .producerEpoch(producer.producerEpoch())
                .lastSequence(producer.lastSequence())
                .lastTimestamp(producer.lastTimestampMs())
                .coordinatorEpoch(producer.coordinatorEpoch())
                .currentTxnStartOffset(producer.currentTransactionStartOffset())
                .build();
    }
}
