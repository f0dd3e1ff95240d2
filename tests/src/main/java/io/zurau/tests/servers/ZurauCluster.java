package io.zurau.tests.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Several nodes of Zurau, each in a process of its own, that make one cluster. Nodes are numbered
/// from 1.
public final class ZurauCluster implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> settings;
    private final IntFunction<Host> hosts;
    private final String voters;
    private final List<ZurauProcess> nodes = new ArrayList<>();

    /// @param settings of every node; `%d` in a value stands for the node's number
    public ZurauCluster(Path directory, int size, Map<String, String> settings) {
        this(directory, size, settings, _ -> Host.LOCAL);
    }

    /// The same, each node in a network of its own.
    public ZurauCluster(
            Path directory, int size, Map<String, String> settings, CuttableNetwork network) {
        this(directory, size, settings, network::host);
    }

    private ZurauCluster(
            Path directory, int size, Map<String, String> settings, IntFunction<Host> hosts) {
        this.directory = directory;
        this.settings = settings;
        this.hosts = hosts;
        this.voters =
                IntStream.rangeClosed(1, size)
                        .mapToObj(
                                id ->
                                        "%d@%s:%d"
                                                .formatted(
                                                        id,
                                                        hosts.apply(id).address(),
                                                        Workspace.freePort()))
                        .collect(Collectors.joining(","));
        for (int id = 1; id <= size; id++) {
            addNode();
        }
    }

    /// One more, not started yet, which does not vote and may become a voter.
    public ZurauProcess addObserver() {
        ZurauProcess node = addNode();
        node.set("controller.listener.names", "CONTROLLER");
        node.set(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(node.port(), Workspace.freePort()));
        return node;
    }

    private ZurauProcess addNode() {
        int id = nodes.size() + 1;
        Map<String, String> own = ofNode(id, settings);
        own.put("node.id", Integer.toString(id));
        own.put("controller.quorum.voters", voters);
        Path home = directory.resolve("node" + id);
        ZurauProcess node =
                new ZurauProcess(home, home.resolve("data"), own, Map.of(), hosts.apply(id));
        nodes.add(node);
        return node;
    }

    static Map<String, String> ofNode(int id, Map<String, String> settings) {
        Map<String, String> own = new LinkedHashMap<>();
        settings.forEach((key, value) -> own.put(key, value.replace("%d", Integer.toString(id))));
        return own;
    }

    public ZurauCluster start() {
        nodes.forEach(ZurauProcess::spawn);
        nodes.forEach(ZurauProcess::awaitReady);
        return this;
    }

    public ZurauProcess node(int id) {
        return nodes.get(id - 1);
    }

    public List<ZurauProcess> nodes() {
        return List.copyOf(nodes);
    }

    public String bootstrap() {
        return nodes.stream().map(ZurauProcess::bootstrap).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.forEach(ZurauProcess::close);
    }
}
