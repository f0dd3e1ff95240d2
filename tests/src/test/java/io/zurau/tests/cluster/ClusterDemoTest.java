package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

/// `zurau cluster demo` as a person starts it.
class ClusterDemoTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern READY = Pattern.compile("Ctrl-C stops all nodes");

    private final Path directory = Workspace.newDirectory("cluster-demo");
    private final int port = threeFreePorts();

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
    void threeNodesServeUntilTheSignalAndNothingIsLeft() {
        try (ChildProcess demo = demo()) {
            // Given
            demo.awaitOutput(READY, LIMIT);
            List<ProcessHandle> nodes = childrenOf(demo);

            // When
            zurau("topic", "create", "orders", "-p", "3", "-r", "3");

            // Then
            assertThat(nodes).hasSize(3);
            assertThat(zurau("topic", "describe", "orders")).contains("min.insync.replicas", "[");
            assertThat(zurau("cluster", "describe", "-o", "json"))
                    .contains("\"address\":\"127.0.0.1:" + (port + 2) + "\"", "\"replicas\":3");

            // When
            demo.terminate();

            // Then
            assertThat(demo.awaitExit(LIMIT)).isZero();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void aNodeThatCannotStartEndsTheOthers() throws IOException {
        try (ServerSocket taken =
                        new ServerSocket(port + 1, 1, InetAddress.getByName("127.0.0.1"));
                ChildProcess demo = demo()) {
            // When
            int exitCode = demo.awaitExit(LIMIT);
            // Then
            assertThat(exitCode).isEqualTo(1);
            assertThat(taken.isBound()).isTrue();
            assertThat(demo.output())
                    .contains("Node 2 ended before it was ready, with exit code 2")
                    .contains("node2 | zurau: ");
        }
    }

    private static List<ProcessHandle> childrenOf(ChildProcess process) {
        return ProcessHandle.of(process.pid()).orElseThrow().children().toList();
    }

    /// The first of three ports in a row that nobody listened on a moment ago.
    private static int threeFreePorts() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = Workspace.freePort();
            if (first < 65_000 && isFree(first + 1) && isFree(first + 2)) {
                return first;
            }
        }
        throw new IllegalStateException("There are no three free ports in a row.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
