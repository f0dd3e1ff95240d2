package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.FileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Apache Kafka was killed while its cleaner put one segment in the place of several.
class KafkaSwapsTest {
    private static final String FIRST = "00000000000000000000";

    @TempDir Path path;
    @TempDir Path before;

    private List<String> compacted = List.of();
    private List<String> whole = List.of();

    private Path log() {
        return path.resolve("orders-0");
    }

    private LogDirectory open(String segmentBytes) {
        String[] config = {
            "cleanup.policy",
            "compact",
            "segment.bytes",
            segmentBytes,
            "min.cleanable.dirty.ratio",
            "0"
        };
        LogDirectory directory =
                Fixture.open(new FileDisk(path), Fixture.seams(), Fixture.config(config));
        PartitionLog log = Fixture.orders(directory, config);
        log.configure(Fixture.config(config));
        log.highWatermark(log.logEndOffset());
        return directory;
    }

    /// The old segments, and in the place of the first of them the one that replaces them all.
    @BeforeEach
    void compact() throws Exception {
        try (LogDirectory directory = open("200")) {
            PartitionLog log = Fixture.orders(directory);
            for (int i = 0; i < 12; i++) {
                String record = "k" + i % 3 + "=" + i + "x".repeat(60);
                log.append(
                        Keyed.batch(System.currentTimeMillis(), record),
                        AppendOrigin.COORDINATOR,
                        0);
            }
            whole = Keyed.records(log);
        }
        try (Stream<Path> files = Files.list(log())) {
            for (Path file : files.toList()) {
                Files.copy(file, before.resolve(file.getFileName()));
            }
        }
        try (LogDirectory directory = open("100000")) {
            directory.compact();
            compacted = Keyed.records(Fixture.orders(directory));
        }
        assertThat(compacted).hasSizeLessThan(whole.size() / 2);
        for (String suffix : List.of(".log", ".index", ".timeindex")) {
            Files.move(log().resolve(FIRST + suffix), log().resolve(FIRST + suffix + ".swap"));
        }
        try (Stream<Path> files = Files.list(before)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        log().resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private List<String> records() {
        try (LogDirectory directory = open("100000")) {
            return Keyed.records(Fixture.orders(directory));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(log())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aFinishedSegmentTakesThePlaceOfAllThatItReplaces() throws Exception {
        assertThat(records()).isEqualTo(compacted);
        assertThat(names()).noneMatch(name -> name.endsWith(".swap"));
        assertThat(names().stream().filter(name -> name.endsWith(".log"))).hasSize(2);
    }

    @Test
    void anUnfinishedOneIsForgotten() throws Exception {
        Files.move(
                log().resolve(FIRST + ".timeindex.swap"),
                log().resolve(FIRST + ".timeindex.cleaned"));

        assertThat(records()).isEqualTo(whole);
        assertThat(names()).noneMatch(name -> name.endsWith(".swap") || name.endsWith(".cleaned"));
    }
}
