package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.CONSUMER_GROUPS;
import static io.zurau.tests.conformance.KafkaTool.GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ToolHost;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaConsumerGroupsTest {
    private static final long FIRST_TIMESTAMP = 1_700_000_000_000L;

    private static String topic = "";

    @BeforeAll
    static void tenRecordsAMinuteApart() throws Exception {
        topic = Clients.newTopic("groups", 2);
        try (Producer<String, String> producer = Clients.producer()) {
            for (int i = 0; i < 10; i++) {
                long timestamp = FIRST_TIMESTAMP + 60_000L * i;
                producer.send(new ProducerRecord<>(topic, 0, timestamp, null, "v" + i));
            }
        }
    }

    /// A group without members that has committed offset 4 of partition 0.
    private static String emptyGroup() {
        String group = Shared.name("group");
        try (Consumer<String, String> consumer = Clients.consumer(Map.of("group.id", group))) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(4)));
        }
        return group;
    }

    /// A member of a new group that has an assignment.
    private static Consumer<String, String> member(String group) {
        Consumer<String, String> consumer = Clients.consumer(Map.of("group.id", group));
        consumer.subscribe(List.of(topic));
        Clients.poll(consumer, 10);
        consumer.commitSync();
        return consumer;
    }

    @Test
    void listsGroupsAndTheirStates() {
        // Given
        String empty = emptyGroup();
        String stable = Shared.name("group");

        try (Consumer<String, String> member = member(stable)) {
            // When
            List<String> names = CONSUMER_GROUPS.run("--list").lines();
            List<String> states = CONSUMER_GROUPS.run("--list", "--state").lines();
            List<String> onlyStable = CONSUMER_GROUPS.run("--list", "--state", "stable").lines();
            List<String> all = GROUPS.run("--list").lines();

            // Then
            assertThat(names).contains(empty, stable);
            assertThat(states).anyMatch(line -> line.matches(empty + "\\s.*Empty\\s*"));
            assertThat(states).anyMatch(line -> line.matches(stable + "\\s.*Stable\\s*"));
            assertThat(onlyStable).anyMatch(line -> line.startsWith(stable + " "));
            assertThat(onlyStable).noneMatch(line -> line.startsWith(empty + " "));
            assertThat(all).anyMatch(line -> line.matches(stable + "\\s+Classic\\s+consumer\\s*"));
            assertThat(member.groupMetadata().groupId()).isEqualTo(stable);
        }
    }

    @Test
    void describesOffsetsMembersAndState() {
        // Given
        String group = Shared.name("group");
        try (Consumer<String, String> member = member(group)) {
            // When
            String offsets = CONSUMER_GROUPS.run("--describe", "--group", group).text();
            String members =
                    CONSUMER_GROUPS
                            .run("--describe", "--group", group, "--members", "--verbose")
                            .text();
            String state = CONSUMER_GROUPS.run("--describe", "--group", group, "--state").text();

            // Then
            assertThat(offsets)
                    .containsPattern(group + "\\s+" + topic + "\\s+0\\s+10\\s+10\\s+0\\s");
            assertThat(offsets).contains(member.groupMetadata().memberId(), "/127.0.0.1");
            assertThat(members).contains(member.groupMetadata().memberId(), topic + ":0,1");
            assertThat(state).contains("Stable").containsPattern("range\\s+Stable");
        }
    }

    @Test
    void describesAGroupWithoutMembers() {
        // Given
        String group = emptyGroup();

        // When
        ToolHost.Result described = CONSUMER_GROUPS.run("--describe", "--group", group);

        // Then
        assertThat(described.text())
                .containsPattern(group + "\\s+" + topic + "\\s+0\\s+4\\s+10\\s+6\\s");
        assertThat(described.toString()).contains("has no active members");
    }

    @Test
    void describeOfAnUnknownGroupFails() {
        // When
        ToolHost.Result unknown = CONSUMER_GROUPS.attempt("--describe", "--group", "no-such-group");

        // Then
        assertThat(unknown.toString())
                .contains("GroupIdNotFoundException: Group no-such-group not found");
    }

    @ParameterizedTest(name = "{0} {1} moves to {2}")
    @CsvSource({
        "--to-earliest, '', 0",
        "--to-latest, '', 10",
        "--shift-by, 2, 6",
        "--shift-by, -3, 1",
        "--shift-by, 100, 10",
        "--to-offset, 7, 7",
        "--to-datetime, 5, 5",
        "--to-current, '', 4",
    })
    void resetsOffsets(String option, String argument, long offset) {
        // Given
        String group = emptyGroup();
        String value =
                option.equals("--to-datetime")
                        ? Instant.ofEpochMilli(FIRST_TIMESTAMP + 60_000 * 5 - 1)
                                .toString()
                                .replace("Z", "")
                        : argument;

        // When
        String planned = reset(group, option, value, "--dry-run").text();

        // Then
        assertThat(planned).containsPattern(topic + "\\s+0\\s+" + offset + "\\b");
        assertThat(committed(group)).isEqualTo(4);

        // When
        reset(group, option, value, "--execute");

        // Then
        assertThat(committed(group)).isEqualTo(offset);
    }

    private static ToolHost.Result reset(String group, String option, String value, String mode) {
        String partition = topic + ":0";
        return value.isEmpty()
                ? CONSUMER_GROUPS.run(
                        "--reset-offsets", "--group", group, "--topic", partition, option, mode)
                : CONSUMER_GROUPS.run(
                        "--reset-offsets",
                        "--group",
                        group,
                        "--topic",
                        partition,
                        option,
                        value,
                        mode);
    }

    private static long committed(String group) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<String, String> consumer = Clients.consumer(Map.of("group.id", group))) {
            return consumer.committed(Set.of(partition)).values().iterator().next().offset();
        }
    }

    @Test
    void refusesToResetTheOffsetsOfAGroupWithMembers() {
        // Given
        String group = Shared.name("group");
        try (Consumer<String, String> member = member(group)) {
            // When
            ToolHost.Result refused =
                    CONSUMER_GROUPS.attempt(
                            "--reset-offsets",
                            "--group",
                            group,
                            "--topic",
                            topic,
                            "--to-earliest",
                            "--execute");

            // Then
            assertThat(refused.toString()).contains("Stable");
            assertThat(member.committed(Set.of(new TopicPartition(topic, 0))))
                    .containsValue(new OffsetAndMetadata(10, Optional.of(0), ""));
        }
    }

    @Test
    void deletesOffsetsAndGroups() {
        // Given
        String group = emptyGroup();

        // When
        ToolHost.Result offsets =
                CONSUMER_GROUPS.run("--delete-offsets", "--group", group, "--topic", topic);
        String second = emptyGroup();
        ToolHost.Result deleted = CONSUMER_GROUPS.run("--delete", "--group", second);

        // Then
        assertThat(offsets.text()).contains("Successful");
        assertThat(deleted.text()).contains("Deletion of requested consumer groups");
        assertThat(CONSUMER_GROUPS.run("--list").lines()).doesNotContain(second);
    }

    @Test
    void refusesToDeleteAGroupWithMembers() {
        // Given
        String group = Shared.name("group");
        try (Consumer<String, String> member = member(group)) {
            // When
            ToolHost.Result refused = CONSUMER_GROUPS.attempt("--delete", "--group", group);

            // Then
            assertThat(refused.toString()).contains("GroupNotEmptyException");
            assertThat(member.groupMetadata().generationId()).isEqualTo(1);
        }
    }
}
