package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.CONSOLE_PRODUCER;
import static io.zurau.tests.conformance.KafkaTool.GET_OFFSETS;
import static io.zurau.tests.conformance.KafkaTool.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Shared;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaGetOffsetsTest {
    private static String topic = "";

    @BeforeAll
    static void fillATopic() {
        topic = Shared.name("get-offsets");
        TOPICS.run("--create", "--topic", topic, "--partitions", "2");
        CONSOLE_PRODUCER.runWithInput(
                "a|1\na|2\na|3\n",
                "--topic",
                topic,
                "--reader-property",
                "parse.key=true",
                "--reader-property",
                "key.separator=|");
    }

    @ParameterizedTest(name = "--time {0} is {1}")
    @CsvSource({
        "-1, 3",
        "-2, 0",
        "-3, 2",
        "-4, 0",
        "latest, 3",
        "earliest, 0",
        "max-timestamp, 2",
        "earliest-local, 0",
        "1000, 0"
    })
    void printsTheOffsetOfATime(String time, String offset) {
        // When
        var lines = GET_OFFSETS.run("--topic", topic, "--time", time).lines();

        // Then
        assertThat(lines).hasSizeLessThanOrEqualTo(2);
        assertThat(lines.toString()).matches(".*" + topic + ":[01]:" + offset + "\\b.*");
    }

    @Test
    void knowsNoTieredOffsetWithoutTieredStorage() {
        // When
        var latestTiered = GET_OFFSETS.run("--topic", topic, "--time", "-5").text();

        // Then
        assertThat(latestTiered).doesNotContain(":3").doesNotContain(":0\n");
    }

    @Test
    void selectsTopicsAndPartitionsByPattern() {
        // When
        var lines =
                GET_OFFSETS.run("--topic-partitions", topic + ":0-2", "--time", "latest").lines();

        // Then
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith(topic));
    }
}
