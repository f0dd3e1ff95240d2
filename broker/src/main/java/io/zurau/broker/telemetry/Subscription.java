package io.zurau.broker.telemetry;

import io.zurau.protocol.Uuid;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// What one client shall push: all that the subscriptions ask for which it matches.
///
/// @param id differs where anything else of it does, or the client; Kafka's way to make one
/// @param metrics sorted; empty for none, one `*` for all
record Subscription(int id, SortedSet<String> metrics, int intervalMs) {
    private static final String ALL = "*";

    static Subscription of(Client client, Collection<ClientMetricsConfig> configs) {
        SortedSet<String> metrics = new TreeSet<>();
        int intervalMs = ClientMetricsConfig.DEFAULT_INTERVAL_MS;
        for (ClientMetricsConfig config : configs) {
            if (config.match().includes(client)) {
                metrics.addAll(config.metrics());
                intervalMs = Math.min(intervalMs, config.intervalMs());
            }
        }
        if (metrics.contains(ALL)) {
            metrics.retainAll(List.of(ALL));
        }
        return new Subscription(id(client.instanceId(), metrics, intervalMs), metrics, intervalMs);
    }

    private static int id(Uuid client, SortedSet<String> metrics, int intervalMs) {
        CRC32C crc = new CRC32C();
        crc.update((metrics.toString() + intervalMs).getBytes(StandardCharsets.UTF_8));
        long bits = client.mostSignificantBits() ^ client.leastSignificantBits();
        return (int) crc.getValue() ^ Long.hashCode(bits);
    }
}
