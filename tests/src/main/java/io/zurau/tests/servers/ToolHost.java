package io.zurau.tests.servers;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs Apache Kafka's command-line tools one after the other in one long-lived JVM
/// ([ToolHostMain]), because starting a JVM for each costs a second. A tool that exceeds its time
/// ends that JVM, and this object with it.
///
/// **Guard:** one thread at a time; `run` is synchronous.
public final class ToolHost implements AutoCloseable {
    /// What a tool did.
    ///
    /// @param exitCode what it would have left the process with
    /// @param text standard output
    /// @param errors standard error
    public record Result(int exitCode, String text, String errors) {
        /// Standard output's lines.
        public List<String> lines() {
            return text.lines().toList();
        }

        /// Both streams, for a failure's message.
        @Override
        public String toString() {
            return "exit code " + exitCode + "\n--- output\n" + text + "--- errors\n" + errors;
        }
    }

    private final ChildProcess process;
    private final DataOutputStream requests;
    private final DataInputStream answers;

    private ToolHost(ChildProcess process) {
        this.process = process;
        this.requests = new DataOutputStream(process.standardInput());
        this.answers = new DataInputStream(process.standardOutput());
    }

    /// Starts the JVM with the jars that `tests/kafka-tools` gathered.
    public static ToolHost start() {
        String classes = Workspace.root().resolve("tests/target/classes").toString();
        String jars = Workspace.jars("kafka-tools").replace("/*", "");
        List<String> command = command(classes, ToolHostMain.class.getName(), jars);
        Path errors = Workspace.newDirectory("tool-host").resolve("errors.out");
        return new ToolHost(ChildProcess.startPiped("The tool host", command, Map.of(), errors));
    }

    /// What starts one tool in a JVM of its own; its arguments are still to be added.
    public static List<String> command(String mainClass) {
        return command(Workspace.jars("kafka-tools"), mainClass);
    }

    private static List<String> command(String classPath, String... mainAndArguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Workspace.java(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                classPath));
        command.addAll(List.of(mainAndArguments));
        return command;
    }

    /// Runs a tool by its main class.
    public Result run(String mainClass, List<String> arguments, byte[] input, int limitSeconds) {
        try {
            requests.writeUTF(mainClass);
            requests.writeInt(arguments.size());
            for (String argument : arguments) {
                requests.writeUTF(argument);
            }
            requests.writeInt(input.length);
            requests.write(input);
            requests.writeInt(limitSeconds);
            requests.flush();
            int exitCode = answers.readInt();
            return new Result(exitCode, readText(), readText());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    mainClass + " " + arguments + " did not end: " + process.output(), e);
        }
    }

    private String readText() throws IOException {
        return new String(answers.readNBytes(answers.readInt()), StandardCharsets.UTF_8);
    }

    public boolean alive() {
        return process.alive();
    }

    @Override
    public void close() {
        process.close();
    }
}
