package io.zurau.tests.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// kcat, and so librdkafka 2.0.
class KcatTest {
    private static final Path FOLDER = Workspace.newDirectory("kcat");

    private String kcat = "";

    @BeforeEach
    void bringKcat() {
        kcat = ForeignPrograms.kcat().toString();
    }

    private String run(String input, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(kcat, "-b", Shared.bootstrap()));
        command.addAll(List.of(arguments));
        Path in = Files.writeString(FOLDER.resolve(Shared.name("in")), input, UTF_8);
        Path out = FOLDER.resolve(Shared.name("out"));
        try (ChildProcess process = ChildProcess.startRedirected("kcat", command, in, out)) {
            assertThat(process.awaitExit(Duration.ofSeconds(40))).as(process.output()).isZero();
        }
        return Files.readString(out);
    }

    @Test
    void listsMetadata() throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 3);

        // When
        String text = run("", "-L", "-t", topic);

        // Then
        assertThat(text)
                .contains("1 brokers", "broker 1 at " + Shared.bootstrap())
                .contains("topic \"" + topic + "\" with 3 partitions")
                .contains("partition 2, leader 1, replicas: 1, isrs: 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecGoesInAndComesOut(String codec) throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 1);
        String lines = "k1:eins äöü\nk2:zwei\n".repeat(500);

        // When
        run(lines, "-P", "-t", topic, "-K:", "-z", codec);

        // Then
        String format = "%k:%s\\n";
        assertThat(run("", "-C", "-q", "-e", "-t", topic, "-f", format)).isEqualTo(lines);
        assertThat(Clients.readAll(topic)).hasSize(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void readsWhatTheJavaClientCompressed(String codec) throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 1);
        try (var producer =
                Clients.producer(Map.of("compression.type", codec, "linger.ms", "20"))) {
            for (int i = 0; i < 1000; i++) {
                producer.send(new ProducerRecord<>(topic, "v" + i));
            }
        }

        // When
        String text = run("", "-C", "-q", "-e", "-t", topic);

        // Then
        assertThat(text.lines()).hasSize(1000).first().isEqualTo("v0");
    }

    @Test
    void readsFromOffsetsTimesAndTheEnd() throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 1);
        run("a\nb\nc\nd\n", "-P", "-t", topic);

        // When, Then
        assertThat(run("", "-C", "-q", "-e", "-t", topic, "-o", "2")).isEqualTo("c\nd\n");
        assertThat(run("", "-C", "-q", "-e", "-t", topic, "-o", "-1")).isEqualTo("d\n");
        assertThat(run("", "-C", "-q", "-e", "-t", topic, "-o", "s@1000")).startsWith("a\n");
        assertThat(run("", "-Q", "-t", topic + ":0:-1")).contains("[0] offset 4");
        assertThat(run("", "-Q", "-t", topic + ":0:1000")).contains("[0] offset 0");
    }

    @Test
    void headersAreKept() throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 1);

        // When
        run("v\n", "-P", "-t", topic, "-H", "name=value", "-H", "other=thing");

        // Then
        assertThat(run("", "-C", "-q", "-e", "-t", topic, "-f", "%h %T %o %p %s\\n"))
                .matches("name=value,other=thing \\d+ 0 0 v\n");
    }

    @Test
    void anIdempotentProducerIsAccepted() throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 2);

        // When
        run("a\nb\n".repeat(5000), "-P", "-t", topic, "-X", "enable.idempotence=true");

        // Then
        assertThat(Clients.readAll(topic)).hasSize(10_000);
    }

    @Test
    void aGroupReadsAndGoesOnWhereItStopped() throws Exception {
        // Given
        String topic = Clients.newTopic("kcat", 2);
        String group = Shared.name("kcat-group");
        run("a\nb\nc\n", "-P", "-t", topic, "-p", "0");
        String[] member = {
            "-q",
            "-e",
            "-X",
            "auto.offset.reset=earliest",
            "-X",
            "heartbeat.interval.ms=200",
            "-G",
            group,
            topic
        };

        // When
        String first = run("", member);
        run("d\n", "-P", "-t", topic, "-p", "0");
        String second = run("", member);

        // Then
        assertThat(first).isEqualTo("a\nb\nc\n");
        assertThat(second).isEqualTo("d\n");
    }
}
