package io.zurau.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `zurau cluster demo`: several nodes on one machine, for trying things out.
///
/// **Guard:** the main thread starts the nodes and reads their news; the list of nodes is
/// thread-safe, because a signal may come while they are being started.
final class ClusterDemoCommand {
    private static final Option NODES =
            Option.of("--nodes", "N", "How many, from 1 to 5 (default: 3).");
    private static final Option DIRECTORY =
            Option.of("--dir", "DIR", "Where they keep their data (default: ./data-demo).");
    private static final Option PORT =
            Option.of(
                    "--port",
                    "PORT",
                    "Where clients connect to node 1; the other nodes have the next ports, and the quorum those 100 behind (default: 9092).");
    private static final int DEFAULT_NODES = 3;
    private static final int MOST_NODES = 5; // All vote; more voters only make a quorum slower.
    private static final int DEFAULT_PORT = 9092;
    private static final int LARGEST_PORT = 65_535;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    static final Command COMMAND =
            new Command(
                    "cluster demo",
                    "Runs several nodes on this machine until it is stopped (Ctrl-C or SIGTERM).",
                    "",
                    0,
                    List.of(NODES, DIRECTORY, PORT),
                    List.of(
                            "A second start takes up the data, the number of nodes and the ports of the first.",
                            "",
                            "Example: zurau cluster demo --nodes 5 --port 19092 --dir demo5"),
                    ClusterDemoCommand::run);

    private final DemoLayout layout;
    private final PrintWriter out;
    private final List<DemoNode> nodes = new CopyOnWriteArrayList<>();
    private final BlockingQueue<DemoNode> news = new LinkedBlockingQueue<>();
    private volatile boolean stopping;

    private ClusterDemoCommand(DemoLayout layout, PrintWriter out) {
        this.layout = layout;
        this.out = out;
    }

    private static int run(Given given, PrintWriter out) throws Exception {
        return new ClusterDemoCommand(layout(given), out).run();
    }

    static DemoLayout layout(Given given) throws IOException {
        String directory = given.text(DIRECTORY);
        int size = (int) given.number(NODES, DEFAULT_NODES, 1, MOST_NODES);
        int mostPort = LARGEST_PORT - DemoLayout.QUORUM_PORTS - MOST_NODES;
        DemoLayout asked =
                new DemoLayout(
                        Path.of(directory == null ? "data-demo" : directory),
                        size,
                        (int) given.number(PORT, DEFAULT_PORT, 1, mostPort));
        DemoLayout remembered = DemoLayout.remembered(asked);
        if ((given.has(NODES) && remembered.size() != size)
                || (given.has(PORT) && remembered.firstPort() != asked.firstPort())) {
            throw new UsageError(
                    "%s has a demo of %d nodes from port %d on; leave out --nodes and --port, or name another directory with --dir."
                            .formatted(
                                    remembered.directory(),
                                    remembered.size(),
                                    remembered.firstPort()));
        }
        return remembered;
    }

    private int run() throws Exception {
        Thread hook = new Thread(this::stopOnSignal, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        String problem = start();
        if (problem == null) {
            sayHowToUse();
            problem = awaitAllEnded();
        }
        if (stopping) {
            new CountDownLatch(1).await(); // The signal ends the process.
        }
        stop();
        Runtime.getRuntime().removeShutdownHook(hook);
        System.err.println("zurau: " + problem);
        return 1;
    }

    /// @return what went wrong; null if all nodes are ready
    private @Nullable String start() throws IOException, InterruptedException {
        layout.remember();
        long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
        for (int number = 1; number <= layout.size() && !stopping; number++) {
            nodes.add(DemoNode.start(number, layout.startArguments(number), news::add));
        }
        for (int ready = 0; ready < layout.size(); ready++) {
            DemoNode next = news.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return "Not all nodes were ready within %d s.".formatted(START_LIMIT.toSeconds());
            }
            if (!next.isReady()) {
                return "Node %d ended before all were ready, with exit code %d."
                        .formatted(next.number(), next.exitCode());
            }
        }
        return null;
    }

    private void sayHowToUse() {
        for (DemoNode node : nodes) {
            out.printf(
                    "Node %d is ready on %s (pid %d, data in %s).%n",
                    node.number(),
                    layout.address(node.number()),
                    node.pid(),
                    layout.dataDirectory(node.number()));
        }
        String bootstrap = layout.firstPort() == DEFAULT_PORT ? "" : " -b " + layout.address(1);
        out.printf("%nTry, in another terminal:%n");
        out.printf("  bin/zurau topic create orders --partitions 6%s%n", bootstrap);
        out.printf("  bin/zurau cluster%s%n%n", bootstrap);
        out.printf("Ctrl-C stops all nodes.%n");
        out.flush();
    }

    /// Tells of each node that ends; the others go on, as long as there are any.
    private String awaitAllEnded() throws InterruptedException {
        for (int ended = 0; ended < layout.size(); ended++) {
            DemoNode node = news.take();
            if (!stopping) {
                System.err.printf(
                        "zurau: Node %d ended with exit code %d.%n",
                        node.number(), node.exitCode());
            }
        }
        return "All nodes have ended.";
    }

    /// With exit code 0 where a signal alone would give 143.
    private void stopOnSignal() {
        stopping = true;
        try {
            Runtime.getRuntime().halt(stop() ? 0 : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    /// @return false if one had to be killed
    private boolean stop() throws InterruptedException {
        nodes.forEach(DemoNode::terminate);
        long deadlineNanos = System.nanoTime() + STOP_LIMIT.toNanos();
        boolean clean = true;
        for (DemoNode node : nodes) {
            if (!node.awaitEnd(deadlineNanos)) {
                System.err.printf(
                        "zurau: Node %d did not end within %d s and was killed; its next start recovers.%n",
                        node.number(), STOP_LIMIT.toSeconds());
                clean = false;
            }
        }
        return clean;
    }
}
