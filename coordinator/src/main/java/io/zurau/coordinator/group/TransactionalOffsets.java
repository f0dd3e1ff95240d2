package io.zurau.coordinator.group;

import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Turn;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
import io.zurau.protocol.message.TxnOffsetCommitRequest;
import io.zurau.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import io.zurau.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import io.zurau.protocol.message.TxnOffsetCommitResponse;
import io.zurau.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import io.zurau.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Offsets that are committed as part of a producer's transaction (KIP-98, KIP-447).
///
/// Whether the producer's transaction is open is not known here: who calls has asked its
/// coordinator, and the log refuses what comes with an old epoch.
final class TransactionalOffsets {
    private static final int FIRST_VERSION_WITH_GROUP_NOT_FOUND = 6;

    private final Groups groups;
    private final GroupConfig config;

    TransactionalOffsets(Groups groups, GroupConfig config) {
        this.groups = groups;
        this.config = config;
    }

    void commit(GroupCommand.CommitPending commit, Turn<GroupTimer> turn) {
        TxnOffsetCommitRequest request = commit.request();
        ClassicGroup group = groups.find(request.groupId());
        ErrorCode refusal = check(group, request, commit.version());
        if (refusal == ErrorCode.NONE && group != null) {
            OffsetRules.keepAlive(group, request.memberId(), turn);
        }
        List<TxnOffsetCommitResponseTopic> topics = new ArrayList<>();
        for (TxnOffsetCommitRequestTopic topic : request.topics()) {
            List<TxnOffsetCommitResponsePartition> partitions = new ArrayList<>();
            for (TxnOffsetCommitRequestPartition partition : topic.partitions()) {
                ErrorCode code =
                        refusal == ErrorCode.NONE
                                ? commit(commit, topic, partition, turn)
                                : refusal;
                partitions.add(
                        TxnOffsetCommitResponsePartition.builder()
                                .partitionIndex(partition.partitionIndex())
                                .errorCode(code)
                                .build());
            }
            topics.add(
                    TxnOffsetCommitResponseTopic.builder()
                            .name(topic.name())
                            .topicId(topic.topicId())
                            .partitions(partitions)
                            .build());
        }
        turn.answer(commit.reply(), TxnOffsetCommitResponse.builder().topics(topics).build());
    }

    /// Clients before version 3 say nothing about members; they may always commit.
    private static ErrorCode check(
            @Nullable ClassicGroup group, TxnOffsetCommitRequest request, int version) {
        int generation = request.generationIdOrMemberEpoch();
        if (group == null) {
            if (generation < 0) {
                return ErrorCode.NONE;
            }
            return version >= FIRST_VERSION_WITH_GROUP_NOT_FOUND
                    ? ErrorCode.GROUP_ID_NOT_FOUND
                    : ErrorCode.ILLEGAL_GENERATION;
        }
        boolean saysWho =
                generation >= 0
                        || !request.memberId().isEmpty()
                        || request.groupInstanceId() != null;
        if (!saysWho || (generation < 0 && group instanceof EmptyGroup)) {
            return ErrorCode.NONE;
        }
        return group.roster().check(request.memberId(), request.groupInstanceId(), generation);
    }

    private ErrorCode commit(
            GroupCommand.CommitPending commit,
            TxnOffsetCommitRequestTopic topic,
            TxnOffsetCommitRequestPartition partition,
            Turn<GroupTimer> turn) {
        TxnOffsetCommitRequest request = commit.request();
        String metadata = partition.committedMetadata();
        if (metadata != null && metadata.length() > config.offsetMetadataMaxBytes()) {
            return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        }
        OffsetCommitValue value =
                OffsetCommitValue.builder()
                        .offset(partition.committedOffset())
                        .leaderEpoch(partition.committedLeaderEpoch())
                        .metadata(metadata == null ? "" : metadata)
                        .commitTimestamp(turn.nowMs())
                        .expireTimestamp(-1)
                        .topicId(topic.topicId())
                        .build();
        TopicPartition key = new TopicPartition(topic.name(), partition.partitionIndex());
        LogEntry entry =
                new LogEntry.Pending(
                        new LogEntry.Producer(request.producerId(), request.producerEpoch()),
                        commit.permission(),
                        GroupRecords.committed(request.groupId(), key, value));
        ErrorCode refusal = turn.check(entry);
        if (refusal != ErrorCode.NONE) {
            return refusal;
        }
        turn.append(entry);
        groups.commitPending(request.producerId(), request.groupId(), key, value);
        return ErrorCode.NONE;
    }

    void end(GroupCommand.EndTransaction command, Turn<GroupTimer> turn) {
        ErrorCode refusal = turn.check(command.end());
        if (refusal != ErrorCode.NONE) {
            turn.answer(command.reply(), refusal);
            return;
        }
        turn.append(command.end());
        groups.endTransaction(command.end().producer().id(), command.end().committed());
        turn.answer(command.reply(), ErrorCode.NONE);
    }
}
