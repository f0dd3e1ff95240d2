package io.zurau.coordinator.group.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue.Endpoint;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue.KeyValue;
import io.zurau.protocol.message.StreamsGroupMetadataValue;
import io.zurau.protocol.message.StreamsGroupMetadataValue.LastAssignmentConfig;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.streams.MemberState;
import org.apache.kafka.coordinator.group.streams.StreamsCoordinatorRecordHelpers;
import org.apache.kafka.coordinator.group.streams.StreamsGroupMember;
import org.apache.kafka.coordinator.group.streams.TasksTuple;
import org.apache.kafka.coordinator.group.streams.TasksTupleWithEpochs;
import org.junit.jupiter.api.Test;

/// Apache Kafka's coordinator writes the same bytes.
final class StreamsRecordsOracleTest {
    private final GroupCoordinatorRecordSerde kafka = new GroupCoordinatorRecordSerde();

    private void expectSame(
            StoredRecord ours,
            org.apache.kafka.coordinator.common.runtime.CoordinatorRecord theirs) {
        CoordinatorRecord bytes = ours.toRecord();
        assertThat(bytes.key()).isEqualTo(ByteBuffer.wrap(kafka.serializeKey(theirs)));
        byte[] value = kafka.serializeValue(theirs);
        assertThat(bytes.value()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
    }

    private static NavigableSet<TaskId> tasks(String subtopology, int... partitions) {
        NavigableSet<TaskId> tasks = new TreeSet<>();
        for (int partition : partitions) {
            tasks.add(new TaskId(subtopology, partition));
        }
        return tasks;
    }

    @Test
    void theGroup() {
        expectSame(
                StreamsRecords.group(
                        "g",
                        StreamsGroupMetadataValue.builder()
                                .epoch(7)
                                .metadataHash(99)
                                .validatedTopologyEpoch(3)
                                .lastAssignmentConfigs(
                                        List.of(
                                                LastAssignmentConfig.builder()
                                                        .key("num.standby.replicas")
                                                        .value("1")
                                                        .build()))
                                .build()),
                StreamsCoordinatorRecordHelpers.newStreamsGroupMetadataRecord(
                        "g", 7, 99, 3, Map.of("num.standby.replicas", "1"), -1, -1));
    }

    @Test
    void aMember() {
        expectSame(
                StreamsRecords.member(
                        "g",
                        "m",
                        StreamsGroupMemberMetadataValue.builder()
                                .instanceId("i")
                                .rackId("r")
                                .clientId("c")
                                .clientHost("/h")
                                .rebalanceTimeoutMs(5)
                                .topologyEpoch(2)
                                .processId("p")
                                .userEndpoint(Endpoint.builder().host("e").port(60_000).build())
                                .clientTags(List.of(KeyValue.builder().key("k").value("v").build()))
                                .build()),
                StreamsCoordinatorRecordHelpers.newStreamsGroupMemberRecord(
                        "g",
                        StreamsGroupMember.Builder.withDefaults("m")
                                .setInstanceId("i")
                                .setRackId("r")
                                .setClientId("c")
                                .setClientHost("/h")
                                .setRebalanceTimeoutMs(5)
                                .setTopologyEpoch(2)
                                .setProcessId("p")
                                .setUserEndpoint(
                                        new org.apache.kafka.coordinator.group.generated
                                                        .StreamsGroupMemberMetadataValue.Endpoint()
                                                .setHost("e")
                                                .setPort(60_000))
                                .setClientTags(Map.of("k", "v"))
                                .build()));
    }

    @Test
    void aMemberThatHasSaidNothing() {
        expectSame(
                StreamsRecords.member("g", "m", StreamsMember.fresh("m").metadata()),
                StreamsCoordinatorRecordHelpers.newStreamsGroupMemberRecord(
                        "g", StreamsGroupMember.Builder.withDefaults("m").build()));
    }

    @Test
    void targets() {
        expectSame(
                StreamsRecords.target(
                        "g", "m", new Tasks(tasks("1", 0, 2), tasks("0", 1), tasks("2", 5))),
                StreamsCoordinatorRecordHelpers.newStreamsGroupTargetAssignmentRecord(
                        "g",
                        "m",
                        new TasksTuple(
                                Map.of("1", Set.of(0, 2)),
                                Map.of("0", Set.of(1)),
                                Map.of("2", Set.of(5)))));
        expectSame(
                StreamsRecords.targetEpoch("g", 4, 1_000),
                StreamsCoordinatorRecordHelpers.newStreamsGroupTargetAssignmentMetadataRecord(
                        "g", 4, 1_000));
    }

    @Test
    void whatAMemberHas() {
        Progress progress =
                new Progress(
                        9,
                        8,
                        Progress.State.UNREVOKED_TASKS,
                        new HeldTasks(
                                new TreeMap<>(Map.of(new TaskId("1", 0), 5, new TaskId("1", 2), 9)),
                                tasks("0", 1),
                                tasks("2", 5)),
                        new HeldTasks(
                                new TreeMap<>(Map.of(new TaskId("3", 1), 4)),
                                tasks("0", 3),
                                tasks("2", 6)));
        StoredRecord ours = StreamsRecords.progress("g", "m", progress);

        expectSame(
                ours,
                StreamsCoordinatorRecordHelpers.newStreamsGroupCurrentAssignmentRecord(
                        "g",
                        StreamsGroupMember.Builder.withDefaults("m")
                                .setMemberEpoch(9)
                                .setPreviousMemberEpoch(8)
                                .setState(MemberState.UNREVOKED_TASKS)
                                .setAssignedTasks(
                                        new TasksTupleWithEpochs(
                                                Map.of("1", Map.of(0, 5, 2, 9)),
                                                Map.of("0", Set.of(1)),
                                                Map.of("2", Set.of(5))))
                                .setTasksPendingRevocation(
                                        new TasksTupleWithEpochs(
                                                Map.of("3", Map.of(1, 4)),
                                                Map.of("0", Set.of(3)),
                                                Map.of("2", Set.of(6))))
                                .build()));
        assertThat(Progress.of(progress.stored())).isEqualTo(progress);
    }

    @Test
    void theTopology() {
        StreamsGroupHeartbeatRequest.KeyValue setting =
                StreamsGroupHeartbeatRequest.KeyValue.builder().key("k").value("v").build();
        StreamsGroupHeartbeatRequest.TopicInfo changelog =
                StreamsGroupHeartbeatRequest.TopicInfo.builder()
                        .name("c")
                        .replicationFactor((short) 3)
                        .topicConfigs(List.of(setting))
                        .build();
        StreamsGroupHeartbeatRequest.Topology ours =
                StreamsGroupHeartbeatRequest.Topology.builder()
                        .epoch(3)
                        .subtopologies(
                                List.of(
                                        StreamsGroupHeartbeatRequest.Subtopology.builder()
                                                .subtopologyId("0")
                                                .sourceTopics(List.of("t"))
                                                .repartitionSinkTopics(List.of("r"))
                                                .stateChangelogTopics(List.of(changelog))
                                                .build()))
                        .build();
        StreamsGroupHeartbeatRequestData.TopicInfo theirChangelog =
                new StreamsGroupHeartbeatRequestData.TopicInfo()
                        .setName("c")
                        .setReplicationFactor((short) 3)
                        .setTopicConfigs(
                                List.of(
                                        new StreamsGroupHeartbeatRequestData.KeyValue()
                                                .setKey("k")
                                                .setValue("v")));
        StreamsGroupHeartbeatRequestData.Topology theirs =
                new StreamsGroupHeartbeatRequestData.Topology()
                        .setEpoch(3)
                        .setSubtopologies(
                                List.of(
                                        new StreamsGroupHeartbeatRequestData.Subtopology()
                                                .setSubtopologyId("0")
                                                .setSourceTopics(List.of("t"))
                                                .setRepartitionSinkTopics(List.of("r"))
                                                .setStateChangelogTopics(List.of(theirChangelog))));

        expectSame(
                StreamsRecords.topology("g", Topology.stored(ours)),
                StreamsCoordinatorRecordHelpers.newStreamsGroupTopologyRecord("g", theirs));
    }

    @Test
    void tombstones() {
        List<StoredRecord> member = StreamsRecords.memberRemoved("g", "m");
        expectSame(
                member.get(0),
                StreamsCoordinatorRecordHelpers.newStreamsGroupCurrentAssignmentTombstoneRecord(
                        "g", "m"));
        expectSame(
                member.get(1),
                StreamsCoordinatorRecordHelpers.newStreamsGroupTargetAssignmentTombstoneRecord(
                        "g", "m"));
        expectSame(
                member.get(2),
                StreamsCoordinatorRecordHelpers.newStreamsGroupMemberTombstoneRecord("g", "m"));
        List<StoredRecord> group = StreamsRecords.groupRemoved("g");
        expectSame(
                group.get(0),
                StreamsCoordinatorRecordHelpers
                        .newStreamsGroupTargetAssignmentMetadataTombstoneRecord("g"));
        expectSame(
                group.get(1),
                StreamsCoordinatorRecordHelpers.newStreamsGroupEpochTombstoneRecord("g"));
        expectSame(
                group.get(2),
                StreamsCoordinatorRecordHelpers.newStreamsGroupTopologyRecordTombstone("g"));
    }
}
