package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.log.EpochEnd;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import io.zurau.runtime.StorageFailure;

/// Tells where leader epochs ended, so that a client finds out whether what it read was cut off
/// since (KIP-320).
final class OffsetForLeaderEpochHandler implements RequestHandler<OffsetForLeaderEpochRequest> {
    private final Partitions partitions;

    OffsetForLeaderEpochHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public ApiKey api() {
        return ApiKey.OFFSET_FOR_LEADER_EPOCH;
    }

    @Override
    public Answer handle(OffsetForLeaderEpochRequest request, RequestContext context) {
        return Answer.of(
                OffsetForLeaderEpochResponse.builder()
                        .topics(request.topics().stream().map(this::find).toList())
                        .build());
    }

    private OffsetForLeaderTopicResult find(OffsetForLeaderTopic topic) {
        return OffsetForLeaderTopicResult.builder()
                .topic(topic.topic())
                .partitions(
                        topic.partitions().stream()
                                .map(partition -> find(topic.topic(), partition))
                                .toList())
                .build();
    }

    private EpochEndOffset find(String topic, OffsetForLeaderPartition partition) {
        return switch (partitions.find(topic, partition.partition())) {
            case Located.NotHere notHere -> error(partition, notHere.code());
            case Located.Here here -> findIfWhole(here.leader(), partition);
        };
    }

    private static EpochEndOffset findIfWhole(
            PartitionLeader leader, OffsetForLeaderPartition partition) {
        try {
            return find(leader, partition);
        } catch (StorageFailure e) {
            return error(partition, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    private static EpochEndOffset find(PartitionLeader leader, OffsetForLeaderPartition partition) {
        ErrorCode epoch = leader.checkEpoch(partition.currentLeaderEpoch());
        if (epoch != ErrorCode.NONE) {
            return error(partition, epoch);
        }
        EpochEnd end = leader.log().endOffsetForEpoch(partition.leaderEpoch());
        return EpochEndOffset.builder()
                .partition(partition.partition())
                .leaderEpoch(end.epoch())
                .endOffset(end.endOffset())
                .build();
    }

    private static EpochEndOffset error(OffsetForLeaderPartition partition, ErrorCode code) {
        return EpochEndOffset.builder()
                .partition(partition.partition())
                .errorCode(code.code())
                .build();
    }
}
