package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.GET_OFFSETS;
import static io.zurau.tests.conformance.KafkaTool.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
        try (Producer<String, String> producer = Clients.producer()) {
            for (long timestamp : new long[] {5000, 6000, 9000, 7000}) {
                producer.send(new ProducerRecord<>(topic, 1, timestamp, null, "v"));
            }
        }
    }

    @ParameterizedTest(name = "--time {0} is {1}")
    @CsvSource({
        "-1, 4",
        "-2, 0",
        "-3, 2",
        "-4, 0",
        "latest, 4",
        "earliest, 0",
        "max-timestamp, 2",
        "earliest-local, 0",
        "1000, 0",
        "5001, 1",
        "6001, 2"
    })
    void printsTheOffsetOfATime(String time, String offset) {
        // When
        var lines = GET_OFFSETS.run("--topic", topic, "--time", time).lines();

        // Then
        assertThat(lines).contains(topic + ":1:" + offset);
    }

    @Test
    void knowsNoTieredOffsetWithoutTieredStorage() {
        // When
        var latestTiered = GET_OFFSETS.run("--topic", topic, "--time", "-5").text();

        // Then
        assertThat(latestTiered).doesNotContain(":4").doesNotContain(":0\n");
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
