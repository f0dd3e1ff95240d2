package io.zurau.tests.servers;

import java.nio.file.Path;
import java.util.Map;

/// A broker in a process of its own, on one data directory and one port of 127.0.0.1. It can be
/// started again after it was stopped or killed, on the same directory and port.
public interface ServerUnderTest extends AutoCloseable {
    /// The server that the tests are about: Zurau, or Apache Kafka with `-Dserver=kafka`, which
    /// checks the tests themselves.
    ///
    /// @param settings broker settings by Kafka's names
    static ServerUnderTest create(Path directory, Map<String, String> settings) {
        return kafkaChosen()
                ? new KafkaProcess(directory, settings)
                : new ZurauProcess(directory, settings);
    }

    /// Whether the tests run against Apache Kafka instead of Zurau.
    static boolean kafkaChosen() {
        return "kafka".equals(System.getProperty("server", "zurau"));
    }

    /// What must be done once before the first start; the first start does it if nobody did.
    void prepare();

    /// Starts the process and returns when it serves clients.
    void start();

    /// Starts the process and returns at once.
    void spawn();

    /// Returns when the process that was spawned serves clients.
    void awaitReady();

    /// SIGKILL; returns when the process is gone.
    void kill();

    /// SIGTERM; returns the exit code.
    int stop();

    /// The port it listens on, the same over restarts.
    int port();

    /// Where the partitions' directories are.
    Path logDirectory();

    /// The process id of the running broker.
    long pid();

    /// What the running (or last) process printed, both streams.
    String output();

    default String bootstrap() {
        return "127.0.0.1:" + port();
    }

    /// Kills whatever still runs.
    @Override
    void close();
}
