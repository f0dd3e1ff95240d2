package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import java.util.Map;

/// Times and memory around a start.
final class Starts {
    private static final String TOPIC = "bench";
    private static final long IDLE_MS = 5000;
    private static final long LOAD_MS = 2000;

    private Starts() {}

    /// Milliseconds from the birth of the process, on an empty directory, to the first acknowledged
    /// record.
    static double fresh(Subject subject) throws Exception {
        return subject.measure(
                server -> {
                    server.prepare();
                    return firstAcknowledged(server);
                });
    }

    /// The same after `kill -9` under load, with so many bytes in the log.
    static double afterKill(Subject subject, long bytes) throws Exception {
        return subject.measure(
                server -> {
                    server.start();
                    try (Writer writer = new Writer(server.bootstrap())) {
                        writer.write(TOPIC, bytes);
                        Thread load = writer.writeOn(TOPIC);
                        Thread.sleep(LOAD_MS);
                        server.kill();
                        load.interrupt();
                        load.join();
                    }
                    return firstAcknowledged(server);
                });
    }

    private static double firstAcknowledged(ServerUnderTest server) throws Exception {
        try (Writer writer = new Writer(server.bootstrap())) {
            long begin = System.nanoTime();
            server.spawn();
            writer.writeOne(TOPIC);
            return (System.nanoTime() - begin) / 1e6;
        }
    }

    /// Resident megabytes five seconds after the start.
    static double idleMemory(Subject subject) throws Exception {
        return subject.measure(
                server -> {
                    server.start();
                    Thread.sleep(IDLE_MS);
                    return ProcessFacts.residentMb(server.pid());
                });
    }

    /// Megabytes per second that Zurau takes with a heap of 256 MB.
    static double smallHeap(long bytes) throws Exception {
        return Subject.ZURAU.measure(
                Map.of("ZURAU_JVM_OPTIONS", "-Xmx256m"),
                server -> {
                    server.start();
                    try (Writer writer = new Writer(server.bootstrap())) {
                        long begin = System.nanoTime();
                        writer.write(TOPIC, bytes);
                        return bytes / 1e6 / ((System.nanoTime() - begin) / 1e9);
                    }
                });
    }
}
