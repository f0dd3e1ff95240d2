package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.runtime.Seams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Sends the batches that are due, one request per broker at a time and several in flight, and sees
/// to what comes back.
///
/// Owned by the producer's sender task, but for the answers: these are handled by one task per
/// broker, in order. **Guard** of what both touch: `flightLock`.
final class Sender {
    private final ProducerConfig config;
    private final Seams seams;
    private final Cluster cluster;
    private final Accumulator accumulator;
    private final Compressors compressors = new Compressors();
    private final Map<Integer, AnswerQueue> answers = new LinkedHashMap<>();
    private final ReentrantLock flightLock = new ReentrantLock();

    @GuardedBy("flightLock")
    private final Map<Integer, Integer> requestsInFlight = new HashMap<>();

    @GuardedBy("flightLock")
    private boolean identityIsSpent =
            true; // Sequence numbers have a hole, or there is no identity yet.

    private volatile boolean metadataIsWrong;
    private ProducerIdentity identity = ProducerIdentity.NONE;

    Sender(ProducerConfig config, Cluster cluster, Accumulator accumulator) {
        this.config = config;
        this.seams = cluster.seams();
        this.cluster = cluster;
        this.accumulator = accumulator;
    }

    /// The body of the sender task: until the accumulator is closed and empty, or the task is
    /// interrupted.
    void run() {
        try {
            while (!accumulator.isFinished()) {
                accumulator.expire().forEach(this::failExpired);
                if (config.idempotent() && needsIdentity() && !renewIdentity()) {
                    accumulator.awaitDue(partition -> false); // For an answer.
                } else {
                    send(accumulator.awaitDue(this::mayTake));
                }
            }
        } catch (InterruptedException e) {
            ClientFailure closed =
                    new ClientFailure.Closed("The producer was closed before it was sent.");
            accumulator.drain().forEach(batch -> fail(batch, false, closed));
        } finally {
            answers.values().forEach(AnswerQueue::close);
            compressors.close();
        }
    }

    private boolean mayTake(TopicPartition partition) {
        int leader = cluster.view().leaderOf(partition).orElse(-1);
        flightLock.lock();
        try {
            return requestsInFlight.getOrDefault(leader, 0) < config.maxInFlight();
        } finally {
            flightLock.unlock();
        }
    }

    private boolean needsIdentity() {
        flightLock.lock();
        try {
            return identityIsSpent;
        } finally {
            flightLock.unlock();
        }
    }

    /// Gets a new identity once nothing is in flight under the old one.
    private boolean renewIdentity() throws InterruptedException {
        if (!accumulator.restartSequencesIfIdle()) {
            return false;
        }
        try {
            identity = ProducerIdentity.ask(cluster);
        } catch (ClientFailure.Closed e) {
            throw new InterruptedException();
        } catch (ClientFailure e) {
            seams.clock().sleepUntil(seams.clock().deadline(config.client().retryBackoffMax()));
            return false;
        }
        flightLock.lock();
        try {
            identityIsSpent = false;
        } finally {
            flightLock.unlock();
        }
        return true;
    }

    private void send(List<ProduceBatch> due) {
        if (due.isEmpty()) {
            return;
        }
        if (metadataIsWrong || cluster.isStale()) {
            refresh(due);
        }
        Map<Integer, List<ProduceBatch>> byLeader = new TreeMap<>();
        for (ProduceBatch batch : due) {
            int leader = cluster.view().leaderOf(batch.partition()).orElse(-1);
            byLeader.computeIfAbsent(leader, node -> new ArrayList<>()).add(batch);
        }
        byLeader.forEach(this::sendTo);
    }

    private void refresh(List<ProduceBatch> due) {
        try {
            metadataIsWrong = false;
            cluster.refresh(due.stream().map(b -> b.partition().topic()).toList(), false);
        } catch (ClientFailure e) {
            metadataIsWrong = true;
        }
    }

    /// Sends batches to their leader, in as many requests as `max.request.size` takes.
    private void sendTo(int leader, List<ProduceBatch> batches) {
        List<ProduceBatch> request = new ArrayList<>();
        int bytes = 0;
        for (ProduceBatch batch : batches) {
            int size = batch.bytes(identity, compressors).remaining();
            if (!request.isEmpty() && bytes + size > config.maxRequestBytes()) {
                sendRequest(leader, request);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(batch);
            bytes += size;
        }
        sendRequest(leader, request);
    }

    private void sendRequest(int leader, List<ProduceBatch> batches) {
        try {
            BrokerConnection connection = cluster.connectionTo(leader);
            if (config.acks() == 0) {
                connection.sendUnanswered(request(batches));
                batches.forEach(batch -> acknowledge(batch, -1));
                return;
            }
            BrokerConnection.Exchange<ProduceResponse> exchange =
                    connection.send(request(batches), ProduceResponse.class);
            flown(leader, 1);
            answers.computeIfAbsent(leader, node -> new AnswerQueue(seams.tasks(), node))
                    .add(() -> settle(leader, exchange, batches));
        } catch (ClientFailure e) {
            metadataIsWrong = true;
            batches.forEach(batch -> retryOrFail(batch, e));
        }
    }

    private ProduceRequest request(List<ProduceBatch> batches) {
        Map<String, List<ProduceRequest.PartitionProduceData>> byTopic = new LinkedHashMap<>();
        for (ProduceBatch batch : batches) {
            byTopic.computeIfAbsent(batch.partition().topic(), topic -> new ArrayList<>())
                    .add(
                            ProduceRequest.PartitionProduceData.builder()
                                    .index(batch.partition().partition())
                                    .records(Payload.of(batch.bytes(identity, compressors)))
                                    .build());
        }
        List<ProduceRequest.TopicProduceData> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, partitions) ->
                        topics.add(
                                ProduceRequest.TopicProduceData.builder()
                                        .name(topic)
                                        .partitionData(partitions)
                                        .build()));
        return ProduceRequest.builder()
                .transactionalId(null)
                .acks(config.acks())
                .timeoutMs((int) config.client().requestTimeout().toMillis())
                .topicData(topics)
                .build();
    }

    private void settle(
            int leader,
            BrokerConnection.Exchange<ProduceResponse> exchange,
            List<ProduceBatch> batches) {
        try {
            ProduceResponse answer = exchange.await(config.client().requestTimeout());
            Map<TopicPartition, ProduceResponse.PartitionProduceResponse> results = new HashMap<>();
            answer.responses()
                    .forEach(
                            topic ->
                                    topic.partitionResponses()
                                            .forEach(
                                                    result ->
                                                            results.put(
                                                                    new TopicPartition(
                                                                            topic.name(),
                                                                            result.index()),
                                                                    result)));
            for (ProduceBatch batch : batches) {
                ProduceResponse.PartitionProduceResponse result = results.get(batch.partition());
                if (result == null) {
                    fail(
                            batch,
                            true,
                            new ClientFailure.BadAnswer(
                                    "Nothing was answered for " + batch.partition() + "."));
                } else {
                    settle(batch, result);
                }
            }
        } catch (ClientFailure e) {
            metadataIsWrong = true;
            batches.forEach(batch -> retryOrFail(batch, e));
        } finally {
            flown(leader, -1);
        }
    }

    private void settle(ProduceBatch batch, ProduceResponse.PartitionProduceResponse result) {
        ErrorCode error = ErrorCode.forCode(result.errorCode());
        String what = "Sending to " + batch.partition();
        String reason = result.errorMessage();
        ClientFailure refusal =
                reason == null
                        ? new ClientFailure.Refused(what, error)
                        : new ClientFailure.Refused(what, error, reason);
        switch (error) {
            case NONE -> acknowledge(batch, result.baseOffset());
            case DUPLICATE_SEQUENCE_NUMBER -> acknowledge(batch, -1);
            case OUT_OF_ORDER_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID, INVALID_PRODUCER_EPOCH -> {
                // Either a batch before it has failed and comes again first, or the broker has
                // forgotten this producer.
                if (batch.attempts() > 0) {
                    spendIdentity();
                }
                retryOrFail(batch, refusal);
            }
            default -> {
                if (error.retriable()) {
                    metadataIsWrong = true;
                    retryOrFail(batch, refusal);
                } else {
                    fail(batch, true, refusal);
                }
            }
        }
    }

    private void acknowledge(ProduceBatch batch, long baseOffset) {
        batch.acknowledge(baseOffset);
        accumulator.finish(batch, true);
    }

    private void retryOrFail(ProduceBatch batch, ClientFailure failure) {
        long next = seams.clock().deadline(config.client().backoffAfter(batch.attempts() + 1));
        boolean closed = failure instanceof ClientFailure.Closed;
        if (closed || next - batch.deadlineNanos() >= 0) {
            fail(batch, true, failure);
        } else {
            accumulator.putBack(batch, next);
        }
    }

    private void failExpired(ProduceBatch batch) {
        fail(
                batch,
                false,
                new ClientFailure.TimedOut(
                        "%d records for %s were not acknowledged within %d ms (delivery.timeout.ms)."
                                .formatted(
                                        batch.recordCount(),
                                        batch.partition(),
                                        config.deliveryTimeout().toMillis())));
    }

    private void fail(ProduceBatch batch, boolean taken, ClientFailure failure) {
        if (batch.firstSequence() >= 0) {
            spendIdentity(); // The next batch would leave a hole.
        }
        batch.fail(failure);
        accumulator.finish(batch, taken);
    }

    private void spendIdentity() {
        flightLock.lock();
        try {
            identityIsSpent = true;
        } finally {
            flightLock.unlock();
        }
    }

    private void flown(int leader, int change) {
        flightLock.lock();
        try {
            requestsInFlight.merge(leader, change, Integer::sum);
        } finally {
            flightLock.unlock();
        }
    }
}
