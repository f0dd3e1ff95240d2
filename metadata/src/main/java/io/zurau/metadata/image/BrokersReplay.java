package io.zurau.metadata.image;

import io.zurau.metadata.SupportedFeatures.Levels;
import io.zurau.protocol.message.BrokerRegistrationChangeRecord;
import io.zurau.protocol.message.RegisterBrokerRecord;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The brokers' part of a [Replay].
final class BrokersReplay {
    private static final byte TURNED_ON = 1;
    private static final byte TURNED_OFF = -1;

    private final NavigableMap<Integer, BrokerImage> before;
    private @Nullable NavigableMap<Integer, BrokerImage> changed;

    BrokersReplay(NavigableMap<Integer, BrokerImage> before) {
        this.before = before;
    }

    NavigableMap<Integer, BrokerImage> image() {
        return changed == null ? before : changed;
    }

    void register(RegisterBrokerRecord record) {
        put(
                new BrokerImage(
                        record.brokerId(),
                        record.incarnationId(),
                        record.brokerEpoch(),
                        record.endPoints().stream()
                                .map(
                                        e ->
                                                new Endpoint(
                                                        e.name(),
                                                        e.host(),
                                                        e.port(),
                                                        e.securityProtocol()))
                                .toList(),
                        record.rack(),
                        record.fenced(),
                        record.inControlledShutdown(),
                        record.logDirs(),
                        features(record)));
    }

    private static SortedMap<String, Levels> features(RegisterBrokerRecord record) {
        SortedMap<String, Levels> features = new TreeMap<>();
        record.features()
                .forEach(
                        feature ->
                                features.put(
                                        feature.name(),
                                        new Levels(
                                                feature.minSupportedVersion(),
                                                feature.maxSupportedVersion())));
        return features;
    }

    void change(BrokerRegistrationChangeRecord record) {
        BrokerImage old = broker(record.brokerId());
        put(
                new BrokerImage(
                        old.nodeId(),
                        old.incarnationId(),
                        old.epoch(),
                        old.endpoints(),
                        old.rack(),
                        flag(record.fenced(), old.fenced()),
                        flag(record.inControlledShutdown(), old.inControlledShutdown()),
                        record.logDirs().isEmpty() ? old.logDirectories() : record.logDirs(),
                        old.features()));
    }

    void fence(int nodeId, boolean fenced) {
        BrokerImage old = broker(nodeId);
        put(
                new BrokerImage(
                        old.nodeId(),
                        old.incarnationId(),
                        old.epoch(),
                        old.endpoints(),
                        old.rack(),
                        fenced,
                        old.inControlledShutdown(),
                        old.logDirectories(),
                        old.features()));
    }

    void remove(int nodeId) {
        changed().remove(nodeId);
    }

    private static boolean flag(byte change, boolean old) {
        return change == TURNED_ON || (change != TURNED_OFF && old);
    }

    private BrokerImage broker(int nodeId) {
        BrokerImage broker = image().get(nodeId);
        if (broker == null) {
            throw new IllegalStateException(
                    "A record changes broker " + nodeId + ", unknown here.");
        }
        return broker;
    }

    private void put(BrokerImage broker) {
        changed().put(broker.nodeId(), broker);
    }

    private NavigableMap<Integer, BrokerImage> changed() {
        NavigableMap<Integer, BrokerImage> map = changed;
        if (map == null) {
            map = new TreeMap<>(before);
            changed = map;
        }
        return map;
    }
}
