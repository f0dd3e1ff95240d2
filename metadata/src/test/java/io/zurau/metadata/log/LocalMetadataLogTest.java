package io.zurau.metadata.log;

import static io.zurau.metadata.TestRecords.CLUSTER;
import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.SystemClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The metadata log of one node, on a real disk.
final class LocalMetadataLogTest {
    private static final long SMALL_LOG_BYTES = 2_000;

    @TempDir Path directory;

    private LocalMetadataLog open() {
        return open(List.of());
    }

    private LocalMetadataLog open(List<MetadataRecord> origin) {
        return LocalMetadataLog.open(
                new FileDisk(directory),
                new SystemClock(),
                1,
                CLUSTER,
                () -> origin,
                SMALL_LOG_BYTES);
    }

    private static ClusterImage image(MetadataLog log) {
        return NewestImage.of(log);
    }

    private static void commit(MetadataLog log, List<MetadataRecord> records) {
        assertThat(log.propose(log.endOffset(), records))
                .isInstanceOf(ProposeOutcome.Committed.class);
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("metadata"))) {
            return all.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    @Nested
    final class Contract extends MetadataLogContract {
        @Override
        protected MetadataLog open() {
            return LocalMetadataLogTest.this.open();
        }
    }

    @Test
    void aNewLogBeginsWithTheOriginAndIsNotAskedForItAgain() {
        // Given
        List<MetadataRecord> origin = topic("orders", id(1), 2);

        // When
        open(origin).close();

        // Then
        try (LocalMetadataLog log = open(topic("other", id(2), 2))) {
            assertThat(log.endOffset()).isEqualTo(3);
            assertThat(image(log).records()).isEqualTo(origin);
        }
    }

    @Test
    void dataOfANewerVersionIsRefused() {
        // Given
        List<MetadataRecord> newer =
                List.of(
                        FeatureLevelRecord.builder()
                                .name("metadata.version")
                                .featureLevel((short) 26)
                                .build());
        try (LocalMetadataLog log = open()) {
            commit(log, newer);
        }

        // Then
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("metadata.version 26")
                .hasMessageContaining("start the newer one");
    }

    @Test
    void aRetiredLogIsPutAsideAndNotFoundAgain() {
        // Given
        FileDisk disk = new FileDisk(directory);
        assertThat(LocalMetadataLog.exists(disk)).isFalse();
        open(topic("orders", id(1), 2)).close();
        assertThat(LocalMetadataLog.exists(disk)).isTrue();

        // When
        LocalMetadataLog.retire(disk);

        // Then
        assertThat(LocalMetadataLog.exists(disk)).isFalse();
        assertThat(disk.list("metadata-before-quorum-1")).isNotEmpty();

        // When: it was alone once more
        open().close();
        LocalMetadataLog.retire(disk);

        // Then
        assertThat(disk.list("metadata-before-quorum-2")).isNotEmpty();
    }

    @Test
    void theFilesStayNearTheSizeOfTheImage() throws Exception {
        // Given
        try (LocalMetadataLog log = open()) {
            commit(log, topic("orders", id(1), 10));

            // When
            for (int i = 1; i <= 500; i++) {
                commit(log, List.of(producerIds(i)));
            }

            // Then
            assertThat(files(".log")).hasSize(1);
            assertThat(files(".checkpoint")).hasSize(1);
            assertThat(Files.size(files(".log").getFirst())).isLessThan(2 * SMALL_LOG_BYTES);
            assertThat(Files.size(files(".checkpoint").getFirst())).isLessThan(2 * SMALL_LOG_BYTES);
        }
        try (LocalMetadataLog log = open()) {
            assertThat(log.endOffset()).isEqualTo(511);
            assertThat(image(log).nextProducerId()).isEqualTo(500);
            assertThat(image(log).topics().partitionCount()).isEqualTo(10);
        }
    }

    @Test
    void theLogIsMadeOfOneRecordBatchPerProposal() throws Exception {
        // Given
        try (LocalMetadataLog log = open()) {
            commit(log, topic("orders", id(1), 2));
            commit(log, List.of(producerIds(1)));
        }

        // When
        byte[] bytes = Files.readAllBytes(files(".log").getFirst());
        List<RecordBatch> batches = new ArrayList<>();
        RecordBatches.whole(ByteBuffer.wrap(bytes)).forEach(batches::add);

        // Then
        assertThat(batches).hasSize(2);
        assertThat(batches).allMatch(RecordBatch::crcIsValid);
        assertThat(batches.get(0).recordCount()).isEqualTo(3);
        assertThat(MetadataBatches.records(batches.get(1))).containsExactly(producerIds(1));
    }

    @Test
    void whereverTheLastProposalIsTornItIsForgottenAndTheOthersAreNot() throws Exception {
        // Given
        long whole;
        Path file;
        try (LocalMetadataLog log = open()) {
            commit(log, topic("orders", id(1), 2));
            file = files(".log").getFirst();
            whole = Files.size(file);
            commit(log, List.of(producerIds(1)));
        }
        byte[] bytes = Files.readAllBytes(file);

        for (int end = (int) whole; end < bytes.length; end++) {
            // When
            Files.write(file, Arrays.copyOf(bytes, end));
            open().close();

            // Then
            assertThat(Files.size(file)).isEqualTo(whole);
        }
        try (LocalMetadataLog log = open()) {
            assertThat(log.endOffset()).isEqualTo(3);
            commit(log, List.of(producerIds(5)));
        }
        try (LocalMetadataLog log = open()) {
            assertThat(image(log).nextProducerId()).isEqualTo(5);
        }
    }

    @Test
    void zeroesAtTheEndAreATornProposalToo() throws Exception {
        // Given
        try (LocalMetadataLog log = open()) {
            commit(log, topic("orders", id(1), 2));
        }
        Path file = files(".log").getFirst();
        byte[] bytes = Files.readAllBytes(file);

        // When
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 300));

        // Then
        try (LocalMetadataLog log = open()) {
            assertThat(log.endOffset()).isEqualTo(3);
        }
        assertThat(Files.size(file)).isEqualTo(bytes.length);
    }

    @Test
    void damageBeforeGoodRecordsIsRefusedAndTheFileIsLeftAlone() throws Exception {
        // Given
        try (LocalMetadataLog log = open()) {
            commit(log, topic("orders", id(1), 2));
            commit(log, List.of(producerIds(1)));
        }
        Path file = files(".log").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[70] ^= 1;
        Files.write(file, bytes);

        // When, then
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(this::open)
                .withMessageContaining("damaged at byte 0")
                .withMessageContaining("good records behind it");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void aDamagedSnapshotIsRefused() throws Exception {
        // Given
        open(topic("orders", id(1), 2)).close();
        Path file = files(".checkpoint").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        // When, then
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(this::open)
                .withMessageContaining("damaged");
    }

    @Test
    void aLogWithoutTheSnapshotBeforeItIsRefused() throws Exception {
        // Given
        open(topic("orders", id(1), 2)).close();
        Files.delete(files(".checkpoint").getFirst());

        // When, then
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(this::open)
                .withMessageContaining("has lost the snapshot before it");
    }

    @Test
    void anUnfinishedSnapshotIsThrownAway() throws Exception {
        // Given
        open().close();
        Path unfinished =
                directory.resolve("metadata/00000000000000000009-0000000000.checkpoint.tmp");
        Files.writeString(unfinished, "half");

        // When
        open().close();

        // Then
        assertThat(unfinished).doesNotExist();
    }
}
