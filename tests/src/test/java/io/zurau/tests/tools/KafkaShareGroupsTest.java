package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.SHARE_GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.ShareClients;
import io.zurau.tests.conformance.Shared;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.junit.jupiter.api.Test;

class KafkaShareGroupsTest {
    private final String group = Shared.name("kafka-share-groups");

    @Test
    void aGroupIsListedDescribedMovedAndDeleted() throws Exception {
        // Given
        String topic = Clients.newTopic("kafka-share-groups", 1);
        ShareClients.beginsAtTheEarliest(Shared.bootstrap(), group);
        ShareClients.produce(Shared.bootstrap(), topic, 0, 10);
        try (ShareConsumer<String, String> consumer = ShareClients.implicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            ShareClients.poll(consumer, 10);
            consumer.commitSync();

            // Then
            assertThat(SHARE_GROUPS.run("--list").text()).contains(group);
            assertThat(describe("--state")).contains("Stable");
            assertThat(describe("--members")).contains(topic + ":0");
            assertThat(describe("--offsets")).containsPattern(group + " +" + topic + " +0 +.* 0");
            assertThat(
                            SHARE_GROUPS
                                    .attempt("--delete-offsets", "--group", group, "--topic", topic)
                                    .text())
                    .contains("not empty");
        }
        SHARE_GROUPS.run(
                "--reset-offsets",
                "--group",
                group,
                "--topic",
                topic,
                "--to-earliest",
                "--execute");
        assertThat(describe("--offsets")).containsPattern(group + " +" + topic + " +0 +.* 10");
        try (ShareConsumer<String, String> consumer = ShareClients.implicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            assertThat(ShareClients.poll(consumer, 10)).hasSize(10);
        }
        assertThat(SHARE_GROUPS.run("--delete-offsets", "--group", group, "--topic", topic).text())
                .contains(topic);
        assertThat(describe("--offsets")).doesNotContain(topic);
        SHARE_GROUPS.run("--delete", "--group", group);
        assertThat(SHARE_GROUPS.run("--list").text()).doesNotContain(group);
    }

    private String describe(String what) {
        return SHARE_GROUPS.run("--describe", "--group", group, what).text();
    }
}
