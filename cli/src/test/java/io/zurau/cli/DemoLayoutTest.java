package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoLayoutTest {
    @TempDir Path scratch;

    private DemoLayout layout(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--dir", scratch.toString()));
        arguments.addAll(List.of(more));
        return ClusterDemoCommand.layout(Given.parse(ClusterDemoCommand.COMMAND, arguments));
    }

    @Test
    void aNodeIsStartedWithItsAddressAndAllVoters() {
        // Given
        DemoLayout layout = new DemoLayout(Path.of("d"), 3, 9092);
        // When
        String arguments = String.join(" ", layout.startArguments(2));
        // Then
        assertThat(arguments)
                .contains("start --stop-with-input --node-id 2 --listen 127.0.0.1:9093")
                .contains("--voters 1@127.0.0.1:9192,2@127.0.0.1:9193,3@127.0.0.1:9194")
                .contains("--data-dir " + Path.of("d", "node2"))
                .contains("default.replication.factor=3", "min.insync.replicas=2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aTopicHasNoMoreReplicasThanThereAreNodes(int size) {
        // When
        List<String> arguments = new DemoLayout(scratch, size, 9092).startArguments(1);
        // Then
        assertThat(arguments).contains("default.replication.factor=" + Math.min(size, 3));
    }

    @Test
    void aSecondStartFindsTheFirstOnesNodesAndPorts() throws Exception {
        // Given
        DemoLayout first = layout("--nodes", "4", "--port", "7000");
        first.remember();
        // Then
        assertThat(layout()).isEqualTo(first);
        assertThat(layout("--nodes", "4")).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nodes=5", "--port=9999"})
    void anotherDemoInTheSameDirectoryIsRefused(String option) throws Exception {
        // Given
        layout().remember();
        // Then
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> layout(option))
                .withMessageContaining("has a demo of 3 nodes from port 9092 on");
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        // Given
        Files.writeString(scratch.resolve("demo.properties"), "nodes=x\n");
        // Then
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(this::layout)
                .withMessageContaining("must say nodes=N and port=PORT");
    }
}
