package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.zurau.metadata.log.NewestImage;
import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots: written, sent to voters that are behind, damaged, lost.
final class SnapshotInstallTest {
    @TempDir Path root;
    private QuorumUnderTest quorum;

    @BeforeEach
    void make() {
        quorum = new QuorumUnderTest(root, 3);
        quorum.tuning = QuorumTuning.DEFAULT.withSnapshots(20, 4 << 10);
    }

    @AfterEach
    void close() {
        quorum.close();
        assertThat(quorum.bugs).isEmpty();
    }

    private List<Path> files(int nodeId, String folder, String prefix) throws IOException {
        Path group =
                quorum.directory(nodeId)
                        .resolve("raft")
                        .resolve(RatisSettings.GROUP.getUuid().toString());
        try (Stream<Path> all = Files.list(group.resolve(folder))) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> !file.toString().endsWith(".md5"))
                    .sorted()
                    .toList();
        }
    }

    private long commitMany(int nodeId, int count) {
        long end = -1;
        for (int i = 0; i < count; i++) {
            end =
                    QuorumUnderTest.commit(
                            quorum.node(nodeId),
                            topic("t" + end + "-" + i, id(1000 + (int) end + i), 5));
        }
        return end;
    }

    private void awaitPurged(int nodeId) {
        await().atMost(QuorumUnderTest.PATIENCE)
                .until(
                        () ->
                                files(nodeId, "current", "log_").stream()
                                        .noneMatch(
                                                file ->
                                                        file.getFileName()
                                                                .toString()
                                                                .startsWith("log_0-")));
    }

    @Test
    void aVoterThatWasDownWhileTheLogWasPurgedGetsASnapshotAndGoesOn() throws Exception {
        // Given
        quorum.open(1, 2, 3);
        QuorumUnderTest.commit(quorum.node(1), topic("orders", id(1), 3));
        int behind = quorum.someFollower();
        quorum.close(behind);
        int leader = quorum.leader();
        commitMany(leader, 80);
        awaitPurged(leader);

        // When
        quorum.open(behind);

        // Then
        assertThat(quorum.node(behind).endOffset()).isEqualTo(quorum.node(leader).endOffset());
        assertThat(NewestImage.of(quorum.node(behind)).topics().named("orders")).isPresent();

        // When: it goes on after the install
        long end = QuorumUnderTest.commit(quorum.node(behind), List.of(producerIds(9)));
        quorum.close(leader);

        // Then: and its vote counts
        assertThat(QuorumUnderTest.commit(quorum.node(behind), List.of(producerIds(10))))
                .isEqualTo(end + 1);

        // When: it starts from the snapshot that was installed
        quorum.open(leader);
        quorum.close(behind);
        quorum.open(behind);

        // Then
        assertThat(NewestImage.of(quorum.node(behind)).nextProducerId()).isEqualTo(10);
    }

    @Test
    void aRunningVoterThatIsWipedGetsASnapshotToo() throws Exception {
        // Given
        quorum.open(1, 2, 3);
        int wiped = quorum.someFollower();
        commitMany(quorum.leader(), 60);
        awaitPurged(quorum.leader());
        quorum.close(wiped);
        quorum.wipe(wiped);

        // When
        quorum.open(wiped);

        // Then
        assertThat(quorum.node(wiped).endOffset())
                .isEqualTo(quorum.node(quorum.leader()).endOffset());
    }

    @Test
    void aDamagedSnapshotIsRefusedAndSoIsALostOne() throws Exception {
        // Given
        quorum.open(1, 2, 3);
        commitMany(1, 60);
        awaitPurged(1);
        quorum.close(1);
        for (Path snapshot : files(1, "sm", "snapshot.")) {
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length / 2] ^= 1;
            Files.write(snapshot, bytes);
        }

        // When, then
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> quorum.open(1))
                .withCauseInstanceOf(StorageFailure.class)
                .withMessageContaining(quorum.directory(1).toString())
                .withMessageContaining("damaged");

        // Given
        for (Path file : files(1, "sm", "snapshot.")) {
            Files.delete(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".md5"));
        }

        // When, then
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> quorum.open(1))
                .withCauseInstanceOf(StorageFailure.class)
                .withMessageContaining("lost the snapshot");
    }

    @Test
    void aDirectoryOfANewerFormatIsRefused() throws Exception {
        // Given
        Files.createDirectories(quorum.directory(1));
        Files.writeString(quorum.directory(1).resolve("format"), "format=2\n");

        // When, then
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> quorum.open(1))
                .withCauseInstanceOf(StorageFailure.class)
                .withMessageContaining("has format 2, this version reads format 1");
    }
}
