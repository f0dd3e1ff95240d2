package io.zurau.quorum;

import static org.awaitility.Awaitility.await;

import io.zurau.metadata.TestRecords;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Nodes in this process, on the loopback interface, each with a directory of its own.
final class QuorumUnderTest implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 20_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final Path root;
    private final List<Voter> voters;
    private final Map<Integer, RaftMetadataLog> running = new TreeMap<>();
    private final Map<Integer, Uuid> directories = new TreeMap<>();
    final ConcurrentLinkedQueue<Throwable> bugs = new ConcurrentLinkedQueue<>();
    private final ExecutorService openers = Executors.newVirtualThreadPerTaskExecutor();
    QuorumTuning tuning = QuorumTuning.DEFAULT;
    List<MetadataRecord> origin = List.of();

    QuorumUnderTest(Path root, int voterCount) {
        this.root = root;
        this.voters =
                IntStream.rangeClosed(1, voterCount).mapToObj(QuorumUnderTest::onFreePort).toList();
    }

    /// Below those that the system gives to whoever connects: such a one could be taken meanwhile.
    /// And none twice in a row, for it is not listened on at once.
    static Voter onFreePort(int nodeId) {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            if (isFree(port)) {
                return new Voter(nodeId, "127.0.0.1", port);
            }
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException taken) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Voter> voters() {
        return voters;
    }

    Path directory(int nodeId) {
        return root.resolve("node-" + nodeId);
    }

    Uuid directoryId(int nodeId) {
        return directories.computeIfAbsent(nodeId, id -> new Uuid(500, id));
    }

    QuorumConfig config(int nodeId) {
        return QuorumConfig.of(nodeId, directoryId(nodeId), voters, directory(nodeId)).with(tuning);
    }

    Founding fresh() {
        return new Founding.Fresh(() -> TestRecords.CLUSTER, () -> origin);
    }

    Future<RaftMetadataLog> opening(QuorumConfig config, Founding founding) {
        return openers.submit(
                () ->
                        RaftMetadataLog.open(
                                config,
                                founding,
                                new SystemClock(),
                                new ThreadTasks((_, bug) -> bugs.add(bug))));
    }

    /// Opens them at the same time.
    QuorumUnderTest open(int... nodeIds) throws Exception {
        Map<Integer, Future<RaftMetadataLog>> opening = new TreeMap<>();
        for (int nodeId : nodeIds) {
            opening.put(nodeId, opening(config(nodeId), fresh()));
        }
        for (Map.Entry<Integer, Future<RaftMetadataLog>> one : opening.entrySet()) {
            running.put(
                    one.getKey(), one.getValue().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        }
        return this;
    }

    RaftMetadataLog open(QuorumConfig config, Founding founding) throws Exception {
        RaftMetadataLog log =
                opening(config, founding).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        running.put(config.nodeId(), log);
        return log;
    }

    RaftMetadataLog node(int nodeId) {
        RaftMetadataLog log = running.get(nodeId);
        if (log == null) {
            throw new IllegalStateException("Node " + nodeId + " does not run.");
        }
        return log;
    }

    List<Integer> runningNodes() {
        return List.copyOf(running.keySet());
    }

    void close(int nodeId) {
        node(nodeId).close();
        running.remove(nodeId);
    }

    /// Takes the disk away from a node that does not run.
    void wipe(int nodeId) throws IOException {
        try (Stream<Path> files = Files.walk(directory(nodeId))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        directories.put(nodeId, new Uuid(501, nodeId));
    }

    /// A running node that leads, according to itself and to its quorum.
    int leader() {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () ->
                                running.entrySet().stream()
                                        .filter(
                                                one ->
                                                        one.getValue()
                                                                .quorum()
                                                                .leadership()
                                                                .isBy(one.getKey()))
                                        .map(Map.Entry::getKey)
                                        .findFirst()
                                        .orElse(Leadership.NOBODY),
                        leader -> leader != Leadership.NOBODY);
    }

    int someFollower() {
        int leader = leader();
        return running.keySet().stream().filter(id -> id != leader).findFirst().orElseThrow();
    }

    /// Commits, whatever it takes.
    static long commit(RaftMetadataLog log, List<MetadataRecord> records) {
        List<ProposeOutcome> outcomes = new ArrayList<>();
        for (int attempt = 0; attempt < 20; attempt++) {
            ProposeOutcome outcome = log.propose(log.endOffset(), records);
            if (outcome instanceof ProposeOutcome.Committed committed) {
                return committed.endOffset();
            }
            outcomes.add(outcome);
        }
        throw new AssertionError("Not committed: " + outcomes);
    }

    void awaitEnd(int nodeId, long endOffset) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> node(nodeId).endOffset() >= endOffset);
    }

    @Override
    public void close() {
        // At once, as a majority is missing soon anyway.
        try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
            running.values().forEach(log -> closers.submit(log::close));
        }
        openers.shutdownNow();
    }
}
