package io.zurau.metadata.kafka;

import static io.zurau.metadata.TestRecords.DIRECTORY;
import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.AbortTransactionRecord;
import io.zurau.protocol.message.BeginTransactionRecord;
import io.zurau.protocol.message.EndTransactionRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.Disk;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.StorageFailure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Topics taken over from a directory of Apache Kafka, written here in Kafka's form. That real ones
/// are taken over is tested with the real thing, in the module of conformance tests.
final class KafkaDirectoryTest {
    private static final Uuid SECOND = new Uuid(8, 8);
    private static final String METADATA = "__cluster_metadata-0";

    @TempDir Path directory;
    @TempDir Path second;

    private ClusterImage takeOver() {
        List<MetadataRecord> records = KafkaDirectory.topics(directories(), 1);
        return ClusterImage.empty("").replay(records, records.size());
    }

    private SequencedMap<Uuid, Disk> directories() {
        SequencedMap<Uuid, Disk> directories = new LinkedHashMap<>();
        directories.put(DIRECTORY, new FileDisk(directory));
        directories.put(SECOND, new FileDisk(second));
        return directories;
    }

    private static byte[] batch(long baseOffset, List<MetadataRecord> records) {
        RecordBatchBuilder builder = new RecordBatchBuilder(1000).baseOffset(baseOffset);
        for (MetadataRecord record : records) {
            ProtocolWriter value = new ProtocolWriter();
            record.writeFramed(value, record.highestVersion());
            builder.append(0, null, value.toBuffer(), List.of());
        }
        try (Compressors none = new Compressors()) {
            ByteBuffer built = builder.build(none);
            byte[] bytes = new byte[built.remaining()];
            built.get(bytes);
            return bytes;
        }
    }

    private void write(String file, byte[]... batches) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] batch : batches) {
            all.write(batch);
        }
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, all.toByteArray());
    }

    private static String log(long offset) {
        return METADATA + "/%020d.log".formatted(offset);
    }

    private static String snapshot(long endOffset) {
        return METADATA + "/%020d-0000000001.checkpoint".formatted(endOffset);
    }

    @Test
    void topicsSettingsAndProducerIdsComeFromTheLog() throws Exception {
        // Given
        write(
                log(0),
                batch(0, topic("orders", id(1), 2)),
                batch(3, List.of(ConfigResource.topic("orders").record("retention.ms", "5"))),
                batch(4, List.of(ConfigResource.topic("gone").record("retention.ms", "5"))),
                batch(5, List.of(producerIds(4000))));

        // When
        ClusterImage image = takeOver();

        // Then
        assertThat(image.topics().named("orders").orElseThrow().id()).isEqualTo(id(1));
        assertThat(image.topics().named("orders").orElseThrow().partitions())
                .hasSize(2)
                .allMatch(p -> p.leader() == 1 && p.directories().equals(List.of(DIRECTORY)));
        assertThat(image.configs().of(ConfigResource.topic("orders")))
                .containsEntry("retention.ms", "5");
        assertThat(image.configs().resources()).hasSize(1);
        assertThat(image.nextProducerId()).isEqualTo(4000);
    }

    @Test
    void theLogGoesOnWhereTheNewestSnapshotEnds() throws Exception {
        // Given
        write(snapshot(4), batch(0, topic("old", id(8), 1)));
        write(snapshot(9), batch(0, topic("orders", id(1), 2)));
        write(log(0), batch(0, topic("deleted", id(7), 8)), batch(9, topic("other", id(2), 1)));

        // When, then
        assertThat(takeOver().topics().byName()).containsOnlyKeys("orders", "other");
    }

    @Test
    void aGapBetweenSnapshotAndLogIsRefused() throws Exception {
        // Given
        write(snapshot(4), batch(0, topic("orders", id(1), 2)));
        write(log(6), batch(6, topic("other", id(2), 1)));

        // When, then
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(this::takeOver)
                .withMessageContaining("records from offset 4 to 6 are missing");
    }

    @Test
    void aTornEndCountsAsNotWritten() throws Exception {
        // Given
        byte[] last = batch(3, topic("other", id(2), 1));
        write(
                log(0),
                batch(0, topic("orders", id(1), 2)),
                Arrays.copyOf(last, last.length - 20),
                new byte[200]);

        // When, then
        assertThat(takeOver().topics().byName()).containsOnlyKeys("orders");
    }

    @Test
    void transactionsCountWhenTheyEnd() throws Exception {
        // Given
        MetadataRecord begin = BeginTransactionRecord.builder().build();
        write(
                log(0),
                batch(0, List.of(begin)),
                batch(1, topic("committed", id(1), 1)),
                batch(3, List.of(EndTransactionRecord.builder().build(), begin)),
                batch(5, topic("aborted", id(2), 1)),
                batch(7, List.of(AbortTransactionRecord.builder().build(), begin)),
                batch(9, topic("open", id(3), 1)));

        // When, then
        assertThat(takeOver().topics().byName()).containsOnlyKeys("committed");
    }

    @Test
    void aNodeThatDoesNotHaveEverythingIsRefused() throws Exception {
        // Given
        write(
                log(0),
                batch(
                        0,
                        List.of(
                                topic("orders", id(1)),
                                PartitionImage.created(List.of(1, 2), List.of(DIRECTORY, DIRECTORY))
                                        .record(id(1), 0))));

        // When, then
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(this::takeOver)
                .withMessageContaining("partition orders-0 has replicas on nodes [1, 2]");
    }

    @Test
    void withoutMetadataTheDirectoriesTellAndNothingIsDeletedByAge() throws Exception {
        // Given
        Uuid id = Uuid.parse("GQfKeG0CTdSwnLOzX4_y7g");
        for (Path path : List.of(directory.resolve("my-topic-0"), second.resolve("my-topic-2"))) {
            Files.createDirectories(path);
            Files.writeString(path.resolve("partition.metadata"), "version: 0\ntopic_id: " + id);
        }
        Files.writeString(
                second.resolve("my-topic-2/leader-epoch-checkpoint"), "0\n2\n0 0\n7 120\n");
        Files.createDirectories(directory.resolve("no-partition"));
        Files.createDirectories(directory.resolve("old-0.139993a7e4c04347b17c6aa950dfdd8a-delete"));

        // When
        ClusterImage image = takeOver();

        // Then
        assertThat(image.topics().byName()).containsOnlyKeys("my-topic");
        assertThat(image.topics().named("my-topic").orElseThrow().id()).isEqualTo(id);
        assertThat(image.topics().named("my-topic").orElseThrow().partitions())
                .extracting(PartitionImage::leaderEpoch)
                .containsExactly(0, 0, 7);
        assertThat(image.topics().named("my-topic").orElseThrow().partitions())
                .extracting(partition -> partition.directoryOf(1))
                .containsExactly(DIRECTORY, DIRECTORY, SECOND);
        assertThat(image.configs().of(ConfigResource.topic("my-topic")))
                .containsEntry("retention.ms", "-1");
        assertThat(image.nextProducerId()).isGreaterThan(1_000_000_000_000L);
    }

    @Test
    void anEmptyDirectoryHasNoTopics() {
        assertThat(KafkaDirectory.topics(directories(), 1)).isEmpty();
    }
}
