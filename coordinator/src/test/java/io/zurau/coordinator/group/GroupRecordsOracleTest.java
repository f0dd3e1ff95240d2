package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.group.GroupScript.Client;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.OffsetCommitValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordHelpers;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.OffsetAndMetadata;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.junit.jupiter.api.Test;

/// Apache Kafka's coordinator reads our records, and writes the same bytes.
final class GroupRecordsOracleTest {
    private final GroupCoordinatorRecordSerde kafka = new GroupCoordinatorRecordSerde();

    private static OffsetCommitValue value(long expireTimestamp) {
        return OffsetCommitValue.builder()
                .offset(17)
                .leaderEpoch(3)
                .metadata("mine")
                .commitTimestamp(1_000)
                .expireTimestamp(expireTimestamp)
                .topicId(new Uuid(1, 2))
                .build();
    }

    private void expectSame(
            CoordinatorRecord ours,
            org.apache.kafka.coordinator.common.runtime.CoordinatorRecord theirs) {
        assertThat(ours.key()).isEqualTo(ByteBuffer.wrap(kafka.serializeKey(theirs)));
        byte[] value = kafka.serializeValue(theirs);
        assertThat(ours.value()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
    }

    @Test
    void offsetsAreWrittenAsKafkaWritesThem() {
        TopicPartition partition = new TopicPartition("orders", 5);
        for (long expiry : List.of(-1L, 5_000L)) {
            OffsetAndMetadata theirs =
                    new OffsetAndMetadata(
                            17,
                            OptionalInt.of(3),
                            "mine",
                            1_000,
                            expiry == -1 ? OptionalLong.empty() : OptionalLong.of(expiry),
                            new org.apache.kafka.common.Uuid(1, 2));

            expectSame(
                    GroupRecords.committed("g", partition, value(expiry)),
                    GroupCoordinatorRecordHelpers.newOffsetCommitRecord("g", "orders", 5, theirs));
        }
        expectSame(
                GroupRecords.offsetRemoved("g", partition),
                GroupCoordinatorRecordHelpers.newOffsetCommitTombstoneRecord("g", "orders", 5));
        expectSame(
                GroupRecords.groupRemoved("g"),
                GroupCoordinatorRecordHelpers.newGroupMetadataTombstoneRecord("g"));
    }

    @Test
    void kafkaReadsTheRecordsOfAGroupAndWritesTheSameBytes() {
        // Given
        GroupScript script = new GroupScript(GroupScript.CONFIG);
        script.join(Client.named("A").permanent("a"), "");
        script.join(Client.named("B").version(2), "");
        script.pass(10_000);
        script.sync("A-1", 1, "A-1", "0", "B-1", "1");
        script.commit("B-1", 1, "orders-1", 42, "half way");
        script.leave(GroupScript.member("A-1"), GroupScript.member("B-1"));

        // When
        List<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> read =
                script.log().stream()
                        .map(
                                record ->
                                        kafka.deserialize(
                                                record.key().duplicate(),
                                                record.value() == null
                                                        ? null
                                                        : record.value().duplicate()))
                        .toList();

        // Then
        for (int i = 0; i < read.size(); i++) {
            expectSame(script.log().get(i), read.get(i));
        }
        GroupMetadataValue stable = (GroupMetadataValue) read.get(0).value().message();
        assertThat(stable.generation()).isEqualTo(1);
        assertThat(stable.members()).hasSize(2);
        assertThat(stable.members().get(0).groupInstanceId()).isEqualTo("a");
        assertThat(((OffsetCommitKey) read.get(1).key()).topic()).isEqualTo("orders");
        assertThat(((GroupMetadataValue) read.get(2).value().message()).members()).isEmpty();
    }

    @Test
    void kafkaReadsTheRecordsOfAConsumerGroupAndWritesTheSameBytes() {
        // Given
        ConsumerScript script = new ConsumerScript();
        script.script().pass(1);
        script.topic(1, "orders", 4);
        script.join(
                "A", request -> request.instanceId("a").rackId("r").subscribedTopicRegex("o.*"));
        script.script().lookUp();
        script.beat("A", 1, request -> request.instanceId("a"));
        script.join("B", request -> request.serverAssignor("range"));
        script.script().join(Client.named("C").version(2), "");
        script.beat(
                "A",
                2,
                request -> request.instanceId("a").topicPartitions(ConsumerScript.owned(1, 0)));
        script.beat("B", -1, request -> request);
        script.beat("A", -2, request -> request.instanceId("a"));
        script.beat("A", -1, request -> request.instanceId("a"));

        // Then
        List<CoordinatorRecord> ours = script.script().log();
        for (CoordinatorRecord record : ours) {
            ByteBuffer value = record.value();
            expectSame(
                    record,
                    kafka.deserialize(
                            record.key().duplicate(), value == null ? null : value.duplicate()));
        }
        assertThat(ours.stream().map(record -> record.key().getShort(0)).distinct())
                .contains(
                        (short) 2,
                        (short) 3,
                        (short) 4,
                        (short) 5,
                        (short) 6,
                        (short) 7,
                        (short) 8,
                        (short) 16);
    }

    @Test
    void topicsAreHashedAsKafkaHashesThem() {
        ConsumerScript script = new ConsumerScript();
        script.topic(1, "orders", 4);
        script.topic(2, "bills", 1);
        Map<String, Long> theirs =
                Map.of(
                        "orders",
                                new KafkaTopics(
                                                "orders",
                                                new org.apache.kafka.common.Uuid(0, 1),
                                                4,
                                                List.of())
                                        .hash(),
                        "bills",
                                new KafkaTopics(
                                                "bills",
                                                new org.apache.kafka.common.Uuid(0, 2),
                                                1,
                                                List.of())
                                        .hash());

        assertThat(new Topics(script.script().image()).hash(List.of("orders", "bills", "none")))
                .isEqualTo(org.apache.kafka.coordinator.group.Utils.computeGroupHash(theirs));
    }

    @Test
    void recordsOfOtherKindsOfGroupsArePassedOver() {
        Groups groups = new Groups();
        org.apache.kafka.coordinator.common.runtime.CoordinatorRecord foreign =
                GroupCoordinatorRecordHelpers.newShareGroupEpochTombstoneRecord("g");
        groups.replay(new CoordinatorRecord(ByteBuffer.wrap(kafka.serializeKey(foreign)), null));
        groups.replay(new CoordinatorRecord(ByteBuffer.wrap(new byte[] {99, 0, 1}), null));
        groups.replay(new CoordinatorRecord(ByteBuffer.wrap(new byte[] {0}), null));

        assertThat(groups.all()).isEmpty();
    }
}
