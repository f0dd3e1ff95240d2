package io.zurau.broker.transaction;

import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.TransactionMarker;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.transaction.MarkerWriter;
import io.zurau.coordinator.transaction.Markers;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.WriteTxnMarkersRequest;
import io.zurau.protocol.message.WriteTxnMarkersResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the ends of transactions to the leaders of their partitions, this broker among them.
///
/// It tries once. Whatever fails, is refused or finds no room is forgotten: the coordinator asks
/// again for what it has not heard of. What is never forgotten is that a topic is gone, because
/// nobody could write there: the image that a coordinator has is never older than the one in which
/// the partition became part of the transaction.
final class MarkerSender implements MarkerWriter, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarkerSender.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VERSION = WriteTxnMarkersRequest.HIGHEST_VERSION;

    private final CoordinatorTopic topic;
    private final Partitions partitions;
    private final Peers peers;
    private final MarkerAppender here;
    private final BiConsumer<Markers, Set<TopicPartition>> report;
    private final Outboxes<Due> outboxes;

    /// One marker for one partition.
    ///
    /// @param leaderEpoch of the partition's leader that it is for
    private record Due(
            Markers markers, int coordinatorEpoch, TopicPartition partition, int leaderEpoch) {
        /// Tries for one goal exclude each other.
        Goal goal() {
            return new Goal(
                    markers.producerId(), markers.producerEpoch(), markers.startMs(), partition);
        }

        TransactionMarker marker() {
            return new TransactionMarker(
                    markers.producerId(),
                    markers.producerEpoch(),
                    coordinatorEpoch,
                    markers.committed(),
                    markers.bumped(),
                    markers.startMs(),
                    leaderEpoch);
        }
    }

    private record Goal(
            long producerId, short producerEpoch, long transaction, TopicPartition partition) {}

    private final Set<Goal> underWay = ConcurrentHashMap.newKeySet();

    /// @param topic of the transactions
    /// @param report told what needs no marker any more
    MarkerSender(
            CoordinatorTopic topic,
            Partitions partitions,
            Peers peers,
            MarkerAppender here,
            BiConsumer<Markers, Set<TopicPartition>> report) {
        this.topic = topic;
        this.partitions = partitions;
        this.peers = peers;
        this.here = here;
        this.report = report;
        this.outboxes =
                new Outboxes<>(
                        "markers",
                        peers,
                        peerId -> peerId == peers.nodeId() ? new Local() : new Remote());
    }

    @Override
    public void write(Markers markers) {
        int own = topic.partitionOf(markers.transactionalId());
        Optional<PartitionLeader> coordinator =
                partitions.leader(new TopicPartition(topic.name(), own));
        if (coordinator.isEmpty()) {
            return; // Whoever coordinates now does it.
        }
        int coordinatorEpoch = coordinator.get().leaderEpoch();
        ClusterImage image = peers.metadata().image();
        Set<TopicPartition> gone = new TreeSet<>();
        for (TopicPartition partition : markers.partitions()) {
            Optional<PartitionImage> found =
                    image.topics()
                            .named(partition.topic())
                            .flatMap(one -> one.partition(partition.partition()));
            if (found.isEmpty()) {
                gone.add(partition);
            } else if (found.get().leader() != PartitionImage.NO_LEADER) {
                int leaderEpoch = found.get().leaderEpoch();
                offer(
                        found.get().leader(),
                        new Due(markers, coordinatorEpoch, partition, leaderEpoch));
            }
        }
        if (!gone.isEmpty()) {
            report.accept(markers, gone);
        }
    }

    /// One try at a time: a second one on its way might arrive when the first has long succeeded.
    private void offer(int leader, Due due) {
        if (underWay.add(due.goal()) && !outboxes.offer(leader, due)) {
            underWay.remove(due.goal());
        }
    }

    /// What was written, or can never be: a log that knows a newer epoch of the producer has this
    /// marker behind it.
    private void settle(Map<Due, ErrorCode> results) {
        Map<Markers, Set<TopicPartition>> settled = new LinkedHashMap<>();
        results.forEach(
                (due, code) -> {
                    if (code == ErrorCode.NONE || code == ErrorCode.INVALID_PRODUCER_EPOCH) {
                        settled.computeIfAbsent(due.markers, any -> new TreeSet<>())
                                .add(due.partition);
                    } else {
                        LOG.atDebug()
                                .addKeyValue("partition", due.partition)
                                .addKeyValue("producerId", due.markers.producerId())
                                .addKeyValue("error", code)
                                .log(
                                        "A transaction's marker was not written and is asked for again");
                    }
                });
        settled.forEach(report);
    }

    private void over(List<Due> batch) {
        batch.forEach(due -> underWay.remove(due.goal()));
    }

    private final class Local implements Outbox.Sender<Due> {
        @Override
        public void send(Outbox.Connecting self, List<Due> batch) throws InterruptedException {
            Map<Due, Pending<ErrorCode>> pending = new LinkedHashMap<>();
            for (Due due : batch) {
                pending.put(due, here.append(due.partition, due.marker()));
            }
            Map<Due, ErrorCode> results = new LinkedHashMap<>();
            for (Map.Entry<Due, Pending<ErrorCode>> one : pending.entrySet()) {
                results.put(one.getKey(), one.getValue().await());
            }
            over(batch);
            settle(results);
        }

        @Override
        public void failed(List<Due> batch) {
            over(batch);
        }
    }

    private final class Remote implements Outbox.Sender<Due> {
        @Override
        public void send(Outbox.Connecting peer, List<Due> batch)
                throws IOException, InterruptedException {
            MarkerRequest<Due> request = new MarkerRequest<>();
            for (Due due : batch) {
                boolean _ = request.add(due, due.marker(), due.partition); // Or the next time.
            }
            WriteTxnMarkersResponse response =
                    peer.connection()
                            .call(
                                    request.build(),
                                    VERSION,
                                    WriteTxnMarkersResponse.class,
                                    PATIENCE);
            over(batch);
            settle(request.results(response));
        }

        @Override
        public void failed(List<Due> batch) {
            over(batch);
        }
    }

    @Override
    public void close() {
        outboxes.close();
    }
}
