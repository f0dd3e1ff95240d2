package io.zurau.cli;

import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The options that every command has which talks to a cluster.
final class ClientOptions {
    static final Option BOOTSTRAP_SERVER =
            Option.of(
                    "-b --bootstrap-server",
                    "HOST:PORT",
                    "Brokers to ask first for all the others, separated by commas (default: localhost:9092).");
    static final Option SET =
            Option.of(
                            "--set",
                            "KEY=VALUE",
                            "A setting of the client by Kafka's name, for example --set linger.ms=20.")
                    .manyTimes();
    static final Option OUTPUT =
            Option.of("-o --output", "text|json", "For people or for programs (default: text).");

    private ClientOptions() {}

    /// A command's own options and these.
    static List<Option> with(Option... own) {
        return Stream.concat(Stream.of(own), Stream.of(BOOTSTRAP_SERVER, SET)).toList();
    }

    /// The settings of a client, with what the command itself wants by default.
    static Map<String, String> settings(Given given, Map<String, String> ofCommand) {
        Map<String, String> all = new LinkedHashMap<>(ofCommand);
        all.putAll(given.pairs(SET));
        String bootstrapServer = given.text(BOOTSTRAP_SERVER);
        if (bootstrapServer != null) {
            all.put("bootstrap.servers", bootstrapServer);
        }
        return all;
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
