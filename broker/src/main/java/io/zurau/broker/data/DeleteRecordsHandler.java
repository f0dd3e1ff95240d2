package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DeleteRecordsRequest;
import io.zurau.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import io.zurau.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import io.zurau.protocol.message.DeleteRecordsResponse;
import io.zurau.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import io.zurau.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;

/// Moves the start of partitions up to where the client says.
final class DeleteRecordsHandler implements RequestHandler<DeleteRecordsRequest> {
    private static final long TO_HIGH_WATERMARK = -1;
    private static final long UNKNOWN = -1;

    private final Partitions partitions;

    DeleteRecordsHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public ApiKey api() {
        return ApiKey.DELETE_RECORDS;
    }

    @Override
    public Answer handle(DeleteRecordsRequest request, RequestContext context) {
        return Answer.of(
                DeleteRecordsResponse.builder()
                        .topics(request.topics().stream().map(this::delete).toList())
                        .build());
    }

    private DeleteRecordsTopicResult delete(DeleteRecordsTopic topic) {
        return DeleteRecordsTopicResult.builder()
                .name(topic.name())
                .partitions(
                        topic.partitions().stream()
                                .map(partition -> delete(topic.name(), partition))
                                .toList())
                .build();
    }

    private DeleteRecordsPartitionResult delete(String topic, DeleteRecordsPartition partition) {
        if (InternalTopics.contains(topic)) {
            return result(partition, UNKNOWN, ErrorCode.INVALID_TOPIC_EXCEPTION);
        }
        return switch (partitions.find(topic, partition.partitionIndex())) {
            case Located.NotHere notHere -> result(partition, UNKNOWN, notHere.code());
            case Located.Here here -> delete(here.leader(), partition);
        };
    }

    private static DeleteRecordsPartitionResult delete(
            PartitionLeader leader, DeleteRecordsPartition partition) {
        if (!leader.log().config().deletes()) {
            return result(partition, UNKNOWN, ErrorCode.POLICY_VIOLATION);
        }
        long highWatermark = leader.highWatermark();
        long offset = partition.offset() == TO_HIGH_WATERMARK ? highWatermark : partition.offset();
        if (offset < 0 || offset > highWatermark) {
            return result(partition, UNKNOWN, ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        ErrorCode code = leader.deleteBefore(offset);
        return result(
                partition, code == ErrorCode.NONE ? leader.log().logStartOffset() : UNKNOWN, code);
    }

    private static DeleteRecordsPartitionResult result(
            DeleteRecordsPartition partition, long lowWatermark, ErrorCode code) {
        return DeleteRecordsPartitionResult.builder()
                .partitionIndex(partition.partitionIndex())
                .lowWatermark(lowWatermark)
                .errorCode(code.code())
                .build();
    }
}
