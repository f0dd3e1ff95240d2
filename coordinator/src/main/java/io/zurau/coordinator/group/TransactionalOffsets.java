package io.zurau.coordinator.group;

import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
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
    /// From this version on GROUP_ID_NOT_FOUND and STALE_MEMBER_EPOCH are understood (KIP-848).
    private static final int FIRST_VERSION_WITH_GROUP_CODES = 6;

    private final Groups groups;
    private final GroupConfig config;

    TransactionalOffsets(Groups groups, GroupConfig config) {
        this.groups = groups;
        this.config = config;
    }

    void commit(GroupCommand.CommitPending commit, Turn<GroupTimer> turn) {
        TxnOffsetCommitRequest request = commit.request();
        ErrorCode refusal = check(request, commit.version());
        ClassicGroup classic = groups.classic(request.groupId());
        if (refusal == ErrorCode.NONE && classic != null) {
            OffsetRules.keepAlive(classic, request.memberId(), turn);
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

    /// As a whole, like other commits.
    private ErrorCode check(TxnOffsetCommitRequest request, int version) {
        Group group = groups.find(request.groupId());
        boolean newCodes = version >= FIRST_VERSION_WITH_GROUP_CODES;
        if (group == null) {
            return OffsetRules.withoutGroup(request.generationIdOrMemberEpoch(), newCodes);
        }
        Group.Committer who =
                new Group.Committer(
                        request.memberId(),
                        request.groupInstanceId(),
                        request.generationIdOrMemberEpoch());
        ErrorCode code = group.mayCommit(who, true, version);
        for (TxnOffsetCommitRequestTopic topic : request.topics()) {
            for (TxnOffsetCommitRequestPartition partition : topic.partitions()) {
                if (code == ErrorCode.NONE && !tooLong(partition.committedMetadata())) {
                    code =
                            group.mayCommit(
                                    who, topic.name(), topic.topicId(), partition.partitionIndex());
                }
            }
        }
        return code == ErrorCode.STALE_MEMBER_EPOCH && !newCodes
                ? ErrorCode.ILLEGAL_GENERATION
                : code;
    }

    private boolean tooLong(@Nullable String metadata) {
        return metadata != null && metadata.length() > config.offsetMetadataMaxBytes();
    }

    private ErrorCode commit(
            GroupCommand.CommitPending commit,
            TxnOffsetCommitRequestTopic topic,
            TxnOffsetCommitRequestPartition partition,
            Turn<GroupTimer> turn) {
        TxnOffsetCommitRequest request = commit.request();
        String metadata = partition.committedMetadata();
        if (tooLong(metadata)) {
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
