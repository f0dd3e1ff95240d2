package io.zurau.tests.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Apache Kafka from its Maven jars as one KRaft node, broker and controller in one process, with
/// its default settings but for those that a single node must change.
public final class KafkaProcess implements ServerUnderTest {
    /// As `kafka-server-start` chooses them.
    public static final List<String> DEFAULT_JVM =
            List.of(
                    "-Xmx1G",
                    "-Xms1G",
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-Djava.awt.headless=true");

    /// Quick to start and small, for tests.
    private static final List<String> TEST_JVM =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final Path properties;
    private final int port = Workspace.freePort();
    private final List<String> jvm;
    private final boolean alone;
    private String plugins = "";
    private @Nullable ChildProcess process;
    private boolean formatted;
    private int starts;

    public KafkaProcess(Path directory, Map<String, String> settings) {
        this(directory, settings, TEST_JVM);
    }

    public KafkaProcess(Path directory, Map<String, String> settings, List<String> jvm) {
        this(directory, 1, Workspace.freePort(), null, settings, jvm);
    }

    /// @param voters of a cluster of several, as `controller.quorum.voters`; null for a node alone
    KafkaProcess(
            Path directory,
            int nodeId,
            int controllerPort,
            @Nullable String voters,
            Map<String, String> settings,
            List<String> jvm) {
        this.directory = directory;
        this.jvm = jvm;
        this.alone = voters == null;
        this.properties = directory.resolve("server.properties");
        Map<String, String> all = new LinkedHashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(nodeId));
        if (voters == null) {
            all.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
        } else {
            all.put("controller.quorum.voters", voters);
        }
        all.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("log.dirs", logDirectory().toString());
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.putAll(settings);
        List<String> lines = new ArrayList<>();
        all.forEach((key, value) -> lines.add(key + "=" + value));
        try {
            Files.createDirectories(directory);
            Files.write(properties, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// For plug-ins; to be said before the start.
    public KafkaProcess alsoOnClasspath(Path classes) {
        plugins = File.pathSeparator + classes;
        return this;
    }

    /// Formats the storage.
    @Override
    public void prepare() {
        if (formatted) {
            return;
        }
        formatted = true;
        List<String> command =
                java(
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        "kafka.tools.StorageTool",
                        "format",
                        "--ignore-formatted",
                        "--cluster-id",
                        CLUSTER_ID,
                        "--config",
                        properties.toString());
        if (alone) {
            command.add("--standalone");
        }
        try (ChildProcess tool =
                ChildProcess.start(
                        "Kafka's StorageTool",
                        command,
                        Map.of(),
                        directory.resolve("format.out"))) {
            if (tool.awaitExit(START_LIMIT) != 0) {
                throw tool.failure("failed");
            }
        }
    }

    @Override
    public void start() {
        spawn();
        awaitReady();
    }

    @Override
    public void awaitReady() {
        ChildProcess running = running();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!accepts()) {
            if (!running.alive() || System.nanoTime() > deadline) {
                throw running.failure("does not accept connections on port " + port);
            }
            running.pause();
        }
    }

    @Override
    public void spawn() {
        prepare();
        starts++;
        process =
                ChildProcess.start(
                        "Apache Kafka",
                        java(jvm, "kafka.Kafka", properties.toString()),
                        Map.of(),
                        directory.resolve("kafka-" + starts + ".out"));
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> java(List<String> jvm, String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Workspace.java());
        command.addAll(jvm);
        command.add("-Xshare:auto");
        command.add("-cp");
        command.add(Workspace.jars("kafka-server") + plugins);
        command.add(main);
        command.addAll(List.of(arguments));
        return command;
    }

    private ChildProcess running() {
        if (process == null) {
            throw new IllegalStateException("Apache Kafka was not started.");
        }
        return process;
    }

    @Override
    public void kill() {
        running().kill();
    }

    @Override
    public int stop() {
        running().terminate();
        return running().awaitExit(STOP_LIMIT);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path logDirectory() {
        return directory.resolve("data");
    }

    @Override
    public long pid() {
        return running().pid();
    }

    @Override
    public String output() {
        return running().output();
    }

    @Override
    public String toString() {
        return "Apache Kafka";
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
