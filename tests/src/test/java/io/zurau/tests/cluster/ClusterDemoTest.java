package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// `zurau cluster demo` as a person starts it.
class ClusterDemoTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern READY = Pattern.compile("Ctrl-C stops all nodes");

    private final Path directory = Workspace.newDirectory("cluster-demo");
    private final int port = freePorts();

    private ChildProcess demo() {
        return ChildProcess.start(
                "demo",
                ZurauProcess.command(
                        "cluster",
                        "demo",
                        "--dir",
                        directory.resolve("data").toString(),
                        "--port",
                        String.valueOf(port)),
                Map.of(),
                directory.resolve("demo.out"));
    }

    private String zurau(String... arguments) {
        List<String> command = ZurauProcess.command(arguments);
        command.addAll(List.of("-b", "127.0.0.1:" + port));
        ChildProcess process =
                ChildProcess.start(
                        "zurau", command, Map.of(), directory.resolve(arguments[1] + ".out"));
        assertThat(process.awaitExit(LIMIT)).as(process.output()).isZero();
        return process.output();
    }

    @Test
    void threeNodesServeUntilTheSignalAndASecondStartHasTheirRecords() {
        Map<String, Object> connection = Map.of("bootstrap.servers", "127.0.0.1:" + port);
        try (ChildProcess demo = demo()) {
            // Given
            demo.awaitOutput(READY, LIMIT);
            List<ProcessHandle> nodes = childrenOf(demo);
            // When
            zurau("topic", "create", "orders", "-p", "3");
            produce(connection);
            // Then
            assertThat(nodes).hasSize(3);
            assertThat(zurau("topic", "describe", "orders")).contains("[1, 2, 3]");
            assertThat(demo.output())
                    .contains("Node 3 is ready on 127.0.0.1:" + (port + 2))
                    .contains("bin/zurau cluster -b 127.0.0.1:" + port);

            // When
            demo.terminate();
            // Then
            assertThat(demo.awaitExit(LIMIT)).isZero();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
        try (ChildProcess demo = demo()) {
            // Given
            demo.awaitOutput(READY, LIMIT);
            List<ProcessHandle> nodes = childrenOf(demo);
            // Then
            assertThat(Clients.readAll("orders", connection))
                    .extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

            // When: without a chance to stop them
            ProcessHandle.of(demo.pid()).orElseThrow().destroyForcibly();
            // Then
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static void produce(Map<String, Object> connection) {
        try (Producer<String, String> producer = Clients.producer(connection)) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("orders", i % 3, null, String.valueOf(i)));
            }
            producer.flush();
        }
    }

    @Test
    void aNodeThatCannotStartEndsTheOthers() throws IOException {
        try (ServerSocket taken = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress());
                ChildProcess demo = demo()) {
            // When
            int exitCode = demo.awaitExit(LIMIT);
            // Then
            assertThat(exitCode).isEqualTo(1);
            assertThat(taken.isBound()).isTrue();
            assertThat(demo.output())
                    .contains("zurau: Node 2 ended before all were ready, with exit code 2.")
                    .contains(String.valueOf(port + 1));
        }
    }

    private static List<ProcessHandle> childrenOf(ChildProcess process) {
        return ProcessHandle.of(process.pid()).orElseThrow().children().toList();
    }

    /// The first of three ports in a row that nobody listened on a moment ago, and likewise those
    /// of the quorum behind them.
    private static int freePorts() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = Workspace.freePort();
            if (IntStream.of(1, 2, 100, 101, 102).allMatch(n -> isFree(first + n))) {
                return first;
            }
        }
        throw new IllegalStateException("There are no free ports in a row.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
