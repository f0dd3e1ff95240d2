package io.zurau.tests.clients;

import static io.zurau.tests.conformance.Clients.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The Admin client's calls that a single broker answers.
class AdminTest {
    private final Admin admin = Clients.admin();

    @AfterEach
    void close() {
        admin.close();
    }

    private static <K, V> V only(Map<K, KafkaFuture<V>> futures) throws Exception {
        return futures.values().iterator().next().get();
    }

    private static <K, V> Throwable onlyFailure(Map<K, KafkaFuture<V>> futures) throws Exception {
        return failureOf(futures.values().iterator().next());
    }

    @Test
    void describesTheCluster() throws Exception {
        // When
        var cluster = admin.describeCluster();

        // Then
        assertThat(cluster.clusterId().get()).hasSize(22);
        assertThat(cluster.nodes().get())
                .singleElement()
                .satisfies(node -> assertThat(node.port()).isEqualTo(Shared.server().port()));
        assertThat(cluster.controller().get().id()).isEqualTo(1);
    }

    @Test
    void createsDescribesExtendsAndDeletesTopics() throws Exception {
        // Given
        String topic = Shared.name("admin");

        // When
        var created =
                admin.createTopics(
                        List.of(
                                new NewTopic(topic, 2, (short) 1)
                                        .configs(Map.of("retention.ms", "1000000"))));

        // Then
        assertThat(created.numPartitions(topic).get()).isEqualTo(2);
        assertThat(created.replicationFactor(topic).get()).isEqualTo(1);
        assertThat(created.config(topic).get().get("retention.ms").value()).isEqualTo("1000000");
        assertThat(admin.listTopics().names().get()).contains(topic);

        // When
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get();

        // Then
        TopicDescription description = describe(topic);
        assertThat(description.partitions()).hasSize(4);
        assertThat(description.topicId()).isEqualTo(created.topicId(topic).get());

        // When
        admin.deleteTopics(List.of(topic)).all().get();

        // Then
        assertThat(admin.listTopics().names().get()).doesNotContain(topic);
    }

    private TopicDescription describe(String topic) throws Exception {
        return only(admin.describeTopics(List.of(topic)).topicNameValues());
    }

    @Test
    void refusesTopicsThatCannotBe() throws Exception {
        // Given
        String topic = Clients.newTopic("admin", 1);

        // When, Then
        assertThat(creation(topic, 1, 1)).isInstanceOf(TopicExistsException.class);
        assertThat(creation("a/b", 1, 1)).isInstanceOf(InvalidTopicException.class);
        assertThat(creation("x".repeat(250), 1, 1)).isInstanceOf(InvalidTopicException.class);
        assertThat(creation("admin-0", 0, 1)).isInstanceOf(InvalidPartitionsException.class);
        assertThat(creation("admin-r", 1, 2)).isInstanceOf(InvalidReplicationFactorException.class);
        assertThat(onlyFailure(admin.describeTopics(List.of("no-such-topic")).topicNameValues()))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(onlyFailure(admin.deleteTopics(List.of("no-such-topic")).topicNameValues()))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(
                        onlyFailure(
                                admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(1)))
                                        .values()))
                .isInstanceOf(InvalidPartitionsException.class);
    }

    private Throwable creation(String topic, int partitions, int replicas) throws Exception {
        NewTopic asked = new NewTopic(topic, partitions, (short) replicas);
        return onlyFailure(admin.createTopics(List.of(asked)).values());
    }

    @Test
    void onlyValidatesWhenAsked() throws Exception {
        // When
        String topic = Shared.name("admin");
        admin.createTopics(
                        List.of(new NewTopic(topic, 1, (short) 1)),
                        new CreateTopicsOptions().validateOnly(true))
                .all()
                .get();

        // Then
        assertThat(admin.listTopics().names().get()).doesNotContain(topic);
    }

    @Test
    void changesAndDescribesSettings() throws Exception {
        // Given
        String topic = Clients.newTopic("admin", 1);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);

        // When
        alter(resource, "retention.ms", "12345", AlterConfigOp.OpType.SET).get();
        alter(resource, "cleanup.policy", "compact", AlterConfigOp.OpType.APPEND).get();

        // Then
        Config config = only(admin.describeConfigs(List.of(resource)).values());
        assertThat(config.get("retention.ms").value()).isEqualTo("12345");
        assertThat(config.get("retention.ms").source())
                .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(config.get("cleanup.policy").value()).isEqualTo("delete,compact");
        assertThat(config.get("segment.bytes").isDefault()).isTrue();
        assertThat(failureOf(alter(resource, "retention.ms", "x", AlterConfigOp.OpType.SET)))
                .isInstanceOf(InvalidConfigurationException.class);
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        assertThat(only(admin.describeConfigs(List.of(broker)).values()).get("node.id").value())
                .isEqualTo("1");
    }

    private KafkaFuture<Void> alter(
            ConfigResource resource, String name, String value, AlterConfigOp.OpType operation) {
        AlterConfigOp op = new AlterConfigOp(new ConfigEntry(name, value), operation);
        return admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all();
    }

    @Test
    void listsAndDeletesRecords() throws Exception {
        // Given
        String topic = Clients.newTopic("admin", 1);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Producer<String, String> producer = Clients.producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1000L * i, null, "v"));
            }
        }

        // When, Then
        assertThat(offset(partition, OffsetSpec.earliest()).offset()).isZero();
        assertThat(offset(partition, OffsetSpec.latest()).offset()).isEqualTo(10);
        assertThat(offset(partition, OffsetSpec.forTimestamp(3500)).offset()).isEqualTo(4);
        assertThat(offset(partition, OffsetSpec.forTimestamp(99_000)).offset()).isEqualTo(-1);
        assertThat(offset(partition, OffsetSpec.maxTimestamp()))
                .satisfies(found -> assertThat(found.offset()).isEqualTo(9))
                .satisfies(found -> assertThat(found.timestamp()).isEqualTo(9000));

        // When
        var deleted = admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(7)));

        // Then
        assertThat(only(deleted.lowWatermarks()).lowWatermark()).isEqualTo(7);
        assertThat(offset(partition, OffsetSpec.earliest()).offset()).isEqualTo(7);
        assertThat(
                        onlyFailure(
                                admin.deleteRecords(
                                                Map.of(partition, RecordsToDelete.beforeOffset(77)))
                                        .lowWatermarks()))
                .isInstanceOf(OffsetOutOfRangeException.class);
    }

    private ListOffsetsResultInfo offset(TopicPartition partition, OffsetSpec spec)
            throws Exception {
        return admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get();
    }

    @Test
    void describesLogDirectoriesAndProducers() throws Exception {
        // Given
        String topic = Clients.newTopic("admin", 1);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Producer<String, String> producer = Clients.producer()) {
            producer.send(new ProducerRecord<>(topic, "value")).get();
        }

        // When
        Map<String, LogDirDescription> directories =
                only(admin.describeLogDirs(List.of(1)).descriptions());
        DescribeProducersResult.PartitionProducerState producers =
                admin.describeProducers(List.of(partition)).partitionResult(partition).get();

        // Then
        assertThat(directories).hasSize(1);
        LogDirDescription directory = directories.values().iterator().next();
        assertThat(directory.replicaInfos())
                .hasEntrySatisfying(partition, replica -> assertThat(replica.size()).isPositive());
        assertThat(directory.totalBytes()).isPresent();
        assertThat(producers.activeProducers())
                .singleElement()
                .satisfies(state -> assertThat(state.lastSequence()).isZero());
    }

    @Test
    void listsDescribesChangesAndDeletesGroups() throws Exception {
        // Given
        String topic = Clients.newTopic("admin", 1);
        TopicPartition partition = new TopicPartition(topic, 0);
        String group = Shared.name("admin-group");

        // When
        admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(3, "note")))
                .all()
                .get();

        // Then
        assertThat(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
                .containsOnly(entry(partition, new OffsetAndMetadata(3, "note")));
        assertThat(only(admin.describeConsumerGroups(List.of(group)).describedGroups()))
                .satisfies(found -> assertThat(found.groupState()).isEqualTo(GroupState.EMPTY));
        assertThat(admin.listGroups().all().get())
                .anySatisfy(listed -> assertThat(listed.groupId()).isEqualTo(group));

        // When
        admin.deleteConsumerGroupOffsets(group, Set.of(partition)).all().get();

        // Then
        assertThat(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
                .isEmpty();
        assertThat(
                        onlyFailure(
                                admin.deleteConsumerGroups(List.of("no-such-group"))
                                        .deletedGroups()))
                .isInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void aGroupWithMembersIsNotDeletedButItsMembersCanBeRemoved() throws Exception {
        // Given
        String topic = Clients.newTopic("admin", 1);
        String group = Shared.name("admin-group");
        try (Consumer<String, String> consumer =
                Clients.consumer(Map.of("group.id", group, "group.instance.id", "me"))) {
            consumer.subscribe(List.of(topic));
            try (Producer<String, String> producer = Clients.producer()) {
                producer.send(new ProducerRecord<>(topic, "value"));
            }
            Clients.poll(consumer, 1);

            // When, Then
            assertThat(onlyFailure(admin.deleteConsumerGroups(List.of(group)).deletedGroups()))
                    .isInstanceOf(GroupNotEmptyException.class);
            assertThat(only(admin.describeConsumerGroups(List.of(group)).describedGroups()))
                    .satisfies(found -> assertThat(found.partitionAssignor()).isEqualTo("range"))
                    .satisfies(found -> assertThat(found.members()).hasSize(1));

            // When
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        }

        // Then
        admin.deleteConsumerGroups(List.of(group)).all().get();
    }
}
