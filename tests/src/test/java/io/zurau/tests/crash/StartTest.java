package io.zurau.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `bin/zurau start` as a person meets it on a terminal.
class StartTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SIGTERM_EXIT = 143;

    private final Path folder = Workspace.newDirectory("start");

    private ChildProcess run(String... arguments) {
        List<String> command = new ArrayList<>(ZurauProcess.command("start"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output-" + System.nanoTime());
        return ChildProcess.start("zurau start", command, Map.of(), output);
    }

    /// Fails unless the start is refused with exit code 2 and one sentence; returns the sentence.
    private String refusal(String... arguments) {
        try (ChildProcess process = run(arguments)) {
            assertThat(process.awaitExit(LIMIT)).as(process.output()).isEqualTo(2);
            assertThat(process.output().strip().lines()).as(process.output()).hasSize(1);
            return process.output();
        }
    }

    @Test
    void printsOneLineAndIsStoppedBySigterm() throws Exception {
        // Given
        Path data = folder.resolve("data");
        try (ZurauProcess server = new ZurauProcess(folder, data, Map.of(), Map.of())) {
            // When
            server.start();
            try (Producer<String, String> producer =
                    Clients.producer(Map.of("bootstrap.servers", server.bootstrap()))) {
                producer.send(new ProducerRecord<>("t", "v")).get();
            }
            int exitCode = server.stop();

            // Then
            assertThat(exitCode).isIn(0, SIGTERM_EXIT);
            assertThat(server.output().strip().lines())
                    .singleElement()
                    .asString()
                    .contains("ready on 127.0.0.1:" + server.port());

            // When
            server.start();

            // Then
            assertThat(Clients.readAll("t", Map.of("bootstrap.servers", server.bootstrap())))
                    .hasSize(1);
        }
    }

    @Test
    void portZeroPicksAFreePort() {
        try (ChildProcess process =
                run("--data-dir", folder.resolve("d").toString(), "--listen", "127.0.0.1:0")) {
            // When
            String port = process.awaitOutput(ZurauProcess.READY, LIMIT).group(2);

            // Then
            assertThat(Integer.parseInt(port)).isPositive();
        }
    }

    @Test
    void aSecondStartOnTheSameDirectoryIsRefused() {
        // Given
        Path data = folder.resolve("data");
        try (ZurauProcess server = new ZurauProcess(folder, data, Map.of(), Map.of())) {
            server.start();

            // When
            String sentence = refusal("--data-dir", data.toString(), "--listen", "127.0.0.1:0");

            // Then
            assertThat(sentence).contains(data.toString());
        }
    }

    @Test
    void aBusyPortIsRefusedAndNothingIsWritten() throws Exception {
        // Given
        Path data = folder.resolve("data");
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + busy.getLocalPort();

            // When
            String sentence = refusal("--data-dir", data.toString(), "--listen", address);

            // Then
            assertThat(sentence).contains(Integer.toString(busy.getLocalPort()));
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefused() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("file"), "not a directory");

        // When, Then
        for (Path data : List.of(file, file.resolve("below"), Path.of("/proc/zurau"))) {
            String sentence = refusal("--data-dir", data.toString(), "--listen", "127.0.0.1:0");
            assertThat(sentence).contains(data.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "log.retention.minuts=5, log.retention.minutes",
        "num.partitions=0, num.partitions",
        "num.partitions=many, num.partitions",
        "log.segment.bytes=1, log.segment.bytes",
    })
    void aSettingThatIsWrongIsRefusedAndNothingIsWritten(String setting, String mentioned) {
        // Given
        Path data = folder.resolve("data");

        // When
        String sentence =
                refusal("--data-dir", data.toString(), "--listen", "127.0.0.1:0", "--set", setting);

        // Then
        assertThat(sentence).contains(mentioned);
        assertThat(data).doesNotExist();
    }

    @Test
    void aConfigFileOfASingleKafkaNodeStartsIt() throws Exception {
        // Given
        int port = Workspace.freePort();
        Path data = folder.resolve("kraft-combined-logs");
        Path config = folder.resolve("server.properties");
        Files.writeString(
                config,
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=localhost:9093
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:9093
                inter.broker.listener.name=PLAINTEXT
                advertised.listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:9093
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
                num.network.threads=3
                num.io.threads=8
                socket.send.buffer.bytes=102400
                socket.receive.buffer.bytes=102400
                socket.request.max.bytes=104857600
                log.dirs=%s
                num.partitions=3
                num.recovery.threads.per.data.dir=1
                offsets.topic.replication.factor=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                log.retention.hours=168
                log.segment.bytes=1073741824
                log.retention.check.interval.ms=300000
                """
                        .formatted(port, port, data));

        // When
        try (ChildProcess process = run("--config", config.toString())) {
            process.awaitOutput(ZurauProcess.READY, LIMIT);

            // Then
            try (Producer<String, String> producer =
                    Clients.producer(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
                assertThat(producer.partitionsFor("made")).hasSize(3);
            }
            assertThat(data.resolve("meta.properties")).exists();
        }
    }

    @Test
    void aHeapOf256MegabytesIsEnough() throws Exception {
        // Given
        Map<String, String> small = Map.of("ZURAU_JVM_OPTIONS", "-Xmx256m");
        try (ZurauProcess server =
                new ZurauProcess(folder, folder.resolve("data"), Map.of(), small)) {
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());

            // When
            int count = 200_000;
            String kilobyte = "x".repeat(1000);
            try (Producer<String, String> producer = Clients.producer(connection)) {
                for (int i = 0; i < count; i++) {
                    producer.send(new ProducerRecord<>("t", kilobyte));
                }
                producer.flush();
                long last = producer.send(new ProducerRecord<>("t", kilobyte)).get().offset();

                // Then
                assertThat(last).isEqualTo(count);
            }
        }
    }
}
