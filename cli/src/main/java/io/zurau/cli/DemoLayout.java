package io.zurau.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Where the nodes of `zurau cluster demo` listen, and keep their data. Nodes are numbered from 1.
///
/// @param firstPort of node 1 for clients; the others have the ports behind it
/// @param quorumPorts of all nodes, in their order
record DemoLayout(Path directory, int firstPort, List<Integer> quorumPorts) {
    private static final String HOST = "127.0.0.1";
    private static final int REPLICAS = 3;

    int size() {
        return quorumPorts.size();
    }

    String address(int node) {
        return HOST + ":" + (firstPort + node - 1);
    }

    Path dataDirectory(int node) {
        return directory.resolve("node" + node);
    }

    String voters() {
        return IntStream.rangeClosed(1, size())
                .mapToObj(node -> node + "@" + HOST + ":" + quorumPorts.get(node - 1))
                .collect(Collectors.joining(","));
    }

    /// What `zurau` is called with to start a node.
    List<String> startArguments(int node) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "start",
                                "--node-id",
                                String.valueOf(node),
                                "--listen",
                                address(node),
                                "--voters",
                                voters(),
                                "--data-dir",
                                dataDirectory(node).toString()));
        if (size() >= REPLICAS) {
            arguments.addAll(
                    List.of(
                            "--set",
                            "default.replication.factor=" + REPLICAS,
                            "--set",
                            "min.insync.replicas=" + (REPLICAS - 1)));
        } else {
            arguments.addAll(List.of("--set", "offsets.topic.replication.factor=1"));
        }
        return List.copyOf(arguments);
    }
}
