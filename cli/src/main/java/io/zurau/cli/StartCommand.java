package io.zurau.cli;

import io.zurau.runtime.FileDisk;
import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Settings;
import io.zurau.server.ServerConfig;
import io.zurau.server.StartRefused;
import io.zurau.server.ZurauServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `zurau start`: runs a broker in the foreground until it is told to stop.
@Command(
        name = "start",
        description =
                "Runs a broker until it is stopped (Ctrl-C or SIGTERM). Says one line when it is ready.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  zurau start",
            "  zurau start --data-dir /var/lib/zurau --listen 0.0.0.0:9092",
            "  zurau start --config server.properties --set log.retention.hours=24",
            "",
            "Exit codes: 0 stopped, 1 failed while running, 2 refused to start."
        })
final class StartCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where everything is kept (default: ./data, or log.dirs of --config).")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Where clients connect; port 0 picks a free one (default: localhost:9092, or listeners of --config).")
    private @Nullable String listen;

    @Option(
            names = "--node-id",
            paramLabel = "N",
            description = "The number of this node (default: 1, or node.id of --config).")
    private @Nullable Integer nodeId;

    @Option(
            names = "--voters",
            paramLabel = "ID@HOST:PORT,…",
            description =
                    "The nodes that keep the cluster's metadata, the same list on every node (default: none, this node is alone).")
    private @Nullable String voters;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings by Kafka's names; a server.properties of a single-node Kafka works.")
    private @Nullable Path configFile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, over the file's. May be given several times.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    public Integer call() throws InterruptedException {
        ZurauServer server;
        try {
            server =
                    ZurauServer.start(
                            ServerConfig.from(given()), ClientOptions.seams(), StartCommand::disk);
        } catch (StartRefused | InvalidSetting e) {
            spec.commandLine().getErr().println("zurau: " + e.getMessage());
            return 2;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
        spec.commandLine()
                .getOut()
                .printf(
                        "Zurau is ready on %s (data in %s).%n",
                        server.address(), server.dataDirectory());
        spec.commandLine().getOut().flush();
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

    static FileDisk disk(String directory) {
        return new FileDisk(Path.of(directory));
    }

    /// The file's settings, and the command line's over them.
    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        if (configFile != null) {
            given.putAll(read(configFile));
        }
        if (dataDirectory != null) {
            given.remove("log.dir");
            given.put("log.dirs", dataDirectory.toString());
        }
        if (listen != null) {
            given.remove("advertised.listeners");
            given.remove("inter.broker.listener.name");
            given.put("listeners", "PLAINTEXT://" + listen);
        }
        if (nodeId != null) {
            given.remove("broker.id");
            given.put("node.id", nodeId.toString());
        }
        if (voters != null) {
            given.put("controller.quorum.voters", voters);
        }
        given.putAll(settings);
        return given;
    }

    private static Map<String, String> read(Path file) {
        try {
            return Settings.read(Files.readString(file));
        } catch (IOException e) {
            throw new StartRefused(
                    "The settings file %s cannot be read: %s.".formatted(file, e.getMessage()), e);
        }
    }
}
