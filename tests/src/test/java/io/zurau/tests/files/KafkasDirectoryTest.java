package io.zurau.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.servers.KafkaProcess;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A log directory that Apache Kafka wrote is opened and served.
class KafkasDirectoryTest {
    @ParameterizedTest(name = "after Kafka''s {0}")
    @ValueSource(strings = {"clean stop", "kill -9"})
    void isServedAsItWas(String end) throws Exception {
        // Given
        Path directory = Workspace.newDirectory("kafkas-directory");
        List<String> committed;
        List<String> uncommitted;
        try (KafkaProcess kafka = new KafkaProcess(directory, Map.of())) {
            kafka.start();
            Workload workload = new Workload(kafka.bootstrap());
            workload.createTopic();
            workload.run("kafka");
            workload.transactions();
            committed = workload.records("read_committed");
            uncommitted = workload.records("read_uncommitted");
            if (end.equals("kill -9")) {
                kafka.kill();
            } else {
                kafka.stop();
            }

            // When
            try (ServerUnderTest server =
                    ServerUnderTest.kafkaChosen() ? kafka : new ZurauProcess(directory, Map.of())) {
                server.start();
                Workload again = new Workload(server.bootstrap());

                // Then
                if (end.equals("clean stop")) {
                    assertThat(again.records("read_uncommitted")).isEqualTo(uncommitted);
                    assertThat(again.records("read_committed")).isEqualTo(committed);
                } else { // Kafka had not yet written down which records were deleted.
                    assertThat(again.records("read_uncommitted")).containsAll(uncommitted);
                    assertThat(again.records("read_committed")).containsAll(committed);
                }
                assertThat(committed).hasSize(uncommitted.size() - 2);
                assertThat(again.committed()).isEqualTo(Workload.COMMITTED);

                // And it is written on
                again.run("on");
                assertThat(again.records("read_committed"))
                        .hasSize(committed.size() + 10_000)
                        .containsAll(committed);
                server.stop();
            }
        }
        new LogFiles(directory.resolve("data")).assertAcceptedByDumpLog(Workload.TOPIC);
    }
}
