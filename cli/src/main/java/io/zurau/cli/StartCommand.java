package io.zurau.cli;

import io.zurau.runtime.FileDisk;
import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Settings;
import io.zurau.server.ServerConfig;
import io.zurau.server.ZurauServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `zurau start`: runs a broker in the foreground until it is told to stop.
final class StartCommand {
    private static final Option DATA_DIRECTORY =
            Option.of(
                    "--data-dir",
                    "DIR",
                    "Where everything is kept (default: ./data, or log.dirs of --config).");
    private static final Option LISTEN =
            Option.of(
                    "--listen",
                    "HOST:PORT",
                    "Where clients connect; port 0 picks a free one (default: localhost:9092, or listeners of --config).");
    private static final Option NODE_ID =
            Option.of(
                    "--node-id",
                    "N",
                    "The number of this node (default: 1, or node.id of --config).");
    private static final Option VOTERS =
            Option.of(
                    "--voters",
                    "ID@HOST:PORT,…",
                    "The nodes that keep the cluster's metadata, the same on every node (default: none, this node is alone).");
    private static final Option CONFIG =
            Option.of(
                    "--config",
                    "FILE",
                    "Settings by Kafka's names; a server.properties of a single-node Kafka works.");
    private static final Option SET =
            Option.of("--set", "KEY=VALUE", "One setting, over the file's.").manyTimes();
    private static final Option STOP_WITH_INPUT =
            Option.flag(
                    "--stop-with-input",
                    "Also stops when its standard input ends: for a program that starts a node and must not leave it behind.");

    static final Command COMMAND =
            new Command(
                    "start",
                    "Runs a broker until it is stopped (Ctrl-C or SIGTERM). Says one line when it is ready.",
                    "",
                    0,
                    List.of(DATA_DIRECTORY, LISTEN, NODE_ID, VOTERS, CONFIG, SET, STOP_WITH_INPUT),
                    List.of(
                            "Examples:",
                            "  zurau start",
                            "  zurau start --data-dir /var/lib/zurau --listen 0.0.0.0:9092",
                            "  zurau start --config server.properties --set log.retention.hours=24",
                            "",
                            "Exit codes: 0 stopped, 1 failed while running, 2 refused to start."),
                    StartCommand::run);

    private static final Pattern ADDRESS = Pattern.compile("(\\[[^]]*]|[^:/,]*):(\\d{1,5})");

    private StartCommand() {}

    private static int run(Given given, PrintWriter out) throws InterruptedException {
        if (given.has(STOP_WITH_INPUT)) {
            Thread.ofPlatform().daemon().name("input").start(StartCommand::stopWithInput);
        }
        ZurauServer server =
                ZurauServer.start(
                        ServerConfig.from(settings(given)),
                        ClientOptions.seams(),
                        StartCommand::disk);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
        out.printf(
                "Zurau is ready on %s (data in %s).%n", server.address(), server.dataDirectory());
        out.flush();
        new CountDownLatch(1).await(); // The signal ends the process.
        return 0;
    }

    /// Stops with everything synced, and with exit code 0 where a signal alone would give 143.
    private static void stop(ZurauServer server) {
        try {
            server.close();
            Runtime.getRuntime().halt(0);
        } catch (RuntimeException e) {
            System.err.println("zurau: it did not stop cleanly, the next start recovers: " + e);
            Runtime.getRuntime().halt(1);
        }
    }

    /// Also while it starts, which may wait for other nodes.
    private static void stopWithInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // As good as an end.
        }
        System.exit(0);
    }

    static FileDisk disk(String directory) {
        return new FileDisk(Path.of(directory));
    }

    /// The file's settings, and the command line's over them.
    private static Map<String, String> settings(Given given) {
        Map<String, String> settings = new LinkedHashMap<>();
        String file = given.text(CONFIG);
        if (file != null) {
            settings.putAll(read(Path.of(file)));
        }
        String directory = given.text(DATA_DIRECTORY);
        if (directory != null) {
            settings.remove("log.dir");
            settings.put("log.dirs", directory);
        }
        String listen = given.text(LISTEN);
        if (listen != null) {
            checkAddress(listen);
            settings.remove("advertised.listeners");
            settings.remove("inter.broker.listener.name");
            settings.put("listeners", "PLAINTEXT://" + listen);
        }
        if (given.has(NODE_ID)) {
            settings.remove("broker.id");
            settings.put("node.id", String.valueOf(given.number(NODE_ID, 0)));
        }
        String voters = given.text(VOTERS);
        if (voters != null) {
            settings.put("controller.quorum.voters", voters);
        }
        settings.putAll(given.pairs(SET));
        return settings;
    }

    private static void checkAddress(String listen) {
        Matcher matcher = ADDRESS.matcher(listen);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw new UsageError(
                    "--listen is \"%s\", but must be HOST:PORT with a port from 0 to 65535."
                            .formatted(listen));
        }
    }

    private static Map<String, String> read(Path file) {
        try {
            return Settings.read(text(file));
        } catch (NoSuchFileException e) {
            throw new UsageError("The settings file %s (--config) does not exist.".formatted(file));
        } catch (IOException | InvalidSetting e) {
            throw new UsageError(
                    "The settings file %s (--config) cannot be read: %s"
                            .formatted(file, e.getMessage()));
        }
    }

    /// In UTF-8, or else as Kafka reads it.
    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
    }
}
