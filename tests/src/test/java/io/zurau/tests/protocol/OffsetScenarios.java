package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.jspecify.annotations.Nullable;

/// What is asked about committed offsets.
final class OffsetScenarios {
    private static final Uuid NOBODY = new Uuid(1234567, 7654321);

    private OffsetScenarios() {}

    static void offsetCommit(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        String group = c.group();
        c.note("from nobody in particular");
        c.ask(
                OffsetCommitResponseData.class,
                commit(version, group, topic, c.id(topic), 0, 42, "note"),
                version);
        committed(c, 5, group, topic, c.id(topic));
        c.note("unknown partition and topic");
        c.ask(
                OffsetCommitResponseData.class,
                commit(version, group, topic, c.id(topic), 9, 1, ""),
                version);
        c.ask(
                OffsetCommitResponseData.class,
                commit(version, group, "no-such-topic", NOBODY, 0, 1, ""),
                version);
        c.note("refused");
        c.ask(
                OffsetCommitResponseData.class,
                commit(version, group, topic, c.id(topic), 0, 1, "x".repeat(5000)),
                version);
        OffsetCommitRequestData fromAMember =
                commit(version, group, topic, c.id(topic), 0, 1, "")
                        .setMemberId("nobody")
                        .setGenerationIdOrMemberEpoch(3);
        c.ask(OffsetCommitResponseData.class, fromAMember, version);
        c.ask(
                OffsetCommitResponseData.class,
                fromAMember.duplicate().setGroupId(c.name("g")),
                version);
        c.note("without metadata");
        c.ask(
                OffsetCommitResponseData.class,
                commit(version, group, topic, c.id(topic), 1, 8, null),
                version);
        committed(c, 5, group, topic, c.id(topic));
    }

    private static OffsetCommitRequestData commit(
            int version,
            String group,
            String topic,
            Uuid id,
            int partition,
            long offset,
            @Nullable String metadata) {
        OffsetCommitRequestTopic committed =
                new OffsetCommitRequestTopic()
                        .setPartitions(
                                List.of(
                                        new OffsetCommitRequestPartition()
                                                .setPartitionIndex(partition)
                                                .setCommittedOffset(offset)
                                                .setCommittedMetadata(metadata)));
        if (version >= 10) {
            committed.setTopicId(id);
        } else {
            committed.setName(topic);
        }
        return new OffsetCommitRequestData().setGroupId(group).setTopics(List.of(committed));
    }

    /// Commits for partition 0, unrecorded.
    static void commit(Conversation c, String group, String topic, long offset) throws IOException {
        c.prepareUntil(
                OffsetCommitResponseData.class,
                commit(8, group, topic, Uuid.ZERO_UUID, 0, offset, ""),
                8,
                answer -> answer.topics().getFirst().partitions().getFirst().errorCode() == 0);
    }

    static void offsetFetch(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        String group = c.group();
        commit(c, group, topic, 17);
        committed(c, version, group, topic, c.id(topic));
        c.note("unknown topic, unknown group");
        committed(c, version, group, "no-such-topic", NOBODY);
        committed(c, version, c.name("g"), topic, c.id(topic));
        if (version >= 2) {
            c.note("everything");
            c.ask(OffsetFetchResponseData.class, everything(version, group), version);
        }
        if (version >= 7) {
            c.note("only stable offsets");
            c.ask(
                    OffsetFetchResponseData.class,
                    everything(version, group).setRequireStable(true),
                    version);
        }
        if (version >= 8) {
            c.note("of two groups");
            OffsetFetchRequestData both = everything(version, group);
            String second = c.group();
            c.ask(
                    OffsetFetchResponseData.class,
                    both.setGroups(
                            List.of(
                                    both.groups().getFirst(),
                                    new OffsetFetchRequestGroup()
                                            .setGroupId(second)
                                            .setTopics(null))),
                    version);
        }
        if (version >= 9) {
            c.note("from a member that is unknown");
            OffsetFetchRequestData request = everything(version, group);
            request.groups().getFirst().setMemberId("nobody").setMemberEpoch(4);
            c.ask(OffsetFetchResponseData.class, request, version);
        }
    }

    private static OffsetFetchRequestData everything(int version, String group) {
        return version >= 8
                ? new OffsetFetchRequestData()
                        .setGroups(
                                List.of(
                                        new OffsetFetchRequestGroup()
                                                .setGroupId(group)
                                                .setTopics(null)))
                : new OffsetFetchRequestData().setGroupId(group).setTopics(null);
    }

    /// Asks for the committed offsets of partitions 0, 1 and 5.
    static void committed(Conversation c, int version, String group, String topic, Uuid id)
            throws IOException {
        List<Integer> partitions = List.of(0, 1, 5);
        OffsetFetchRequestData request = new OffsetFetchRequestData();
        if (version >= 8) {
            OffsetFetchRequestTopics asked =
                    new OffsetFetchRequestTopics().setPartitionIndexes(partitions);
            if (version >= 10) {
                asked.setTopicId(id);
            } else {
                asked.setName(topic);
            }
            request.setGroups(
                    List.of(
                            new OffsetFetchRequestGroup()
                                    .setGroupId(group)
                                    .setTopics(List.of(asked))));
        } else {
            request.setGroupId(group)
                    .setTopics(
                            List.of(
                                    new OffsetFetchRequestTopic()
                                            .setName(topic)
                                            .setPartitionIndexes(partitions)));
        }
        c.ask(OffsetFetchResponseData.class, request, version);
    }
}
