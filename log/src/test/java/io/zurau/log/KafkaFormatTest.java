package io.zurau.log;

import static io.zurau.log.Fixture.append;
import static io.zurau.log.Fixture.orders;
import static io.zurau.log.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.storage.internals.log.OffsetIndex;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.TimeIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Apache Kafka reads what we write, and we read what it writes.
class KafkaFormatTest {
    private static final Map<String, String> SMALL_SEGMENTS =
            Map.of("internal.segment.bytes", "4000", "index.interval.bytes", "200");

    @TempDir Path path;

    private Path log() {
        return path.resolve("orders-0");
    }

    private List<File> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(log())) {
            return files.map(Path::toFile)
                    .filter(file -> file.getName().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static long baseOf(File file) {
        return Long.parseLong(file.getName().substring(0, 20));
    }

    private List<String> write(int count) {
        List<String> written = new ArrayList<>();
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log =
                    orders(directory, "segment.bytes", "4000", "index.interval.bytes", "200");
            for (int i = 0; i < count; i++) {
                log.append(
                        Fixture.idempotent(7, 0, i, false, "value " + i), AppendOrigin.CLIENT, 0);
                written.add(i + "=value " + i);
            }
        }
        return written;
    }

    @Test
    void kafkaReadsWhatWeWrote() throws IOException {
        List<String> written = write(200);

        try (KafkaLog kafka = new KafkaLog(log().toFile(), true, SMALL_SEGMENTS)) {
            assertThat(kafka.read(0)).isEqualTo(written);
            assertThat(kafka.log.activeProducers())
                    .singleElement()
                    .satisfies(producer -> assertThat(producer.lastSequence()).isEqualTo(199));
        }
    }

    @Test
    void kafkaFindsOurIndexesSane() throws IOException {
        write(200);

        assertThat(files(".index")).hasSizeGreaterThan(3);
        for (File file : files(".index")) {
            try (OffsetIndex index = new OffsetIndex(file, baseOf(file), -1, false)) {
                index.sanityCheck();
            }
        }
        for (File file : files(".timeindex")) {
            try (TimeIndex index = new TimeIndex(file, baseOf(file), -1, false)) {
                index.sanityCheck();
                assertThat(index.entries()).isPositive();
            }
        }
    }

    @Test
    void kafkaReadsOurSnapshots() throws IOException {
        write(200);

        assertThat(files(".snapshot")).isNotEmpty();
        for (File file : files(".snapshot")) {
            assertThat(ProducerStateManager.readSnapshot(file))
                    .last()
                    .satisfies(
                            entry ->
                                    assertThat(entry.lastDataOffset()).isEqualTo(baseOf(file) - 1));
        }
    }

    @Test
    void weTakeOverALogThatKafkaStoppedCleanly() throws IOException {
        Files.createDirectories(log());
        List<String> written;
        try (KafkaLog kafka = new KafkaLog(log().toFile(), true, SMALL_SEGMENTS)) {
            for (int i = 0; i < 200; i++) {
                kafka.appendIdempotent(3, i, false, "kafka " + i);
            }
            written = kafka.read(0);
        }
        Files.createFile(path.resolve(".kafka_cleanshutdown"));

        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            assertThat(read(log, 0)).isEqualTo(written);
            assertThat(log.activeProducers())
                    .singleElement()
                    .satisfies(producer -> assertThat(producer.lastSequence()).isEqualTo(199));
            append(log, "ours");
        }

        written.add("200=ours");
        try (KafkaLog kafka = new KafkaLog(log().toFile(), false, SMALL_SEGMENTS)) {
            assertThat(kafka.read(0)).isEqualTo(written);
        }
    }

    @Test
    void weTakeOverALogOfAKafkaThatWasKilled() throws IOException {
        Files.createDirectories(log());
        try (KafkaLog kafka = new KafkaLog(log().toFile(), true, SMALL_SEGMENTS)) {
            for (int i = 0; i < 200; i++) {
                kafka.append("kafka " + i);
            }
            // Still open: its indexes are larger than their entries. A torn batch follows.
            File last = files(".log").getLast();
            Files.write(last.toPath(), new byte[100], java.nio.file.StandardOpenOption.APPEND);

            try (LogDirectory directory = Fixture.open(path)) {
                PartitionLog log = orders(directory);
                assertThat(log.logEndOffset()).isEqualTo(200);
                assertThat(read(log, 0)).hasSize(200).last().isEqualTo("199=kafka 199");
                assertThat(read(log, 77)).hasSize(123);
                append(log, "ours");
            }
            try (LogDirectory directory = Fixture.open(path)) {
                assertThat(read(orders(directory), 199))
                        .containsExactly("199=kafka 199", "200=ours");
            }
        }
    }

    @Test
    void whatKafkaWroteBetweenTwoOfOurRunsIsKept() throws IOException {
        write(10);
        try (KafkaLog kafka = new KafkaLog(log().toFile(), true, SMALL_SEGMENTS)) {
            kafka.append("kafka");
        }

        try (LogDirectory directory = Fixture.open(path)) {
            assertThat(read(orders(directory), 9)).containsExactly("9=value 9", "10=kafka");
        }
    }

    @Test
    void transactionsOfKafkaAreKnown() throws IOException {
        Files.createDirectories(log());
        try (KafkaLog kafka = new KafkaLog(log().toFile(), true, SMALL_SEGMENTS)) {
            kafka.appendIdempotent(3, 0, true, "open");
            kafka.append("plain");
        }

        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            assertThat(log.lastStableOffset(log.logEndOffset())).isZero();
            assertThat(log.activeProducers())
                    .singleElement()
                    .satisfies(
                            producer ->
                                    assertThat(producer.currentTransactionStartOffset()).isZero());
        }
    }
}
