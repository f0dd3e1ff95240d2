package io.zurau.log;

import static io.zurau.log.Fixture.append;
import static io.zurau.log.Fixture.orders;
import static io.zurau.log.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs of Apache Kafka that cannot be taken over stay as they are, however often we start.
class TakeOverTest {
    private static final TopicPartition OTHER = new TopicPartition("other", 0);

    @TempDir Path path;
    private Path segment;

    @BeforeEach
    void kafkaLeavesALog() throws IOException {
        Path log = Files.createDirectory(path.resolve("orders-0"));
        segment = log.resolve("00000000000000000000.log");
        try (KafkaLog kafka = new KafkaLog(log.toFile(), true, Map.of())) {
            for (int i = 0; i < 20; i++) {
                kafka.append("kafka " + i);
            }
        }
    }

    /// A message as brokers wrote it before there were batches.
    private static byte[] oldMessage(long offset, int format) {
        ByteBuffer message = ByteBuffer.allocate(60);
        message.putLong(offset).putInt(60 - 12).putInt(0).put((byte) format);
        CRC32 crc = new CRC32();
        crc.update(message.array(), 16, 60 - 16);
        return message.putInt(12, (int) crc.getValue()).array();
    }

    private void putInFront(byte[] message) throws IOException {
        byte[] batches = Files.readAllBytes(segment);
        Files.write(
                segment,
                ByteBuffer.allocate(message.length + batches.length)
                        .put(message)
                        .put(batches)
                        .array());
    }

    private void isRefusedAndKept() throws IOException {
        byte[] before = Files.readAllBytes(segment);
        for (int start = 0; start < 3; start++) {
            try (LogDirectory directory = Fixture.open(path)) {
                assertThat(orders(directory).read(0, 1000, Long.MAX_VALUE, true))
                        .isInstanceOf(ReadOutcome.Refused.class);
                PartitionLog other =
                        directory
                                .find(OTHER)
                                .orElseGet(
                                        () ->
                                                directory.create(
                                                        OTHER, new Uuid(5, 6), Fixture.DEFAULTS));
                append(other, "x");
                assertThat(read(other, 0)).hasSize(start + 1);
            }
            assertThat(Files.readAllBytes(segment)).isEqualTo(before);
        }
    }

    @Test
    void oldMessagesOfAKafkaThatWasKilledAreNotCutOff() throws IOException {
        putInFront(oldMessage(0, 1));
        isRefusedAndKept();
    }

    @Test
    void oldMessagesOfAKafkaThatStoppedCleanlyAreNotCutOff() throws IOException {
        putInFront(oldMessage(0, 0));
        Files.createFile(path.resolve(".kafka_cleanshutdown"));
        isRefusedAndKept();
    }

    @Test
    void aDamagedLogOfAKafkaThatStoppedCleanlyIsNotCut() throws IOException {
        byte[] batches = Files.readAllBytes(segment);
        batches[8] = 99; // The first batch's length.
        Files.write(segment, batches);
        Files.createFile(path.resolve(".kafka_cleanshutdown"));
        isRefusedAndKept();
    }

    /// Its log is refused, the others are not.
    @Test
    void aDamagedMarkerIsNotRead() throws IOException {
        ByteBuffer marker = Keyed.marker(7, true, 1_000);
        marker.putLong(0, 20); // Its offset.
        marker.put(RecordBatch.HEADER_SIZE, (byte) 99); // The length of its record.
        byte[] bytes = new byte[marker.remaining()];
        marker.get(bytes);
        Files.write(segment, bytes, StandardOpenOption.APPEND);
        Files.createFile(path.resolve(".kafka_cleanshutdown"));
        isRefusedAndKept();
    }

    @Test
    void aRecoveryPointNeedNotBeWhereASegmentBegins() throws IOException {
        Files.writeString(path.resolve("recovery-point-offset-checkpoint"), "0\n1\norders 0 20\n");
        try (LogDirectory directory = Fixture.open(path)) {
            assertThat(read(orders(directory), 0)).hasSize(20);
        }
    }

    @Test
    void aRefusalSaysWhatToDo() throws IOException {
        putInFront(oldMessage(0, 1));
        try (LogDirectory directory = Fixture.open(path)) {
            assertThat(orders(directory).read(0, 1000, Long.MAX_VALUE, true))
                    .isInstanceOfSatisfying(
                            ReadOutcome.Refused.class,
                            refused ->
                                    assertThat(refused.reason())
                                            .contains("format 1")
                                            .contains("copy the topic"));
        }
    }
}
