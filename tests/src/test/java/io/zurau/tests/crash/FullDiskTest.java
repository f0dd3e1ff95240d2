package io.zurau.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.SmallDisk;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A disk that fills up under a producer: a file system in memory, which only root may mount;
/// skipped otherwise.
class FullDiskTest {
    private static final int DISK_MEGABYTES = 400;
    private static final int BALLAST_MEGABYTES = 150;
    private static final int RECORD_BYTES = 100_000;
    private static final int MORE_RECORDS_THAN_FIT = 6000;

    private final Path folder = Workspace.newDirectory("full-disk");
    private SmallDisk disk;

    @BeforeEach
    void mount() {
        try {
            disk = new SmallDisk(folder.resolve("disk"), DISK_MEGABYTES);
        } catch (IllegalStateException e) {
            Assumptions.abort("Not possible here: " + e.getMessage());
        }
    }

    @AfterEach
    void unmount() {
        disk.close();
    }

    @Test
    void producersAreToldAndARestartServesEverythingAcknowledged() throws Exception {
        // Given
        disk.takeAway(BALLAST_MEGABYTES);
        try (ZurauProcess server =
                new ZurauProcess(folder, disk.path().resolve("data"), Map.of(), Map.of())) {
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());

            // When the disk fills up
            int acknowledged = 0;
            Throwable refusal = null;
            try (Producer<String, String> producer =
                    Clients.producer(
                            Map.of(
                                    "bootstrap.servers",
                                    server.bootstrap(),
                                    "request.timeout.ms",
                                    "3000",
                                    "delivery.timeout.ms",
                                    "6000",
                                    "max.block.ms",
                                    "6000"))) {
                while (refusal == null && acknowledged < MORE_RECORDS_THAN_FIT) {
                    try {
                        producer.send(new ProducerRecord<>("t", value(acknowledged))).get();
                        acknowledged++;
                    } catch (ExecutionException e) {
                        refusal = e.getCause();
                    }
                }
            }

            // Then
            assertThat(refusal)
                    .isInstanceOfAny(KafkaStorageException.class, TimeoutException.class);
            assertThat(acknowledged).isPositive();

            // When there is room again
            server.kill();
            disk.giveBack();
            server.start();

            // Then
            List<ConsumerRecord<String, String>> records = Clients.readAll("t", connection);
            assertThat(records).hasSizeGreaterThanOrEqualTo(acknowledged);
            for (int i = 0; i < acknowledged; i++) {
                assertThat(records.get(i).value()).startsWith(i + " ");
            }
            try (Producer<String, String> producer = Clients.producer(connection)) {
                assertThat(producer.send(new ProducerRecord<>("t", "again")).get().offset())
                        .isEqualTo(records.size());
            }
        }
    }

    private static String value(int number) {
        return number + " " + "x".repeat(RECORD_BYTES);
    }
}
