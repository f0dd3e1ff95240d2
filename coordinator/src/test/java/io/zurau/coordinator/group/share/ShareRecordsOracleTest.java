package io.zurau.coordinator.group.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordHelpers;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.modern.MemberState;
import org.apache.kafka.coordinator.group.modern.share.ShareGroup.InitMapValue;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupMember;
import org.junit.jupiter.api.Test;

/// Apache Kafka's group coordinator writes the same bytes.
final class ShareRecordsOracleTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final org.apache.kafka.common.Uuid KAFKAS_TOPIC =
            new org.apache.kafka.common.Uuid(1, 2);
    private static final Assignment PARTITIONS =
            Assignment.builder().add(TOPIC, List.of(0, 3)).build();
    private static final ShareMember MEMBER =
            new ShareMember(
                    "m", "rack", "client", "/host", new TreeSet<>(Set.of("a")), 5, 4, PARTITIONS);
    private static final ShareGroupMember KAFKAS_MEMBER =
            new ShareGroupMember.Builder("m")
                    .setRackId("rack")
                    .setClientId("client")
                    .setClientHost("/host")
                    .setSubscribedTopicNames(List.of("a"))
                    .setState(MemberState.STABLE)
                    .setMemberEpoch(5)
                    .setPreviousMemberEpoch(4)
                    .setAssignedPartitions(Map.of(KAFKAS_TOPIC, new TreeSet<>(Set.of(0, 3))))
                    .build();

    private final GroupCoordinatorRecordSerde kafka = new GroupCoordinatorRecordSerde();

    private void isTheSame(
            StoredRecord stored,
            org.apache.kafka.coordinator.common.runtime.CoordinatorRecord theirs) {
        CoordinatorRecord ours = stored.toRecord();
        assertThat(ours.key()).isEqualTo(ByteBuffer.wrap(kafka.serializeKey(theirs)));
        byte[] value = kafka.serializeValue(theirs);
        assertThat(ours.value()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
    }

    @Test
    void groupsAndMembersAreWrittenAsKafkaWritesThem() {
        isTheSame(
                ShareRecords.epoch("g", 3, 77),
                GroupCoordinatorRecordHelpers.newShareGroupEpochRecord("g", 3, 77));
        isTheSame(
                ShareRecords.member("g", MEMBER),
                GroupCoordinatorRecordHelpers.newShareGroupMemberSubscriptionRecord(
                        "g", KAFKAS_MEMBER));
        isTheSame(
                ShareRecords.assigned("g", MEMBER),
                GroupCoordinatorRecordHelpers.newShareGroupCurrentAssignmentRecord(
                        "g", KAFKAS_MEMBER));
        isTheSame(
                ShareRecords.assignmentEpoch("g", 3, 1_000),
                GroupCoordinatorRecordHelpers.newShareGroupTargetAssignmentMetadataRecord(
                        "g", 3, 1_000));
        isTheSame(
                ShareRecords.target("g", "m", PARTITIONS),
                GroupCoordinatorRecordHelpers.newShareGroupTargetAssignmentRecord(
                        "g", "m", Map.of(KAFKAS_TOPIC, new TreeSet<>(Set.of(0, 3)))));
    }

    @Test
    void whatIsKeptIsWrittenAsKafkaWritesIt() {
        KeptPartitions kept =
                new KeptPartitions(
                        new TreeMap<>(
                                Map.of(
                                        TOPIC,
                                        new KeptPartitions.Topic("a", new TreeSet<>(Set.of(1))))),
                        new TreeMap<>(
                                Map.of(
                                        TOPIC,
                                        new KeptPartitions.Topic("a", new TreeSet<>(Set.of(0))))),
                        new TreeMap<>(Map.of(new Uuid(3, 4), "b")));
        isTheSame(
                ShareRecords.kept("g", kept),
                GroupCoordinatorRecordHelpers.newShareGroupStatePartitionMetadataRecord(
                        "g",
                        Map.of(KAFKAS_TOPIC, new InitMapValue("a", Set.of(1), 1)),
                        Map.of(KAFKAS_TOPIC, new InitMapValue("a", Set.of(0), 1)),
                        Map.of(new org.apache.kafka.common.Uuid(3, 4), "b")));
        assertThat(
                        ShareRecords.read(
                                (ShareGroupStatePartitionMetadataValue)
                                        Objects.requireNonNull(
                                                ShareRecords.kept("g", kept).value())))
                .isEqualTo(kept);
    }

    @Test
    void tombstonesAreWrittenAsKafkaWritesThem() {
        isTheSame(
                ShareRecords.groupRemoved("g"),
                GroupCoordinatorRecordHelpers.newShareGroupEpochTombstoneRecord("g"));
        isTheSame(
                ShareRecords.memberRemoved("g", "m"),
                GroupCoordinatorRecordHelpers.newShareGroupMemberSubscriptionTombstoneRecord(
                        "g", "m"));
        isTheSame(
                ShareRecords.assignedRemoved("g", "m"),
                GroupCoordinatorRecordHelpers.newShareGroupCurrentAssignmentTombstoneRecord(
                        "g", "m"));
        isTheSame(
                ShareRecords.targetRemoved("g", "m"),
                GroupCoordinatorRecordHelpers.newShareGroupTargetAssignmentTombstoneRecord(
                        "g", "m"));
        isTheSame(
                ShareRecords.assignmentEpochRemoved("g"),
                GroupCoordinatorRecordHelpers.newShareGroupTargetAssignmentMetadataTombstoneRecord(
                        "g"));
        isTheSame(
                ShareRecords.keptRemoved("g"),
                GroupCoordinatorRecordHelpers.newShareGroupStatePartitionMetadataTombstoneRecord(
                        "g"));
    }
}
