package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.STREAMS_GROUPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.Workspace;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class KafkaStreamsGroupsTest {
    @Test
    void aGroupIsListedDescribedResetAndDeleted() throws Exception {
        // Given an application that has counted something
        String topic = Clients.newTopic("kafka-streams-groups", 2);
        String group = Shared.name("kafka-streams-groups");
        try (Producer<String, String> producer = Clients.producer()) {
            producer.send(new ProducerRecord<>(topic, "k", "v")).get();
        }
        KafkaStreams application = new KafkaStreams(counting(topic).build(), settings(group));
        try (Admin admin = Clients.admin()) {
            application.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> committed(admin, group) == 1);

            // When
            String listed = STREAMS_GROUPS.run("--list", "--state").text();
            String offsets = STREAMS_GROUPS.run("--describe", "--group", group).text();
            String members =
                    STREAMS_GROUPS
                            .run("--describe", "--group", group, "--members", "--verbose")
                            .text();
            String state = STREAMS_GROUPS.run("--describe", "--group", group, "--state").text();

            // Then
            assertThat(listed).containsPattern(group + "\\s+Stable");
            assertThat(offsets).contains(topic);
            assertThat(members).contains("ACTIVE").contains("0:[0,1]");
            assertThat(state).containsPattern(group + "\\s+\\S+\\s+.*Stable");
        } finally {
            application.close(
                    CloseOptions.timeout(Duration.ofSeconds(30))
                            .withGroupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }

        // And once it has ended
        String reset =
                STREAMS_GROUPS
                        .run(
                                "--reset-offsets",
                                "--group",
                                group,
                                "--to-earliest",
                                "--all-input-topics",
                                "--execute")
                        .text();
        String deleted = STREAMS_GROUPS.run("--delete", "--group", group).text();
        assertThat(reset).containsPattern(topic + "\\s+\\d+\\s+0");
        assertThat(deleted).contains("successful");
        assertThat(STREAMS_GROUPS.run("--list").text()).doesNotContain(group);
    }

    private static long committed(Admin admin, String group) throws Exception {
        return admin
                .listStreamsGroupOffsets(Map.of(group, new ListStreamsGroupOffsetsSpec()))
                .partitionsToOffsetAndMetadata(group)
                .get()
                .values()
                .stream()
                .filter(Objects::nonNull)
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    private static StreamsBuilder counting(String topic) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(topic)
                .groupByKey()
                .count(Materialized.as(Stores.inMemoryKeyValueStore("counts")));
        return builder;
    }

    private static Properties settings(String group) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, Shared.bootstrap());
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, Workspace.newDirectory("streams").toString());
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
        settings.put(
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
        return settings;
    }
}
