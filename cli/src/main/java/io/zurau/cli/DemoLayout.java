package io.zurau.cli;

import io.zurau.runtime.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Where the nodes of `zurau cluster demo` listen, and keep their data. Nodes are numbered from 1.
///
/// @param firstPort of node 1 for clients; the others have the ports behind it
record DemoLayout(Path directory, int size, int firstPort) {
    /// The quorum's ports are so far behind the clients'.
    static final int QUORUM_PORTS = 100;

    private static final String FILE = "demo.properties";
    private static final String HOST = "127.0.0.1";
    private static final int REPLICAS = 3;

    /// That of the demo whose data is in a directory, else `otherwise`. Voters keep their addresses
    /// for good, so a second start needs those of the first.
    ///
    /// @throws UsageError if the directory has something else
    static DemoLayout remembered(DemoLayout otherwise) throws IOException {
        Path file = otherwise.directory.resolve(FILE);
        if (!Files.exists(file)) {
            return otherwise;
        }
        Map<String, String> settings = Settings.read(Files.readString(file));
        try {
            return new DemoLayout(
                    otherwise.directory,
                    Integer.parseInt(settings.getOrDefault("nodes", "")),
                    Integer.parseInt(settings.getOrDefault("port", "")));
        } catch (NumberFormatException e) {
            throw new UsageError(
                    "%s must say nodes=N and port=PORT; name another directory with --dir."
                            .formatted(file));
        }
    }

    void remember() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve(FILE), "nodes=%d%nport=%d%n".formatted(size, firstPort));
    }

    String address(int node) {
        return HOST + ":" + (firstPort + node - 1);
    }

    Path dataDirectory(int node) {
        return directory.resolve("node" + node);
    }

    private String voters() {
        return IntStream.rangeClosed(1, size)
                .mapToObj(node -> node + "@" + HOST + ":" + (firstPort + QUORUM_PORTS + node - 1))
                .collect(Collectors.joining(","));
    }

    /// What `zurau` is called with to start a node.
    List<String> startArguments(int node) {
        List<String> arguments = new ArrayList<>(List.of("start", "--stop-with-input"));
        arguments.addAll(List.of("--node-id", String.valueOf(node)));
        arguments.addAll(List.of("--listen", address(node)));
        arguments.addAll(List.of("--voters", voters()));
        arguments.addAll(List.of("--data-dir", dataDirectory(node).toString()));
        int replicas = Math.min(size, REPLICAS);
        arguments.addAll(List.of("--set", "default.replication.factor=" + replicas));
        arguments.addAll(List.of("--set", "offsets.topic.replication.factor=" + replicas));
        arguments.addAll(List.of("--set", "min.insync.replicas=" + (replicas + 1) / 2));
        return arguments;
    }
}
