package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.CONSOLE_CONSUMER;
import static io.zurau.tests.conformance.KafkaTool.CONSOLE_PRODUCER;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// kafka-console-producer and kafka-console-consumer.
class KafkaConsoleTest {
    @Test
    void whatGoesInComesOut() throws Exception {
        // Given
        String topic = Clients.newTopic("console", 1);

        // When
        CONSOLE_PRODUCER.runWithInput("one\ntwo\n\ndrei äöü €\n", "--topic", topic);

        // Then
        assertThat(consume(topic, 4)).containsExactly("one", "two", "", "drei äöü €");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecIsAccepted(String codec) throws Exception {
        // Given
        String topic = Clients.newTopic("console", 1);

        // When
        CONSOLE_PRODUCER.runWithInput(
                "first\nsecond\n", "--topic", topic, "--compression-codec", codec);

        // Then
        assertThat(consume(topic, 2)).containsExactly("first", "second");
    }

    @Test
    void keysHeadersAndTimestampsArePrinted() throws Exception {
        // Given
        String topic = Clients.newTopic("console", 1);

        // When
        CONSOLE_PRODUCER.runWithInput(
                "h1:a,h2:b\tkey\tvalue\n",
                "--topic",
                topic,
                "--reader-property",
                "parse.headers=true",
                "--reader-property",
                "parse.key=true");
        List<String> lines =
                consume(
                        topic,
                        1,
                        "--formatter-property",
                        "print.headers=true",
                        "--formatter-property",
                        "print.key=true",
                        "--formatter-property",
                        "print.timestamp=true",
                        "--formatter-property",
                        "print.offset=true",
                        "--formatter-property",
                        "print.partition=true");

        // Then
        assertThat(lines)
                .singleElement()
                .asString()
                .matches("CreateTime:\\d+\tPartition:0\tOffset:0\th1:a,h2:b\tkey\tvalue");
    }

    @Test
    void aGroupGoesOnWhereItStopped() throws Exception {
        // Given
        String topic = Clients.newTopic("console", 1);
        String group = Shared.name("console-group");
        CONSOLE_PRODUCER.runWithInput("a\nb\nc\n", "--topic", topic);

        // When
        List<String> first = consume(topic, 2, "--group", group);
        List<String> second = consume(topic, 1, "--group", group);

        // Then
        assertThat(first).containsExactly("a", "b");
        assertThat(second).containsExactly("c");
    }

    @Test
    void onePartitionIsReadFromAnOffset() throws Exception {
        // Given
        String topic = Clients.newTopic("console", 1);
        CONSOLE_PRODUCER.runWithInput("a\nb\nc\n", "--topic", topic);

        // When
        String text =
                CONSOLE_CONSUMER
                        .run(
                                "--topic",
                                topic,
                                "--partition",
                                "0",
                                "--offset",
                                "1",
                                "--max-messages",
                                "2")
                        .text();

        // Then
        assertThat(text).isEqualTo("b\nc\n");
    }

    @Test
    void aMissingTopicIsMadeByTheFirstWrite() {
        // Given
        String topic = Shared.name("console-auto");

        // When
        CONSOLE_PRODUCER.runWithInput("hello\n", "--topic", topic);

        // Then
        assertThat(consume(topic, 1)).containsExactly("hello");
    }

    private static List<String> consume(String topic, int count, String... more) {
        String[] all = new String[7 + more.length];
        String[] fixed = {
            "--topic",
            topic,
            "--from-beginning",
            "--max-messages",
            "" + count,
            "--timeout-ms",
            "20000"
        };
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return CONSOLE_CONSUMER.run(all).lines();
    }
}
