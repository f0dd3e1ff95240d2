package io.zurau.bench;

import io.zurau.tests.servers.KafkaProcess;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.util.Map;

/// One of the two that are compared.
enum Subject {
    KAFKA,
    ZURAU;

    /// What is done with a server.
    @FunctionalInterface
    interface Measurement {
        double on(ServerUnderTest server) throws Exception;
    }

    /// Measures on a server as a person starts it who changes nothing; its directory is gone
    /// afterwards.
    double measure(Measurement measurement) throws Exception {
        return measure(Map.of(), measurement);
    }

    /// @param settings by the names that both know
    double measureWith(Map<String, String> settings, Measurement measurement) throws Exception {
        return measure(settings, Map.of(), measurement);
    }

    /// @param environment for Zurau only
    double measure(Map<String, String> environment, Measurement measurement) throws Exception {
        return measure(Map.of(), environment, measurement);
    }

    private double measure(
            Map<String, String> settings, Map<String, String> environment, Measurement measurement)
            throws Exception {
        Path directory = Workspace.newDirectory("bench");
        try (ServerUnderTest server = server(directory, settings, environment)) {
            return measurement.on(server);
        } finally {
            Workspace.delete(directory);
        }
    }

    private ServerUnderTest server(
            Path directory, Map<String, String> settings, Map<String, String> environment) {
        return switch (this) {
            case KAFKA -> new KafkaProcess(directory, settings, KafkaProcess.DEFAULT_JVM);
            case ZURAU ->
                    new ZurauProcess(directory, directory.resolve("data"), settings, environment);
        };
    }
}
