package io.zurau.tests.conformance;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.tests.servers.KafkaProcess;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.ToolHost;
import io.zurau.tests.servers.Workspace;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The processes that many test classes share, each started when first asked for.
///
/// **Guard:** `startLock`.
public final class Shared {
    private static final ReentrantLock START_LOCK = new ReentrantLock();

    /// Groups begin at once, instead of waiting three seconds for more members.
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "group.initial.rebalance.delay.ms", "0",
                    "group.streams.initial.rebalance.delay.ms", "0",
                    "group.streams.assignment.interval.ms", "0");

    private static final AtomicInteger NAMES = new AtomicInteger();

    @GuardedBy("START_LOCK")
    private static @Nullable ServerUnderTest server;

    @GuardedBy("START_LOCK")
    private static @Nullable ServerUnderTest reference;

    @GuardedBy("START_LOCK")
    private static @Nullable ToolHost toolHost;

    private Shared() {}

    /// The broker that the tests are about.
    public static ServerUnderTest server() {
        START_LOCK.lock();
        try {
            ServerUnderTest started = server;
            if (started == null) {
                started = ServerUnderTest.create(Workspace.newDirectory("shared"), SETTINGS);
                started.start();
                server = started;
            }
            return started;
        } finally {
            START_LOCK.unlock();
        }
    }

    /// Apache Kafka, where behaviour is compared.
    public static ServerUnderTest reference() {
        START_LOCK.lock();
        try {
            ServerUnderTest started = reference;
            if (started == null) {
                started =
                        new KafkaProcess(Workspace.newDirectory("reference"), withTelemetry())
                                .alsoOnClasspath(Workspace.testClasses());
                started.start();
                reference = started;
            }
            return started;
        } finally {
            START_LOCK.unlock();
        }
    }

    /// Kafka takes clients' metrics only where something receives them.
    private static Map<String, String> withTelemetry() {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("metric.reporters", "io.zurau.tests.conformance.TelemetryReceiver");
        return settings;
    }

    /// The JVM that runs Kafka's tools; a new one after a tool ran out of time.
    static ToolHost toolHost() {
        START_LOCK.lock();
        try {
            ToolHost started = toolHost;
            if (started == null || !started.alive()) {
                started = ToolHost.start();
                toolHost = started;
            }
            return started;
        } finally {
            START_LOCK.unlock();
        }
    }

    public static String bootstrap() {
        return server().bootstrap();
    }

    /// A topic or group name that no other test uses.
    public static String name(String prefix) {
        return prefix + "-" + NAMES.incrementAndGet();
    }
}
