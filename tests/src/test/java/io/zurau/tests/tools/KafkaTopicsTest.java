package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ToolHost;
import org.junit.jupiter.api.Test;

class KafkaTopicsTest {
    @Test
    void createsListsDescribesAndDeletesATopic() {
        // Given
        String topic = Shared.name("topics");

        // When
        ToolHost.Result created =
                TOPICS.run(
                        "--create",
                        "--topic",
                        topic,
                        "--partitions",
                        "3",
                        "--replication-factor",
                        "1",
                        "--config",
                        "retention.ms=1234567");

        // Then
        assertThat(created.text()).contains("Created topic " + topic);
        assertThat(TOPICS.run("--list").lines()).contains(topic);
        assertThat(TOPICS.run("--describe", "--topic", topic).text())
                .contains("PartitionCount: 3", "ReplicationFactor: 1", "retention.ms=1234567")
                .contains("Partition: 2", "Leader: 1", "Replicas: 1", "Isr: 1");

        // When
        TOPICS.run("--delete", "--topic", topic);

        // Then
        assertThat(TOPICS.run("--list").lines()).doesNotContain(topic);
    }

    @Test
    void createIfNotExistsAcceptsATopicThatExists() {
        // Given
        String topic = Shared.name("topics");
        TOPICS.run("--create", "--topic", topic);

        // When
        ToolHost.Result again = TOPICS.attempt("--create", "--topic", topic);
        ToolHost.Result ifNotExists =
                TOPICS.attempt("--create", "--if-not-exists", "--topic", topic);

        // Then
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.toString()).contains("Topic '" + topic + "' already exists");
        assertThat(ifNotExists.exitCode()).isZero();
    }

    @Test
    void alterAddsPartitionsAndRefusesFewer() {
        // Given
        String topic = Shared.name("topics");
        TOPICS.run("--create", "--topic", topic, "--partitions", "2");

        // When
        TOPICS.run("--alter", "--topic", topic, "--partitions", "5");
        ToolHost.Result fewer = TOPICS.attempt("--alter", "--topic", topic, "--partitions", "1");

        // Then
        assertThat(TOPICS.run("--describe", "--topic", topic).text()).contains("PartitionCount: 5");
        assertThat(fewer.exitCode()).isEqualTo(1);
        assertThat(fewer.toString())
                .contains(
                        "The topic "
                                + topic
                                + " currently has 5 partition(s); 1 would not be an increase");
    }

    @Test
    void describeFindsNothingUnderReplicatedOnAHealthyBroker() {
        // Given
        String topic = Shared.name("topics");
        TOPICS.run("--create", "--topic", topic);

        // When
        ToolHost.Result underReplicated =
                TOPICS.run("--describe", "--under-replicated-partitions", "--topic", topic);
        ToolHost.Result unavailable =
                TOPICS.run("--describe", "--unavailable-partitions", "--topic", topic);

        // Then
        assertThat(underReplicated.text()).isBlank();
        assertThat(unavailable.text()).isBlank();
    }

    @Test
    void describeOfAnUnknownTopicFails() {
        // When
        ToolHost.Result unknown = TOPICS.attempt("--describe", "--topic", "no-such-topic");

        // Then
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.toString()).contains("Topic 'no-such-topic' does not exist");
    }

    @Test
    void createRefusesABadNameAndABadSetting() {
        // When
        ToolHost.Result badName = TOPICS.attempt("--create", "--topic", "what?");
        ToolHost.Result badSetting =
                TOPICS.attempt(
                        "--create", "--topic", Shared.name("t"), "--config", "segment.bytes=-5");
        ToolHost.Result tooManyReplicas =
                TOPICS.attempt(
                        "--create", "--topic", Shared.name("t"), "--replication-factor", "3");

        // Then
        assertThat(badName.exitCode()).isEqualTo(1);
        assertThat(badName.toString()).contains("Topic name is invalid: 'what?' contains");
        assertThat(badSetting.exitCode()).isEqualTo(1);
        assertThat(badSetting.toString()).contains("segment.bytes");
        assertThat(tooManyReplicas.exitCode()).isEqualTo(1);
        assertThat(tooManyReplicas.toString())
                .contains("Unable to replicate the partition 3 time(s)");
    }
}
