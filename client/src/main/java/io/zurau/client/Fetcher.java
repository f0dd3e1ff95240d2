package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.record.RecordReader;
import io.zurau.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

    /// How often in a row a partition may be unknown, while the brokers hear of it or of its end.
    private static final int MOST_UNKNOWN = 10;

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final Positions positions;
    private final RecordReader reader = new RecordReader(MAX_BATCH_BYTES);
    private final ArrayDeque<FetchedPartition> ready = new ArrayDeque<>();
    private final Set<TopicPartition> underWay = new HashSet<>();
    private final Set<Integer> busyNodes = new HashSet<>();
    private final Map<TopicPartition, Retry> retries = new HashMap<>();
    private final ReentrantLock inboxLock = new ReentrantLock();
    private final Condition arrived = inboxLock.newCondition();

    @GuardedBy("inboxLock")
    private final ArrayDeque<Fetched> inbox = new ArrayDeque<>();

    @GuardedBy("inboxLock")
    private boolean nudged;

    /// A fetch that has ended.
    private record Fetched(
            int node,
            Map<TopicPartition, Long> asked,
            Map<String, Uuid> topicIds,
            @Nullable FetchResponse answer,
            @Nullable ClientFailure failure) {}

    /// A partition that failed so often in a row, and is to be asked for again only then.
    private record Retry(int failures, long notBeforeNanos) {}

    Fetcher(ConsumerConfig config, Cluster cluster, Positions positions) {
        this.config = config;
        this.cluster = cluster;
        this.positions = positions;
    }

    /// Records from the positions on, and the positions moved behind them; empty if there are none
    /// before the deadline, or after a nudge.
    List<ConsumedRecord> poll(long deadlineNanos) throws InterruptedException {
        Clock clock = cluster.seams().clock();
        while (true) {
            List<ConsumedRecord> records = takeReady();
            long nextRetry = askIdleNodes(deadlineNanos);
            if (!records.isEmpty()) {
                return records;
            }
            Fetched fetched = awaitFetched(nextRetry);
            if (fetched != null) {
                accept(fetched);
            } else if (wasNudged() || !clock.isAhead(deadlineNanos)) {
                return records;
            }
        }
    }

    private List<ConsumedRecord> takeReady() {
        List<ConsumedRecord> records = new ArrayList<>();
        while (!ready.isEmpty() && records.size() < config.maxPollRecords()) {
            FetchedPartition first = ready.getFirst();
            Long position = positions.find(first.partition());
            if (position == null || position != first.position()) {
                ready.removeFirst(); // Nobody wants it any more.
                continue;
            }
            if (first.isDamaged() && !records.isEmpty()) {
                break; // To be said when these records have been handed out.
            }
            boolean more = first.take(config.maxPollRecords() - records.size(), records);
            positions.moveTo(first.partition(), first.position());
            if (!more) {
                ready.removeFirst();
            }
        }
        return records;
    }

    /// Asks each broker that is not asked already for the partitions of which nothing is at hand.
    ///
    /// @return when to ask again for one that has failed, at the latest the deadline
    private long askIdleNodes(long deadlineNanos) {
        Set<TopicPartition> atHand = new HashSet<>(underWay);
        ready.forEach(fetched -> atHand.add(fetched.partition()));
        Clock clock = cluster.seams().clock();
        long nextRetry = deadlineNanos;
        Map<Integer, Map<TopicPartition, Long>> byNode = new TreeMap<>();
        for (Map.Entry<TopicPartition, Long> entry : positions.all().entrySet()) {
            TopicPartition partition = entry.getKey();
            Retry retry = retries.get(partition);
            int leader = cluster.view().leaderOf(partition).orElse(-1);
            if (retry != null && clock.isAhead(retry.notBeforeNanos())) {
                boolean sooner = retry.notBeforeNanos() - nextRetry < 0;
                nextRetry = sooner ? retry.notBeforeNanos() : nextRetry;
            } else if (!atHand.contains(partition) && !busyNodes.contains(leader)) {
                byNode.computeIfAbsent(leader, node -> new LinkedHashMap<>())
                        .put(partition, entry.getValue());
            }
        }
        byNode.forEach(this::ask);
        return nextRetry;
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
        Map<String, Uuid> ids = new LinkedHashMap<>();
        partitions.keySet().forEach(p -> ids.put(p.topic(), cluster.view().topicId(p.topic())));
        try {
            BrokerConnection connection = cluster.connectionTo(node);
            int version =
                    connection.versions().of(ApiKey.FETCH, connection.address(), goesById(ids));
            answer =
                    connection
                            .send(request(partitions, ids), version, FetchResponse.class)
                            .await(config.client().requestTimeout());
        } catch (ClientFailure e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new ClientFailure.Bug("Fetching", e);
        }
        inboxLock.lock();
        try {
            inbox.add(new Fetched(node, partitions, ids, answer, failure));
            arrived.signalAll();
        } finally {
            inboxLock.unlock();
        }
    }

    private static boolean goesById(Map<String, Uuid> ids) {
        return !ids.containsValue(Uuid.ZERO);
    }

    private FetchRequest request(Map<TopicPartition, Long> partitions, Map<String, Uuid> ids) {
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
                                        .topicId(ids.getOrDefault(topic, Uuid.ZERO))
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
            while (inbox.isEmpty() && ahead && !nudged) {
                ahead = cluster.seams().clock().await(inboxLock, arrived, deadlineNanos);
            }
            return inbox.poll();
        } finally {
            inboxLock.unlock();
        }
    }

    private boolean wasNudged() {
        inboxLock.lock();
        try {
            boolean was = nudged;
            nudged = false;
            return was;
        } finally {
            inboxLock.unlock();
        }
    }

    /// Makes the running poll, or else the next one, come back without records. From any thread.
    void nudge() {
        inboxLock.lock();
        try {
            nudged = true;
            arrived.signalAll();
        } finally {
            inboxLock.unlock();
        }
    }

    private void accept(Fetched fetched) {
        busyNodes.remove(fetched.node());
        underWay.removeAll(fetched.asked().keySet());
        retries.keySet().retainAll(positions.all().keySet());
        FetchResponse answer = fetched.answer();
        ClientFailure failure = fetched.failure();
        if (failure != null && !failure.mayPass()) {
            throw failure;
        }
        if (answer == null) {
            lookAgain(fetched.asked().keySet());
            return;
        }
        Admin.check("Fetching", answer.errorCode(), null);
        Set<TopicPartition> missing = new LinkedHashSet<>(fetched.asked().keySet());
        Map<Uuid, String> names = new HashMap<>();
        fetched.topicIds().forEach((name, id) -> names.put(id, name));
        for (FetchResponse.FetchableTopicResponse topic : answer.responses()) {
            String name = topic.topic().isEmpty() ? names.get(topic.topicId()) : topic.topic();
            if (name == null) {
                continue; // Nobody asked for it.
            }
            for (FetchResponse.PartitionData data : topic.partitions()) {
                TopicPartition partition = new TopicPartition(name, data.partitionIndex());
                missing.remove(partition);
                Long asked = fetched.asked().get(partition);
                if (asked != null && asked.equals(positions.find(partition))) {
                    accept(partition, asked, data);
                }
            }
        }
        if (!missing.isEmpty()) {
            lookAgain(missing);
        }
    }

    private void accept(TopicPartition partition, long offset, FetchResponse.PartitionData data) {
        ErrorCode error = ErrorCode.forCode(data.errorCode());
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE) {
            positions.reset(partition);
            return;
        }
        if (error.retriable() && !isUnknownForGood(partition, error)) {
            lookAgain(Set.of(partition));
            return;
        }
        Admin.check(
                "Fetching from %s at offset %d".formatted(partition, offset),
                data.errorCode(),
                null);
        retries.remove(partition);
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

    private boolean isUnknownForGood(TopicPartition partition, ErrorCode error) {
        Retry retry = retries.get(partition);
        return error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                && retry != null
                && retry.failures() >= MOST_UNKNOWN;
    }

    /// Finds the leaders anew, and asks again after a pause.
    private void lookAgain(Set<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Retry last = retries.get(partition);
            int failures = last == null ? 1 : last.failures() + 1;
            long pauseEnd =
                    cluster.seams().clock().deadline(config.client().backoffAfter(failures));
            retries.put(partition, new Retry(failures, pauseEnd));
        }
        cluster.expire();
    }

    @Override
    public void close() {
        reader.close();
    }
}
