package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.record.RecordReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps one fetch in flight to each broker that leads a partition of interest, and hands out what
/// arrives.
///
/// Owned by the consumer's thread, but for the inbox: one short task per fetch fills it. **Guard**
/// of the inbox: `inboxLock`.
final class Fetcher implements AutoCloseable {
    private static final int CONSUMER = -1;
    private static final int NO_SESSION_EPOCH = -1;
    private static final int MAX_BATCH_BYTES = 512 * 1024 * 1024;

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final Positions positions;
    private final RecordReader reader = new RecordReader(MAX_BATCH_BYTES);
    private final ArrayDeque<FetchedPartition> ready = new ArrayDeque<>();
    private final Set<TopicPartition> underWay = new HashSet<>();
    private final Set<Integer> busyNodes = new HashSet<>();
    private final ReentrantLock inboxLock = new ReentrantLock();
    private final Condition arrived = inboxLock.newCondition();

    @GuardedBy("inboxLock")
    private final ArrayDeque<Fetched> inbox = new ArrayDeque<>();

    @GuardedBy("inboxLock")
    private boolean woken;

    /// A fetch that has ended.
    private record Fetched(
            int node,
            Map<TopicPartition, Long> asked,
            @Nullable FetchResponse answer,
            @Nullable ClientFailure failure) {}

    Fetcher(ConsumerConfig config, Cluster cluster, Positions positions) {
        this.config = config;
        this.cluster = cluster;
        this.positions = positions;
    }

    /// Records from the positions on, and the positions moved behind them; empty if there are none
    /// before the deadline.
    List<ConsumedRecord> poll(long deadlineNanos) throws InterruptedException {
        while (true) {
            List<ConsumedRecord> records = takeReady();
            askIdleNodes();
            if (!records.isEmpty()) {
                return records;
            }
            Fetched fetched = awaitFetched(deadlineNanos);
            if (fetched == null) {
                return records;
            }
            accept(fetched);
        }
    }

    private List<ConsumedRecord> takeReady() {
        List<ConsumedRecord> records = new ArrayList<>();
        while (!ready.isEmpty() && records.size() < config.maxPollRecords()) {
            FetchedPartition first = ready.getFirst();
            Long position = positions.find(first.partition());
            boolean wanted = position != null && position == first.position();
            boolean more = wanted && first.take(config.maxPollRecords() - records.size(), records);
            if (wanted) {
                positions.moveTo(first.partition(), first.position());
            }
            if (!more) {
                ready.removeFirst();
            }
        }
        return records;
    }

    /// Asks each broker that is not asked already for the partitions of which nothing is at hand.
    private void askIdleNodes() {
        Set<TopicPartition> atHand = new HashSet<>(underWay);
        ready.forEach(fetched -> atHand.add(fetched.partition()));
        Map<Integer, Map<TopicPartition, Long>> byNode = new TreeMap<>();
        for (Map.Entry<TopicPartition, Long> entry : positions.all().entrySet()) {
            TopicPartition partition = entry.getKey();
            int leader = cluster.view().leaderOf(partition).orElse(-1);
            if (!atHand.contains(partition) && !busyNodes.contains(leader)) {
                byNode.computeIfAbsent(leader, node -> new LinkedHashMap<>())
                        .put(partition, entry.getValue());
            }
        }
        byNode.forEach(this::ask);
    }

    private void ask(int node, Map<TopicPartition, Long> partitions) {
        busyNodes.add(node);
        underWay.addAll(partitions.keySet());
        cluster.seams().tasks().start("fetch from node " + node, () -> fetch(node, partitions));
    }

    /// The body of a fetch's task.
    private void fetch(int node, Map<TopicPartition, Long> partitions) {
        FetchResponse answer = null;
        ClientFailure failure = null;
        try {
            answer = cluster.connectionTo(node).call(request(partitions), FetchResponse.class);
        } catch (ClientFailure e) {
            failure = e;
        }
        inboxLock.lock();
        try {
            inbox.add(new Fetched(node, partitions, answer, failure));
            arrived.signalAll();
        } finally {
            inboxLock.unlock();
        }
    }

    private FetchRequest request(Map<TopicPartition, Long> partitions) {
        Map<String, List<FetchRequest.FetchPartition>> byTopic = new LinkedHashMap<>();
        partitions.forEach(
                (partition, offset) ->
                        byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                                .add(
                                        FetchRequest.FetchPartition.builder()
                                                .partition(partition.partition())
                                                .fetchOffset(offset)
                                                .partitionMaxBytes(config.partitionMaxBytes())
                                                .build()));
        List<FetchRequest.FetchTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, list) ->
                        topics.add(
                                FetchRequest.FetchTopic.builder()
                                        .topic(topic)
                                        .partitions(list)
                                        .build()));
        return FetchRequest.builder()
                .replicaId(CONSUMER)
                .maxWaitMs((int) config.fetchMaxWait().toMillis())
                .minBytes(config.fetchMinBytes())
                .maxBytes(config.fetchMaxBytes())
                .isolationLevel((byte) (config.readCommitted() ? 1 : 0))
                .sessionEpoch(NO_SESSION_EPOCH)
                .topics(topics)
                .build();
    }

    private @Nullable Fetched awaitFetched(long deadlineNanos) throws InterruptedException {
        inboxLock.lock();
        try {
            boolean ahead = true;
            while (inbox.isEmpty() && ahead && !woken) {
                ahead = cluster.seams().clock().await(inboxLock, arrived, deadlineNanos);
            }
            return inbox.poll();
        } finally {
            inboxLock.unlock();
        }
    }

    /// Makes this and every later poll return at once.
    void wakeUp() {
        inboxLock.lock();
        try {
            woken = true;
            arrived.signalAll();
        } finally {
            inboxLock.unlock();
        }
    }

    private void accept(Fetched fetched) {
        busyNodes.remove(fetched.node());
        underWay.removeAll(fetched.asked().keySet());
        FetchResponse answer = fetched.answer();
        if (answer == null) {
            lookAgain(fetched.asked().keySet());
            return;
        }
        Admin.check("Fetching", answer.errorCode(), null);
        for (FetchResponse.FetchableTopicResponse topic : answer.responses()) {
            for (FetchResponse.PartitionData data : topic.partitions()) {
                TopicPartition partition = new TopicPartition(topic.topic(), data.partitionIndex());
                Long asked = fetched.asked().get(partition);
                Long wanted = positions.find(partition);
                if (asked != null && asked.equals(wanted)) {
                    accept(partition, asked, data);
                }
            }
        }
    }

    private void accept(TopicPartition partition, long offset, FetchResponse.PartitionData data) {
        ErrorCode error = ErrorCode.forCode(data.errorCode());
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE) {
            positions.reset(partition);
            return;
        }
        if (error.retriable()) {
            lookAgain(Set.of(partition));
            return;
        }
        Admin.check(
                "Fetching from %s at offset %d".formatted(partition, offset),
                data.errorCode(),
                null);
        Payload records = data.records();
        if (records != null && records.sizeInBytes() > 0) {
            List<FetchResponse.AbortedTransaction> aborted = data.abortedTransactions();
            ready.add(
                    new FetchedPartition(
                            partition,
                            offset,
                            records.toBuffer(),
                            aborted == null ? List.of() : aborted,
                            reader));
        }
    }

    /// Finds the leaders anew, after a pause.
    private void lookAgain(Set<TopicPartition> partitions) {
        cluster.pause(config.client().retryBackoff());
        try {
            cluster.refresh(partitions.stream().map(TopicPartition::topic).toList(), false);
        } catch (ClientFailure.Unreachable | ClientFailure.TimedOut e) {
            // The next fetch fails again and comes back here.
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
