package io.zurau.cli;

import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that every command has which talks to a cluster.
final class ClientOptions {
    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description =
                    "Brokers to ask first for all the others, separated by commas (default: localhost:9092).")
    private @Nullable String bootstrapServer;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting of the client by Kafka's name, for example --set linger.ms=20. May be given several times.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /// The settings of a client, with what the command itself wants by default.
    Map<String, String> with(Map<String, String> ofCommand) {
        Map<String, String> all = new LinkedHashMap<>(ofCommand);
        all.putAll(settings);
        if (bootstrapServer != null) {
            all.put("bootstrap.servers", bootstrapServer);
        }
        return all;
    }

    /// Whether any of them was given.
    boolean isGiven() {
        return bootstrapServer != null || !settings.isEmpty();
    }

    /// The real world.
    static Seams seams() {
        return new Seams(
                new SystemClock(),
                new ThreadTasks(ClientOptions::bug),
                new SocketNetwork(),
                new SecureRandomness());
    }

    private static void bug(Thread task, Throwable failure) {
        System.err.println("zurau: a bug ended \"" + task.getName() + "\": " + failure);
    }
}
