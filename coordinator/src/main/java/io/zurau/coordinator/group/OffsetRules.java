package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.zurau.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import io.zurau.protocol.message.OffsetCommitValue;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.zurau.protocol.message.OffsetDeleteResponse;
import io.zurau.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import io.zurau.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who may commit, read and delete the offsets of a group.
final class OffsetRules {
    /// From this version on a missing group is called so (KIP-848).
    private static final int FIRST_VERSION_WITH_GROUP_NOT_FOUND = 9;

    private static final long NO_OFFSET = -1;

    private final Groups groups;
    private final GroupConfig config;

    OffsetRules(Groups groups, GroupConfig config) {
        this.groups = groups;
        this.config = config;
    }

    void commit(GroupCommand.CommitOffsets commit, Turn<GroupTimer> turn) {
        OffsetCommitRequest request = commit.request();
        ErrorCode refusal = check(request, commit.version());
        if (refusal == ErrorCode.NONE) {
            keepAlive(request.groupId(), request.memberId(), turn);
        }
        List<OffsetCommitResponseTopic> topics = new ArrayList<>();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            List<OffsetCommitResponsePartition> partitions = new ArrayList<>();
            for (OffsetCommitRequestPartition partition : topic.partitions()) {
                ErrorCode code =
                        refusal == ErrorCode.NONE
                                ? commit(request, topic, partition, turn)
                                : refusal;
                partitions.add(
                        OffsetCommitResponsePartition.builder()
                                .partitionIndex(partition.partitionIndex())
                                .errorCode(code)
                                .build());
            }
            topics.add(
                    OffsetCommitResponseTopic.builder()
                            .name(topic.name())
                            .topicId(topic.topicId())
                            .partitions(partitions)
                            .build());
        }
        turn.answer(commit.reply(), OffsetCommitResponse.builder().topics(topics).build());
    }

    /// A request is refused as a whole, also if it is one partition that its member does not own.
    private ErrorCode check(OffsetCommitRequest request, int version) {
        Group group = groups.find(request.groupId());
        if (group == null) {
            return withoutGroup(
                    request.generationIdOrMemberEpoch(),
                    version >= FIRST_VERSION_WITH_GROUP_NOT_FOUND);
        }
        Group.Committer who =
                new Group.Committer(
                        request.memberId(),
                        request.groupInstanceId(),
                        request.generationIdOrMemberEpoch());
        ErrorCode code = group.mayCommit(who, false, version);
        for (OffsetCommitRequestTopic topic : request.topics()) {
            for (OffsetCommitRequestPartition partition : topic.partitions()) {
                if (code == ErrorCode.NONE && !tooLong(partition.committedMetadata())) {
                    code =
                            group.mayCommit(
                                    who, topic.name(), topic.topicId(), partition.partitionIndex());
                }
            }
        }
        return code;
    }

    /// Consumers that assign themselves need no group.
    static ErrorCode withoutGroup(int epoch, boolean saysNotFound) {
        if (epoch < 0) {
            return ErrorCode.NONE;
        }
        return saysNotFound ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION;
    }

    private boolean tooLong(@Nullable String metadata) {
        return metadata != null && metadata.length() > config.offsetMetadataMaxBytes();
    }

    /// Members of the classic protocol live by whatever they send.
    private void keepAlive(String groupId, String memberId, Turn<GroupTimer> turn) {
        ClassicGroup group = groups.classic(groupId);
        if (group != null) {
            keepAlive(group, memberId, turn);
        }
    }

    static void keepAlive(ClassicGroup group, String memberId, Turn<GroupTimer> turn) {
        Member member = group.roster().members().find(memberId);
        if (member != null) {
            Answers.expectHeartbeat(group.roster(), member, turn);
        }
    }

    private ErrorCode commit(
            OffsetCommitRequest request,
            OffsetCommitRequestTopic topic,
            OffsetCommitRequestPartition partition,
            Turn<GroupTimer> turn) {
        String metadata = partition.committedMetadata();
        if (tooLong(metadata)) {
            return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        }
        long retentionMs = request.retentionTimeMs();
        OffsetCommitValue value =
                OffsetCommitValue.builder()
                        .offset(partition.committedOffset())
                        .leaderEpoch(partition.committedLeaderEpoch())
                        .metadata(metadata == null ? "" : metadata)
                        .commitTimestamp(turn.nowMs())
                        .expireTimestamp(retentionMs == -1 ? -1 : turn.nowMs() + retentionMs)
                        .topicId(topic.topicId())
                        .build();
        TopicPartition key = new TopicPartition(topic.name(), partition.partitionIndex());
        turn.append(GroupRecords.committed(request.groupId(), key, value));
        groups.commit(request.groupId(), key, value);
        return ErrorCode.NONE;
    }

    /// What is answered is stored: it was decided in this order, and answers wait for the log. Who
    /// asks for what no transaction can change any more (KIP-447) goes on from there, and would do
    /// twice what another coordinator knows to be done.
    void fetch(GroupCommand.FetchOffsets fetch, Turn<GroupTimer> turn) {
        if (fetch.stable()) {
            turn.mustBeNewest();
        }
        OffsetFetchRequestGroup request = fetch.request();
        List<OffsetFetchRequestTopics> asked = request.topics();
        Group group = groups.find(request.groupId());
        ErrorCode refusal =
                group == null
                        ? ErrorCode.NONE
                        : group.mayFetch(request.memberId(), request.memberEpoch());
        if (refusal != ErrorCode.NONE) {
            turn.answer(
                    fetch.reply(),
                    OffsetFetchResponseGroup.builder()
                            .groupId(request.groupId())
                            .errorCode(refusal)
                            .build());
            return;
        }
        turn.answer(
                fetch.reply(),
                OffsetFetchResponseGroup.builder()
                        .groupId(request.groupId())
                        .topics(
                                asked == null
                                        ? everything(request.groupId(), fetch.stable())
                                        : these(request.groupId(), asked, fetch.stable()))
                        .build());
    }

    private List<OffsetFetchResponseTopics> these(
            String groupId, List<OffsetFetchRequestTopics> asked, boolean stable) {
        boolean known = groups.find(groupId) != null;
        List<OffsetFetchResponseTopics> topics = new ArrayList<>();
        for (OffsetFetchRequestTopics topic : asked) {
            List<OffsetFetchResponsePartitions> partitions = new ArrayList<>();
            for (int index : topic.partitionIndexes()) {
                TopicPartition key = new TopicPartition(topic.name(), index);
                if (known && stable && groups.pending().has(groupId, key)) {
                    partitions.add(unstable(index));
                    continue;
                }
                OffsetCommitValue value = known ? groups.offsets().find(groupId, key) : null;
                partitions.add(
                        value == null || isOfAnother(value.topicId(), topic.topicId())
                                ? nothing(index)
                                : found(index, value));
            }
            topics.add(
                    OffsetFetchResponseTopics.builder()
                            .name(topic.name())
                            .topicId(topic.topicId())
                            .partitions(partitions)
                            .build());
        }
        return topics;
    }

    /// Whether the offset was committed for an earlier topic of the same name.
    private static boolean isOfAnother(Uuid committed, Uuid asked) {
        return !committed.equals(Uuid.ZERO) && !asked.equals(Uuid.ZERO) && !committed.equals(asked);
    }

    private List<OffsetFetchResponseTopics> everything(String groupId, boolean stable) {
        if (groups.find(groupId) == null) {
            return List.of();
        }
        Map<String, List<OffsetFetchResponsePartitions>> byTopic = new LinkedHashMap<>();
        groups.offsets()
                .of(groupId)
                .forEach(
                        (key, value) ->
                                byTopic.computeIfAbsent(key.topic(), name -> new ArrayList<>())
                                        .add(
                                                stable && groups.pending().has(groupId, key)
                                                        ? unstable(key.partition())
                                                        : found(key.partition(), value)));
        return byTopic.entrySet().stream()
                .map(
                        entry ->
                                OffsetFetchResponseTopics.builder()
                                        .name(entry.getKey())
                                        .partitions(entry.getValue())
                                        .build())
                .toList();
    }

    private static OffsetFetchResponsePartitions found(int index, OffsetCommitValue value) {
        return OffsetFetchResponsePartitions.builder()
                .partitionIndex(index)
                .committedOffset(value.offset())
                .committedLeaderEpoch(value.leaderEpoch())
                .metadata(value.metadata())
                .build();
    }

    private static OffsetFetchResponsePartitions unstable(int index) {
        return OffsetFetchResponsePartitions.builder()
                .partitionIndex(index)
                .committedOffset(NO_OFFSET)
                .metadata("")
                .errorCode(ErrorCode.UNSTABLE_OFFSET_COMMIT)
                .build();
    }

    private static OffsetFetchResponsePartitions nothing(int index) {
        return OffsetFetchResponsePartitions.builder()
                .partitionIndex(index)
                .committedOffset(NO_OFFSET)
                .metadata("")
                .build();
    }

    void delete(GroupCommand.DeleteOffsets delete, Turn<GroupTimer> turn) {
        String groupId = delete.request().groupId();
        Group group = groups.find(groupId);
        if (group == null) {
            refuse(delete, ErrorCode.GROUP_ID_NOT_FOUND, turn);
            return;
        }
        ErrorCode refusal = group.mayDeleteOffsets();
        if (refusal != ErrorCode.NONE) {
            refuse(delete, refusal, turn);
            return;
        }
        List<OffsetDeleteResponseTopic> topics = new ArrayList<>();
        for (OffsetDeleteRequestTopic topic : delete.request().topics()) {
            boolean subscribed = group.isSubscribedTo(topic.name());
            List<OffsetDeleteResponsePartition> partitions = new ArrayList<>();
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                int index = partition.partitionIndex();
                if (!subscribed) {
                    remove(groupId, new TopicPartition(topic.name(), index), turn);
                }
                partitions.add(
                        OffsetDeleteResponsePartition.builder()
                                .partitionIndex(index)
                                .errorCode(
                                        subscribed
                                                ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
                                                : ErrorCode.NONE)
                                .build());
            }
            topics.add(
                    OffsetDeleteResponseTopic.builder()
                            .name(topic.name())
                            .partitions(partitions)
                            .build());
        }
        turn.answer(delete.reply(), OffsetDeleteResponse.builder().topics(topics).build());
    }

    private static void refuse(
            GroupCommand.DeleteOffsets delete, ErrorCode code, Turn<GroupTimer> turn) {
        turn.answer(delete.reply(), OffsetDeleteResponse.builder().errorCode(code).build());
    }

    /// Also what a transaction that has not ended yet would bring back.
    private void remove(String groupId, TopicPartition partition, Turn<GroupTimer> turn) {
        if (groups.offsets().find(groupId, partition) != null
                || groups.pending().has(groupId, partition)) {
            turn.append(GroupRecords.offsetRemoved(groupId, partition));
            groups.commit(groupId, partition, null);
        }
    }
}
