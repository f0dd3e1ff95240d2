package io.zurau.tests.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Several nodes of Apache Kafka, broker and controller each, that make one cluster.
public final class KafkaCluster implements AutoCloseable {
    private final List<KafkaProcess> nodes = new ArrayList<>();

    /// @param settings of every node; `%d` in a value stands for the node's number
    public KafkaCluster(Path directory, int size, Map<String, String> settings) {
        List<Integer> ports = new ArrayList<>();
        List<String> voters = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            int port = Workspace.freePort();
            ports.add(port);
            voters.add(id + "@127.0.0.1:" + port);
        }
        for (int id = 1; id <= size; id++) {
            nodes.add(
                    new KafkaProcess(
                            directory.resolve("node" + id),
                            id,
                            ports.get(id - 1),
                            String.join(",", voters),
                            ZurauCluster.ofNode(id, settings),
                            KafkaProcess.DEFAULT_JVM));
        }
    }

    public KafkaCluster start() {
        nodes.forEach(KafkaProcess::spawn);
        nodes.forEach(KafkaProcess::awaitReady);
        return this;
    }

    public List<KafkaProcess> nodes() {
        return List.copyOf(nodes);
    }

    public String bootstrap() {
        return nodes.stream().map(KafkaProcess::bootstrap).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.forEach(KafkaProcess::close);
    }
}
