package io.zurau.tests.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// kafkajs, a client that shares no code with Kafka's own or with librdkafka.
class KafkajsTest {
    @Test
    void producesConsumesInAGroupAndAdministers() {
        // Given
        String modules = ForeignPrograms.kafkajs().resolve("node_modules").toString();
        Path script = Workspace.root().resolve("tests/src/test/js/kafkajs.js");
        List<String> command =
                List.of("node", script.toString(), Shared.bootstrap(), Shared.name("kafkajs"));
        Path output = Workspace.newDirectory("kafkajs").resolve("output");

        // When
        try (ChildProcess node =
                ChildProcess.start("node", command, Map.of("NODE_PATH", modules), output)) {
            int exitCode = node.awaitExit(Duration.ofSeconds(90));

            // Then
            assertThat(exitCode).as(node.output()).isZero();
            assertThat(node.output()).contains("done");
        }
    }
}
