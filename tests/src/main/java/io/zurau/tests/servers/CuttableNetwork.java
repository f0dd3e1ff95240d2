package io.zurau.tests.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A network namespace for each of some nodes, and a bridge between them that drops what a node
/// sends and what is sent to it. This machine is on the bridge too; nobody else is. Linux, and root
/// only.
public final class CuttableNetwork implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String BRIDGE = "bridge";

    private final Path directory;
    private final String name;
    private final String subnet;
    private final List<String> namespaces = new ArrayList<>();
    private int commands;

    /// @param directory for what the commands print
    /// @throws IllegalStateException if this machine or user cannot have it
    public CuttableNetwork(Path directory, int nodes) {
        long pid = ProcessHandle.current().pid();
        this.directory = directory;
        this.name = "zu" + pid % 1_000_000;
        this.subnet = "10.77." + pid % 250 + ".";
        try {
            build(nodes);
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    private void build(int nodes) {
        namespace(hub());
        ip("-n", hub(), "link", "add", BRIDGE, "type", "bridge");
        ip("-n", hub(), "link", "set", BRIDGE, "up");
        ip("link", "add", name, "type", "veth", "peer", "name", "here", "netns", hub());
        plug("here");
        ip("address", "add", subnet + "254/24", "dev", name);
        ip("link", "set", name, "up");
        for (int node = 1; node <= nodes; node++) {
            String own = of(node);
            namespace(own);
            ip("-n", own, "link", "set", "lo", "up");
            ip(
                    "-n", own, "link", "add", "net", "type", "veth", "peer", "name", own, "netns",
                    hub());
            plug(own);
            ip("-n", own, "address", "add", subnet + node + "/24", "dev", "net");
            ip("-n", own, "link", "set", "net", "up");
        }
    }

    private String hub() {
        return name + "h";
    }

    private String of(int node) {
        return name + "n" + node;
    }

    private void namespace(String added) {
        ip("netns", "add", added);
        namespaces.add(added);
    }

    private void plug(String port) {
        ip("-n", hub(), "link", "set", port, "master", BRIDGE);
        ip("-n", hub(), "link", "set", port, "up");
    }

    Host host(int node) {
        return new Host(subnet + node, List.of("ip", "netns", "exec", of(node)));
    }

    /// From now on every packet from and to the node is lost; its connections do not break.
    public void cut(int node) {
        ip("-n", hub(), "link", "set", of(node), "nomaster");
    }

    public void heal(int node) {
        plug(of(node));
    }

    private void ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Path output = directory.resolve("ip-" + ++commands + ".out");
        try (ChildProcess process = ChildProcess.start("ip", command, Map.of(), output)) {
            if (process.awaitExit(LIMIT) != 0) {
                throw new IllegalStateException(command + " says: " + process.output());
            }
        }
    }

    @Override
    public void close() {
        // The devices go with them.
        for (String namespace : namespaces) {
            ip("netns", "delete", namespace);
        }
        namespaces.clear();
    }
}
