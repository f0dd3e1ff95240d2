package io.zurau.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// kafka-dump-log accepts every file that was written, through kills, restarts and deletions.
class DumpLogTest {
    private static final ServerUnderTest SERVER =
            ServerUnderTest.create(Workspace.newDirectory("dump-log"), Map.of());
    private static final LogFiles FILES = new LogFiles(SERVER.logDirectory());

    @BeforeAll
    static void writeStopAndKill() throws Exception {
        SERVER.start();
        Workload workload = new Workload(SERVER.bootstrap());
        workload.createTopic();
        workload.run("first");
        SERVER.stop();
        SERVER.start();
        workload.run("after a stop");
        SERVER.kill();
        SERVER.start();
        workload.run("after a kill");
        SERVER.stop();
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void everySegmentAndIndexAndSnapshotIsAccepted() throws Exception {
        // Given
        assertThat(FILES.of(Workload.TOPIC, ".log")).hasSizeGreaterThan(2 * Workload.PARTITIONS);
        assertThat(FILES.of(Workload.TOPIC, ".snapshot")).isNotEmpty();

        // When, Then
        FILES.assertAcceptedByDumpLog(Workload.TOPIC);
    }

    @Test
    void committedOffsetsAreDecoded() throws Exception {
        // Given
        List<Path> logs = FILES.of("__consumer_offsets", ".log");

        // When
        String printed = LogFiles.dump(logs, "--offsets-decoder");

        // Then
        assertThat(printed)
                .contains("\"group\":\"" + Workload.GROUP + "\"", "\"topic\":\"" + Workload.TOPIC)
                .contains("\"offset\":" + Workload.COMMITTED)
                .doesNotContain("isvalid: false");
        FILES.assertAcceptedByDumpLog("__consumer_offsets");
    }

    @Test
    void theDirectoryLooksAsKafkasDoes() throws Exception {
        // When
        Path directory = SERVER.logDirectory();
        Path partition = directory.resolve(Workload.TOPIC + "-0");

        // Then
        assertThat(Files.readString(directory.resolve("meta.properties")))
                .contains("version=1", "cluster.id=", "node.id=1", "directory.id=");
        assertThat(Files.readString(partition.resolve("partition.metadata")))
                .matches("version: 0\ntopic_id: [A-Za-z0-9_-]{22}\nzurau_log: \\d+\n");
        assertThat(Files.readString(partition.resolve("leader-epoch-checkpoint")))
                .startsWith("0\n");
        assertThat(FILES.of(Workload.TOPIC, ".log"))
                .allMatch(file -> file.getFileName().toString().matches("\\d{20}\\.log"));
    }
}
