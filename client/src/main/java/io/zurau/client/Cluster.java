package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The cluster as one client sees it: its brokers, who leads which partition, and a connection to
/// each broker in use.
///
/// **Guard:** `clusterLock` for the connections and for replacing the view, which is immutable; no
/// call waits for the network under it.
final class Cluster implements AutoCloseable {
    /// How often a metadata request is repeated while leaders are being chosen.
    private static final int MOST_ATTEMPTS = 10;

    private final ClientConfig config;
    private final Seams seams;
    private final ReentrantLock clusterLock = new ReentrantLock();

    @GuardedBy("clusterLock")
    private final Map<BrokerAddress, BrokerConnection> connections = new LinkedHashMap<>();

    @GuardedBy("clusterLock")
    private boolean closed;

    private volatile boolean reached;
    private volatile boolean expired;
    private volatile ClusterView view =
            new ClusterView(new TreeMap<>(), Map.of(), Map.of(), Map.of(), 0);

    Cluster(ClientConfig config, Seams seams) {
        this.config = config;
        this.seams = seams;
    }

    ClusterView view() {
        return view;
    }

    /// Whether a broker has ever answered. Before, trouble is most likely a wrong address; after,
    /// it is worth waiting for the broker to come back.
    boolean wasReached() {
        return reached;
    }

    ClientConfig config() {
        return config;
    }

    Seams seams() {
        return seams;
    }

    boolean isStale() {
        return expired
                || seams.clock().nanos() - view.asOfNanos() > config.metadataMaxAge().toNanos();
    }

    /// The view has turned out to be wrong.
    void expire() {
        expired = true;
    }

    /// The connection to a broker of the view, opened if need be.
    BrokerConnection connectionTo(int nodeId) {
        BrokerAddress address = view.brokers().get(nodeId);
        if (address == null) {
            throw new ClientFailure.Unreachable("Broker " + nodeId + " is not known.");
        }
        return connectionTo(address);
    }

    BrokerConnection connectionTo(BrokerAddress address) {
        BrokerConnection open = openConnection(address, null);
        if (open != null) {
            return open;
        }
        BrokerConnection fresh = BrokerConnection.open(address, config, seams);
        reached = true;
        BrokerConnection kept = openConnection(address, fresh);
        if (kept != null) {
            fresh.close(); // Another thread was quicker.
            return kept;
        }
        return fresh;
    }

    /// The open connection to that address; else keeps `candidate`, if there is one, and returns
    /// null.
    private @Nullable BrokerConnection openConnection(
            BrokerAddress address, @Nullable BrokerConnection candidate) {
        clusterLock.lock();
        try {
            if (closed) {
                if (candidate != null) {
                    candidate.close();
                }
                throw new ClientFailure.Closed("The client was closed.");
            }
            BrokerConnection known = connections.get(address);
            if (known != null && known.isOpen()) {
                return known;
            }
            if (candidate != null) {
                connections.put(address, candidate);
            }
            return null;
        } finally {
            clusterLock.unlock();
        }
    }

    /// A connection to any broker: one of the view, else one of the bootstrap list.
    BrokerConnection anyConnection() {
        List<BrokerAddress> candidates = new ArrayList<>(view.brokers().values());
        candidates.addAll(config.bootstrapServers());
        @Nullable ClientFailure last = null;
        for (BrokerAddress candidate : candidates) {
            try {
                return connectionTo(candidate);
            } catch (ClientFailure.Closed e) {
                throw e;
            } catch (ClientFailure e) {
                last = e;
            }
        }
        throw new ClientFailure.Unreachable(
                "%s Is a broker running at %s (bootstrap.servers)?"
                        .formatted(
                                last == null ? "" : last.getMessage(),
                                config.bootstrapServers().stream()
                                        .map(BrokerAddress::toString)
                                        .collect(Collectors.joining(", "))),
                last == null ? new IllegalStateException("nobody to ask") : last);
    }

    /// Asks any broker.
    <R extends ApiResponse> R askAny(ApiRequest request, Class<R> answer) {
        return anyConnection().call(request, answer);
    }

    /// Learns about the brokers and these topics; keeps what it knows about others.
    ///
    /// @throws ClientFailure.Refused for the first topic that the broker refuses to tell about
    ClusterView refresh(Collection<String> topics, boolean createMissing) {
        for (int attempt = 1; ; attempt++) {
            ErrorCode error = tryRefresh(topics, createMissing);
            if (error == ErrorCode.NONE) {
                return view;
            }
            if (!error.retriable() || attempt == MOST_ATTEMPTS) {
                throw new ClientFailure.Refused(
                        "Asking for " + String.join(", ", new TreeSet<>(topics)), error);
            }
            pause(config.backoffAfter(attempt));
        }
    }

    /// The same, once.
    ///
    /// @return an error of one of the topics, or NONE
    ErrorCode tryRefresh(Collection<String> topics, boolean createMissing) {
        List<MetadataRequest.MetadataRequestTopic> asked = new ArrayList<>();
        for (String topic : new TreeSet<>(topics)) {
            asked.add(MetadataRequest.MetadataRequestTopic.builder().name(topic).build());
        }
        MetadataRequest request =
                MetadataRequest.builder()
                        .topics(asked)
                        .allowAutoTopicCreation(createMissing)
                        .build();
        MetadataResponse answer = askAny(request, MetadataResponse.class);
        clusterLock.lock();
        try {
            expired = false;
            return adopt(answer, view);
        } finally {
            clusterLock.unlock();
        }
    }

    @GuardedBy("clusterLock")
    private ErrorCode adopt(MetadataResponse answer, ClusterView before) {
        TreeMap<Integer, BrokerAddress> brokers = new TreeMap<>();
        for (MetadataResponse.MetadataResponseBroker broker : answer.brokers()) {
            brokers.put(broker.nodeId(), new BrokerAddress(broker.host(), broker.port()));
        }
        Map<String, Integer> counts = new HashMap<>(before.partitionCounts());
        Map<String, Uuid> ids = new HashMap<>(before.topicIds());
        Map<TopicPartition, Integer> leaders = new HashMap<>(before.leaders());
        ErrorCode worst = ErrorCode.NONE;
        for (MetadataResponse.MetadataResponseTopic topic : answer.topics()) {
            String name = topic.name();
            ErrorCode error = ErrorCode.forCode(topic.errorCode());
            if (error != ErrorCode.NONE || name == null) {
                worst = error;
                if (!error.retriable() || error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
                    counts.remove(name);
                    ids.remove(name);
                }
                continue;
            }
            if (topic.partitions().isEmpty()) {
                throw new ClientFailure.BadAnswer("Topic \"" + name + "\" has no partitions.");
            }
            counts.put(name, topic.partitions().size());
            if (topic.topicId().equals(Uuid.ZERO)) {
                ids.remove(name);
            } else {
                ids.put(name, topic.topicId());
            }
            for (MetadataResponse.MetadataResponsePartition partition : topic.partitions()) {
                TopicPartition key = new TopicPartition(name, partition.partitionIndex());
                if (partition.leaderId() >= 0) {
                    leaders.put(key, partition.leaderId());
                } else {
                    leaders.remove(key);
                }
            }
        }
        view = new ClusterView(brokers, counts, ids, leaders, seams.clock().nanos());
        return worst;
    }

    void pause(Duration length) {
        try {
            seams.clock().sleepUntil(seams.clock().deadline(length));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientFailure.Closed("Interrupted while waiting to try again.");
        }
    }

    @Override
    public void close() {
        List<BrokerConnection> open;
        clusterLock.lock();
        try {
            closed = true;
            open = List.copyOf(connections.values());
            connections.clear();
        } finally {
            clusterLock.unlock();
        }
        open.forEach(BrokerConnection::close);
    }
}
