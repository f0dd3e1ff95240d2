package io.zurau.cli;

import io.zurau.server.ServerConfig;
import io.zurau.server.ZurauServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The run from which the build makes the AOT cache: what people do first, once, in one JVM.
///
/// Only the build calls it (`src/build/make-aot-cache`).
final class Training {
    private static final int RECORDS = 20_000;
    private static final String TOPIC = "training";

    private Training() {}

    /// @param arguments a directory that does not exist yet
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Map<String, String> settings =
                Map.of("log.dirs", directory.toString(), "listeners", "PLAINTEXT://127.0.0.1:0");
        for (int start = 0; start < 2; start++) { // A new directory, then one with records.
            ZurauServer server =
                    ZurauServer.start(
                            ServerConfig.from(settings), ClientOptions.seams(), StartCommand::disk);
            try {
                use(server.address(), directory.resolveSibling("lines"));
            } finally {
                server.close();
            }
        }
    }

    private static void use(String address, Path lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < RECORDS; i++) {
            text.append("key").append(i).append("=value ").append(i).append('\n');
        }
        Files.writeString(lines, text);
        String most = String.valueOf(RECORDS);
        expect(
                run("topic", "create", TOPIC, "--partitions", "3", "--if-not-exists", "-b", address)
                        + run("topic", "list", "--output", "json", "-b", address)
                        + run("topic", "describe", TOPIC, "-b", address)
                        + run("cluster", "-b", address)
                        + run(
                                "produce",
                                TOPIC,
                                "--file",
                                lines.toString(),
                                "-k",
                                "=",
                                "-b",
                                address)
                        + run("consume", TOPIC, "--from-beginning", "-n", most, "-b", address)
                        + run(
                                "consume",
                                TOPIC,
                                "--from-beginning",
                                "-g",
                                TOPIC,
                                "-n",
                                "5",
                                "-b",
                                address)
                        + run(
                                "consume",
                                TOPIC,
                                "--from-beginning",
                                "-o",
                                "json",
                                "-n",
                                "5",
                                "-b",
                                address));
    }

    private static int run(String... arguments) {
        return Main.run(arguments);
    }

    private static void expect(int exitCodes) {
        if (exitCodes != 0) {
            throw new IllegalStateException("A command of the training run failed.");
        }
    }
}
