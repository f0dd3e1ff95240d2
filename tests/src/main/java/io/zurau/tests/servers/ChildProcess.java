package io.zurau.tests.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A process that this JVM started, with its output in a file. It does not outlive this JVM.
public final class ChildProcess implements AutoCloseable {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "end-children"));
    }

    private final Process process;
    private final Path outputFile;
    private final String name;

    private ChildProcess(String name, Process process, Path outputFile) {
        this.name = name;
        this.process = process;
        this.outputFile = outputFile;
    }

    /// Starts with both output streams going to `outputFile`, which is replaced.
    public static ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Path outputFile) {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(outputFile.toFile());
        return start(name, builder, environment, outputFile);
    }

    /// Starts with standard input and output as pipes for the caller and standard error in a file.
    public static ChildProcess startPiped(
            String name, List<String> command, Map<String, String> environment, Path errorFile) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errorFile.toFile());
        return start(name, builder, environment, errorFile);
    }

    /// Starts as a shell does with `< input > output`; [#output] is then standard error.
    ///
    /// @param input `/dev/null` for nothing
    public static ChildProcess startRedirected(
            String name, List<String> command, Path input, Path output) {
        Path errors = output.resolveSibling(output.getFileName() + ".errors");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(input.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        return start(name, builder, Map.of(), errors);
    }

    private static ChildProcess start(
            String name, ProcessBuilder builder, Map<String, String> environment, Path outputFile) {
        try {
            Path parent = outputFile.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            builder.environment().putAll(environment);
            Process process = builder.start();
            ALIVE.add(process);
            process.onExit().thenAccept(ALIVE::remove);
            return new ChildProcess(name, process, outputFile);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + name + ": " + builder.command(), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    public OutputStream standardInput() {
        return process.getOutputStream();
    }

    public InputStream standardOutput() {
        return process.getInputStream();
    }

    /// What the output file holds now.
    public String output() {
        try {
            return new String(Files.readAllBytes(outputFile), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for a line of the output that has a match.
    public Matcher awaitOutput(Pattern pattern, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean ended = !process.isAlive();
            Matcher matcher = pattern.matcher(output());
            if (matcher.find()) {
                return matcher;
            }
            if (ended) {
                throw failure("ended with exit code " + process.exitValue());
            }
            if (System.nanoTime() > deadline) {
                throw failure("did not print " + pattern + " within " + limit);
            }
            pause();
        }
    }

    /// Waits a moment, less when the process ends.
    void pause() {
        try {
            process.waitFor(10, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was being waited for when the test was interrupted");
        }
    }

    /// Waits for the end and returns the exit code; past the limit the process is killed and this
    /// fails.
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw failure("did not end within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw failure("was being waited for when the test was interrupted");
        }
    }

    /// SIGTERM.
    public void terminate() {
        process.destroy();
    }

    /// SIGKILL; returns when the process is gone.
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    IllegalStateException failure(String what) {
        String all = output();
        String tail = all.length() > 4000 ? "…" + all.substring(all.length() - 4000) : all;
        return new IllegalStateException(name + " " + what + ". It printed:\n" + tail);
    }
}
