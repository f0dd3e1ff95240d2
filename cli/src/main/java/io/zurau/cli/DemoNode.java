package io.zurau.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One node of a demo: a process of this same program. What it says on standard error goes to ours,
/// with the node's name in front.
///
/// Its output is read by two threads of its own, which end with it; what they learn is volatile.
final class DemoNode {
    private static final String READY = "Zurau is ready";

    private final int number;
    private final Process process;
    private final Thread errors;
    private final Consumer<DemoNode> news;
    private volatile boolean ready;
    private volatile String lastLine = "it said nothing.";

    private DemoNode(int number, Process process, Consumer<DemoNode> news) {
        this.number = number;
        this.news = news;
        this.process = process;
        this.errors = read(process.getErrorStream(), this::complained);
    }

    /// @param news is told once when the node is ready, and once when it has ended
    static DemoNode start(int number, List<String> arguments, Consumer<DemoNode> news)
            throws IOException {
        List<String> command = new ArrayList<>(thisProgram());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        DemoNode node = new DemoNode(number, process, news);
        Thread output = node.read(process.getInputStream(), node::said);
        process.onExit()
                .thenRun(
                        () -> {
                            join(output);
                            news.accept(node);
                        });
        return node;
    }

    /// The command line of this JVM up to the main class.
    private static List<String> thisProgram() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return command;
    }

    private Thread read(InputStream stream, Consumer<String> line) {
        return Thread.ofVirtual()
                .start(
                        () -> {
                            try (BufferedReader lines =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    stream, StandardCharsets.UTF_8))) {
                                lines.lines().forEach(line);
                            } catch (IOException | UncheckedIOException e) {
                                // The process has ended.
                            }
                        });
    }

    private void complained(String line) {
        lastLine = line;
        System.err.println("node" + number + " | " + line);
    }

    private void said(String line) {
        if (line.startsWith(READY)) {
            ready = true;
            news.accept(this);
        }
    }

    int number() {
        return number;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isReady() {
        return ready;
    }

    /// How it ended, for the end of a sentence.
    String end() {
        join(errors);
        return "with exit code %d: %s".formatted(process.exitValue(), lastLine);
    }

    /// SIGTERM.
    void terminate() {
        process.destroy();
    }

    /// Waits for the end, and past the limit makes one.
    ///
    /// @return false if it had to be killed
    boolean awaitEnd(long deadlineNanos) throws InterruptedException {
        if (process.waitFor(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        process.destroyForcibly().waitFor();
        return false;
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(1)); // A grandchild might hold the pipe open.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
