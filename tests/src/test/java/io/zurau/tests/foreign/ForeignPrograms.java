package io.zurau.tests.foreign;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/// Brings kcat and kafkajs under `tests/target` when they are first needed.
final class ForeignPrograms {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private ForeignPrograms() {}

    /// The command kcat; the test that asks is skipped where it cannot be had.
    static Path kcat() {
        return fetched("kcat", "kcat");
    }

    /// The folder with kafkajs in its `node_modules`; the test that asks is skipped where it cannot
    /// be had.
    static Path kafkajs() {
        Path folder = fetched("kafkajs", "complete").getParent();
        if (folder == null) {
            throw new IllegalStateException("kafkajs has no folder.");
        }
        return folder;
    }

    /// One JVM at a time: others may run what it would write over.
    private static Path fetched(String program, String proof) {
        Path tests = Workspace.root().resolve("tests");
        Path target = tests.resolve("target");
        Path folder = target.resolve(program);
        Path complete = folder.resolve(proof);
        try (FileChannel file = FileChannel.open(target.resolve(program + ".lock"), CREATE, WRITE);
                FileLock _ = file.lock()) {
            if (!Files.exists(complete)) {
                fetch(program, tests, folder);
            }
            return complete;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fetch(String program, Path tests, Path folder) {
        List<String> command =
                List.of(tests.resolve("src/build/fetch-" + program).toString(), folder.toString());
        Path output = Workspace.newDirectory("fetch").resolve(program + ".out");
        try (ChildProcess fetch = ChildProcess.start(program, command, Map.of(), output)) {
            int exitCode = fetch.awaitExit(LIMIT);
            Assumptions.assumeTrue(
                    exitCode == 0, () -> program + " could not be brought: " + fetch.output());
        }
    }
}
