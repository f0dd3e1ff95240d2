package io.zurau.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One node of a demo: a process of this same program, which ends when this one does.
///
/// Its output is read by a thread of its own, which ends with it.
final class DemoNode {
    private static final String READY = "Zurau is ready";

    private final int number;
    private final Process process;
    private volatile boolean ready;

    private DemoNode(int number, Process process) {
        this.number = number;
        this.process = process;
    }

    /// @param news is told once when the node is ready, and once when it has ended
    static DemoNode start(int number, List<String> arguments, Consumer<DemoNode> news)
            throws IOException {
        List<String> command = new ArrayList<>(thisProgram());
        command.addAll(arguments);
        // Its input stays open until this process ends, however that comes about.
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        DemoNode node = new DemoNode(number, process);
        Thread.ofVirtual().name("output of node " + number).start(() -> node.listen(news));
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

    private void listen(Consumer<DemoNode> news) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    ready = true;
                    news.accept(this);
                }
            }
        } catch (IOException e) {
            // It has ended, too.
        }
        process.onExit().join();
        news.accept(this);
    }

    int number() {
        return number;
    }

    long pid() {
        return process.pid();
    }

    boolean isReady() {
        return ready && process.isAlive();
    }

    /// Of a node that has ended.
    int exitCode() {
        return process.exitValue();
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
}
