package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.log.EpochEnd;
import io.zurau.metadata.image.PartitionImage;
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
    private static final int ANY_EPOCH = -1;

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
            case Located.NotHere notHere -> error(partition, elsewhere(topic, partition, notHere));
            case Located.Here here -> findIfWhole(here.leader(), partition);
        };
    }

    /// Also who does not lead tells whether the leader that is meant is an old one.
    private ErrorCode elsewhere(
            String topic, OffsetForLeaderPartition asked, Located.NotHere notHere) {
        int epoch = asked.currentLeaderEpoch();
        if (epoch == ANY_EPOCH || notHere.code() != ErrorCode.NOT_LEADER_OR_FOLLOWER) {
            return notHere.code();
        }
        int known =
                partitions
                        .image()
                        .topics()
                        .named(topic)
                        .flatMap(found -> found.partition(asked.partition()))
                        .map(PartitionImage::leaderEpoch)
                        .orElse(epoch);
        return epoch < known
                ? ErrorCode.FENCED_LEADER_EPOCH
                : epoch > known ? ErrorCode.UNKNOWN_LEADER_EPOCH : notHere.code();
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
