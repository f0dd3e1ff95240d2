package io.zurau.broker;

import io.zurau.broker.connection.ConnectionLimits;
import io.zurau.broker.data.FetchLimits;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What a broker allows its clients.
///
/// @param maxBufferedBytes of requests that are being read and handled, over all connections
public record BrokerConfig(
        ConnectionLimits connections, long maxBufferedBytes, FetchLimits fetches) {
    private static final int LARGEST_REQUEST = 1 << 30; // A buffer must hold it.

    private static final Setting<Integer> MAX_CONNECTIONS =
            Setting.integer(
                            "max.connections",
                            Integer.MAX_VALUE,
                            "How many connections a listener has at most; others wait.")
                    .atLeast(1)
                    .dynamic();
    private static final Setting<Integer> MAX_CONNECTIONS_PER_IP =
            Setting.integer(
                            "max.connections.per.ip",
                            Integer.MAX_VALUE,
                            "How many connections an address may have; one more is closed at once.")
                    .atLeast(0)
                    .dynamic();
    private static final Setting<Duration> MAX_IDLE =
            Setting.duration(
                    "connections.max.idle.ms",
                    Duration.ofMinutes(10),
                    "A connection without requests for so long is closed; negative for never.");
    private static final Setting<ByteSize> MAX_REQUEST =
            Setting.bytes(
                            "socket.request.max.bytes",
                            ByteSize.ofMiB(100),
                            "The largest request that is read; a larger one closes its connection.")
                    .between(new ByteSize(1), new ByteSize(LARGEST_REQUEST))
                    .asInt();
    private static final Setting<Integer> MAX_PENDING =
            Setting.integer(
                            "max.pending.requests.per.connection",
                            64,
                            "How many requests of a connection may wait for their answers before"
                                    + " it is read no further.")
                    .between(1, 10_000);
    private static final Setting<ByteSize> MAX_BUFFERED =
            Setting.bytes(
                            "queued.max.request.bytes",
                            ByteSize.ofMiB(64),
                            "How many bytes of requests are in memory at most; a single larger"
                                    + " request is read alone.")
                    .atLeast(ByteSize.ofMiB(1));
    private static final Setting<ByteSize> MAX_FETCH =
            Setting.bytes(
                            "fetch.max.bytes",
                            ByteSize.ofMiB(55),
                            "How many bytes of records an answer to a fetch has at most.")
                    .atLeast(new ByteSize(1024))
                    .asInt();
    private static final Setting<Integer> FETCH_SESSIONS =
            Setting.integer(
                            "max.incremental.fetch.session.cache.slots",
                            1000,
                            "How many fetch sessions are remembered.")
                    .atLeast(0);
    private static final Duration SESSION_EVICTION_AGE = Duration.ofMinutes(2); // As Kafka's.

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    MAX_CONNECTIONS,
                    MAX_CONNECTIONS_PER_IP,
                    MAX_IDLE,
                    MAX_REQUEST,
                    MAX_PENDING,
                    MAX_BUFFERED,
                    MAX_FETCH,
                    FETCH_SESSIONS);

    /// Of these the numbers of connections may change while the node runs.
    public static ConnectionLimits connectionLimits(Settings settings) {
        return new ConnectionLimits(
                settings.value(MAX_CONNECTIONS),
                settings.value(MAX_CONNECTIONS_PER_IP),
                settings.value(MAX_IDLE),
                settings.value(MAX_REQUEST).toInt(),
                settings.value(MAX_PENDING));
    }

    public static BrokerConfig from(Settings settings) {
        return new BrokerConfig(
                connectionLimits(settings),
                settings.value(MAX_BUFFERED).bytes(),
                new FetchLimits(
                        settings.value(MAX_FETCH).toInt(),
                        settings.value(FETCH_SESSIONS),
                        SESSION_EVICTION_AGE));
    }
}
