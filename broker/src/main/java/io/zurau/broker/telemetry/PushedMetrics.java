package io.zurau.broker.telemetry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;

/// The newest value of every metric that clients push to this node; counters are summed up.
///
/// Bounded: past the bounds the clients that were silent for longest go, and what a single client
/// has too many of is not kept.
///
/// **Guard:** `metricsLock`.
public final class PushedMetrics {
    /// Kafka's clients have some two hundred.
    static final int MOST_SERIES_OF_A_CLIENT = 1_000;

    /// Of memory in all, as it is estimated: enough for five hundred clients of the usual kind.
    private static final long MOST_BYTES = 32 << 20;

    private static final int BYTES_OF_A_SERIES = 300; // Without its texts.

    private final ReentrantLock metricsLock = new ReentrantLock();

    @GuardedBy("metricsLock")
    private final LinkedHashMap<Uuid, OfClient> clients =
            new LinkedHashMap<>(16, 0.75f, true); // In the order of their last push.

    @GuardedBy("metricsLock")
    private long bytes;

    @GuardedBy("metricsLock")
    private long dropped;

    /// One series of one client as it stands.
    ///
    /// @param client who pushed it, by the names of KIP-714 (`client_id`, `client_software_name` …)
    /// @param attributes that tell apart the series of one metric
    /// @param counter whether the value is a count since the client came, else what is measured
    /// @param timeMs of the newest value, by the client's clock, since 1970-01-01 UTC
    public record Series(
            SortedMap<String, String> client,
            String name,
            Map<String, String> attributes,
            boolean counter,
            double value,
            long timeMs) {}

    private record Key(String name, Map<String, String> attributes) {
        int bytes() {
            int texts = name.length();
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                texts += attribute.getKey().length() + attribute.getValue().length();
            }
            return BYTES_OF_A_SERIES + texts;
        }
    }

    private record Value(Sample.Kind kind, double value, long timeMs) {
        Value followedBy(Sample sample) {
            double next =
                    sample.kind() == Sample.Kind.INCREASE && kind == Sample.Kind.INCREASE
                            ? value + sample.value()
                            : sample.value();
            return new Value(sample.kind(), next, sample.timeMs());
        }
    }

    private static final class OfClient {
        final Client client;
        final Map<Key, Value> series = new LinkedHashMap<>();
        long bytes;

        OfClient(Client client) {
            this.client = client;
        }
    }

    /// Every series there is.
    public List<Series> series() {
        metricsLock.lock();
        try {
            List<Series> all = new ArrayList<>();
            for (OfClient one : clients.values()) {
                one.series.forEach(
                        (key, value) ->
                                all.add(
                                        new Series(
                                                one.client.attributes(),
                                                key.name,
                                                key.attributes,
                                                value.kind != Sample.Kind.GAUGE,
                                                value.value,
                                                value.timeMs)));
            }
            return all;
        } finally {
            metricsLock.unlock();
        }
    }

    /// How many values were not kept because there were too many series.
    public long dropped() {
        metricsLock.lock();
        try {
            return dropped;
        } finally {
            metricsLock.unlock();
        }
    }

    void pushed(Client client, List<Sample> samples) {
        metricsLock.lock();
        try {
            OfClient one = clients.computeIfAbsent(client.instanceId(), _ -> new OfClient(client));
            for (Sample sample : samples) {
                keep(one, sample);
            }
            makeRoom();
        } finally {
            metricsLock.unlock();
        }
    }

    @GuardedBy("metricsLock")
    private void keep(OfClient one, Sample sample) {
        Key key = new Key(sample.name(), sample.attributes());
        Value known = one.series.get(key);
        if (known != null) {
            one.series.put(key, known.followedBy(sample));
        } else if (one.series.size() < MOST_SERIES_OF_A_CLIENT) {
            one.series.put(key, new Value(sample.kind(), sample.value(), sample.timeMs()));
            one.bytes += key.bytes();
            bytes += key.bytes();
        } else {
            dropped++;
        }
    }

    @GuardedBy("metricsLock")
    private void makeRoom() {
        Iterator<OfClient> silentFirst = clients.values().iterator();
        while (bytes > MOST_BYTES && silentFirst.hasNext()) {
            bytes -= silentFirst.next().bytes;
            silentFirst.remove();
        }
    }

    /// The client has gone.
    void forget(Uuid instanceId) {
        metricsLock.lock();
        try {
            OfClient one = clients.remove(instanceId);
            if (one != null) {
                bytes -= one.bytes;
            }
        } finally {
            metricsLock.unlock();
        }
    }
}
