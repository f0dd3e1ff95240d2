package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoLayoutTest {
    @TempDir Path scratch;

    private static DemoLayout layout(String... arguments) throws Exception {
        return ClusterDemoCommand.layout(
                Given.parse(ClusterDemoCommand.COMMAND, List.of(arguments)));
    }

    @Test
    void aNodeIsStartedWithItsAddressAndAllVoters() {
        // Given
        DemoLayout layout = new DemoLayout(Path.of("d"), 9092, List.of(1, 2, 3));
        // When
        List<String> arguments = layout.startArguments(2);
        // Then
        assertThat(String.join(" ", arguments))
                .isEqualTo(
                        "start --node-id 2 --listen 127.0.0.1:9093"
                                + " --voters 1@127.0.0.1:1,2@127.0.0.1:2,3@127.0.0.1:3"
                                + " --data-dir "
                                + Path.of("d", "node2")
                                + " --set default.replication.factor=3 --set min.insync.replicas=2");
    }

    @Test
    void aSecondStartFindsTheSamePorts() throws Exception {
        // Given
        String directory = scratch.resolve("demo").toString();
        DemoLayout first = layout("--dir", directory, "--nodes", "4");
        // When
        DemoLayout second = layout("--dir", directory);
        // Then
        assertThat(second).isEqualTo(first);
        assertThat(second.quorumPorts()).doesNotHaveDuplicates().hasSize(4);
    }

    @Test
    void anotherNumberOfNodesIsRefused() throws Exception {
        // Given
        layout("--dir", scratch.toString());
        // Then
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> layout("--dir", scratch.toString(), "--nodes", "5"))
                .withMessageContaining("has a demo of 3 nodes, but --nodes is 5");
    }

    @Test
    void aDamagedFileOfPortsIsRefused() throws Exception {
        // Given
        Files.writeString(scratch.resolve("quorum-ports"), "x\n");
        // Then
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> layout("--dir", scratch.toString()))
                .withMessageContaining("has \"x\", but must have one port a line");
    }
}
