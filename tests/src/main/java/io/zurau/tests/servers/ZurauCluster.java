package io.zurau.tests.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Several nodes of Zurau, each in a process of its own, that make one cluster. Nodes are numbered
/// from 1.
public final class ZurauCluster implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> settings;
    private final String voters;
    private final List<ZurauProcess> nodes = new ArrayList<>();

    /// @param settings of every node
    public ZurauCluster(Path directory, int size, Map<String, String> settings) {
        this.directory = directory;
        this.settings = settings;
        this.voters =
                IntStream.rangeClosed(1, size)
                        .mapToObj(id -> id + "@127.0.0.1:" + Workspace.freePort())
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
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.put("node.id", Integer.toString(id));
        own.put("controller.quorum.voters", voters);
        ZurauProcess node = new ZurauProcess(directory.resolve("node" + id), own);
        nodes.add(node);
        return node;
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
