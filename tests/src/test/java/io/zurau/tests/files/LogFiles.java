package io.zurau.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.KafkaTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The files of a log directory, and what Apache Kafka's `kafka-dump-log` says of them.
final class LogFiles {
    private final Path directory;

    LogFiles(Path directory) {
        this.directory = directory;
    }

    /// The files of all partitions of a topic whose names end so and that are not empty.
    List<Path> of(String topic, String ending) throws IOException {
        try (Stream<Path> files =
                Files.find(
                        directory, 2, (path, facts) -> facts.isRegularFile() && facts.size() > 0)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> file.toString().contains("/" + topic + "-"))
                    .sorted()
                    .toList();
        }
    }

    /// Fails unless dump-log finds nothing wrong with any file of the topic.
    void assertAcceptedByDumpLog(String topic) throws IOException {
        String logs = dump(of(topic, ".log"), "--deep-iteration", "--print-data-log");
        assertThat(logs).contains("isvalid: true").doesNotContain("isvalid: false");
        assertNothingWrong(logs);
        for (String kind : List.of(".index", ".timeindex")) {
            List<Path> indexes = of(topic, kind);
            assertNothingWrong(dump(indexes));
            assertNothingWrong(dump(indexes, "--verify-index-only"));
            String checked = dump(indexes, "--index-sanity-check");
            for (Path index : indexes) {
                assertThat(checked).contains(index.getFileName() + " passed sanity check.");
            }
        }
        assertNothingWrong(dump(of(topic, ".snapshot")));
        assertNothingWrong(dump(of(topic, ".txnindex")));
    }

    private static void assertNothingWrong(String printed) {
        assertThat(printed)
                .doesNotContain("Mismatches in")
                .doesNotContain("Non-consecutive offsets")
                .doesNotContain("Found timestamp mismatch")
                .doesNotContain("Found out of order timestamp")
                .doesNotContain("Found index")
                .doesNotContain("Exception")
                .doesNotContain("Error");
    }

    /// What dump-log prints about files; empty for none.
    static String dump(List<Path> files, String... options) {
        if (files.isEmpty()) {
            return "";
        }
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("--files");
        arguments.add(String.join(",", files.stream().map(Path::toString).toList()));
        return KafkaTool.DUMP_LOG.runAsGiven(arguments.toArray(String[]::new)).text();
    }
}
