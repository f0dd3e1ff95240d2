package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
    private final Map<TopicPartition, Flight> flights = new HashMap<>();

    /// Batches of one partition that are in flight, all to the same broker.
    private record Flight(int leader, int batches) {}

    private volatile boolean metadataIsWrong;
    private long nextRefreshNanos;
    private ProducerIdentity identity = ProducerIdentity.NONE; // For what is not numbered yet.
    private long nextIdentityNanos;
    private int identityFailures;

    Sender(ProducerConfig config, Cluster cluster, Accumulator accumulator) {
        this.config = config;
        this.seams = cluster.seams();
        this.cluster = cluster;
        this.accumulator = accumulator;
        this.nextRefreshNanos = seams.clock().nanos();
        this.nextIdentityNanos = seams.clock().nanos();
    }

    /// The body of the sender task: until the accumulator is closed and empty, or the task is
    /// interrupted.
    void run() {
        ClientFailure end = new ClientFailure.Closed("The producer was closed before it was sent.");
        try {
            while (!accumulator.isFinished()) {
                accumulator.expire().forEach(this::failExpired);
                long look = seams.clock().deadline(Clock.FAR);
                if (config.idempotent() && accumulator.wantsIdentity(identity)) {
                    look = askForIdentity();
                }
                send(accumulator.awaitDue(this::mayTake, identity, look));
            }
        } catch (InterruptedException e) {
            // Said by `end`.
        } catch (RuntimeException | Error e) {
            end = new ClientFailure.Bug("Sending", e);
            throw e;
        } finally {
            stop(end);
        }
    }

    private void stop(ClientFailure reason) {
        accumulator.drain().forEach(batch -> fail(batch, false, reason));
        accumulator.abandon();
        answers.values().forEach(AnswerQueue::close);
        compressors.close();
    }

    /// Batches of a partition whose older ones are under way to its last leader wait until these
    /// are settled. A new leader that has none of them would take a younger one first, because to
    /// it any number of a producer that it does not know is the next.
    private boolean mayTake(TopicPartition partition) {
        int leader = currentLeader(partition);
        flightLock.lock();
        try {
            Flight flight = flights.get(partition);
            return requestsInFlight.getOrDefault(leader, 0) < config.maxInFlight()
                    && (flight == null || flight.leader == leader);
        } finally {
            flightLock.unlock();
        }
    }

    private int currentLeader(TopicPartition partition) {
        return cluster.view().leaderOf(partition).orElse(-1);
    }

    /// Where a batch that was taken goes. The leader may have changed since: then after the older
    /// ones.
    private int leaderFor(TopicPartition partition) {
        flightLock.lock();
        try {
            Flight flight = flights.get(partition);
            return flight == null ? currentLeader(partition) : flight.leader;
        } finally {
            flightLock.unlock();
        }
    }

    private void takeOff(int leader, List<ProduceBatch> batches) {
        flightLock.lock();
        try {
            for (ProduceBatch batch : batches) {
                flights.merge(
                        batch.partition(),
                        new Flight(leader, 1),
                        (flight, one) -> new Flight(flight.leader, flight.batches + 1));
            }
        } finally {
            flightLock.unlock();
        }
    }

    /// After the batches are settled or put back: now their successors may go elsewhere.
    private void land(List<ProduceBatch> batches) {
        flightLock.lock();
        try {
            for (ProduceBatch batch : batches) {
                flights.computeIfPresent(
                        batch.partition(),
                        (partition, flight) ->
                                flight.batches == 1
                                        ? null
                                        : new Flight(flight.leader, flight.batches - 1));
            }
        } finally {
            flightLock.unlock();
        }
        accumulator.lookAgain();
    }

    /// Asks once, if the pause after the last failure is over.
    ///
    /// @return when to look again
    private long askForIdentity() {
        Clock clock = seams.clock();
        if (clock.isAhead(nextIdentityNanos)) {
            return nextIdentityNanos;
        }
        try {
            identity = ProducerIdentity.ask(cluster);
            identityFailures = 0;
            return clock.deadline(Clock.FAR);
        } catch (ClientFailure.Refused e) {
            if (!e.code().retriable()) {
                accumulator.drain().forEach(batch -> fail(batch, false, e));
            }
        } catch (ClientFailure e) {
            // The batches wait as long as they may.
        }
        nextIdentityNanos = clock.deadline(config.client().backoffAfter(++identityFailures));
        return nextIdentityNanos;
    }

    private void send(List<ProduceBatch> due) {
        if (due.isEmpty()) {
            return;
        }
        if ((metadataIsWrong || cluster.isStale()) && !seams.clock().isAhead(nextRefreshNanos)) {
            refresh(due);
        }
        Map<Integer, List<ProduceBatch>> byLeader = new TreeMap<>();
        for (ProduceBatch batch : due) {
            int leader = leaderFor(batch.partition());
            if (accumulator.putBackIfOvertaking(batch)) {
                continue; // Asked after the leader, who is the older ones' while they are away.
            }
            byLeader.computeIfAbsent(leader, node -> new ArrayList<>()).add(batch);
        }
        byLeader.forEach(this::sendTo);
    }

    private void refresh(List<ProduceBatch> due) {
        metadataIsWrong = false;
        try {
            ErrorCode error =
                    cluster.tryRefresh(
                            due.stream().map(batch -> batch.partition().topic()).toList(), false);
            metadataIsWrong |= error != ErrorCode.NONE;
        } catch (ClientFailure e) {
            metadataIsWrong = true;
        }
        nextRefreshNanos = seams.clock().deadline(config.client().retryBackoff());
    }

    /// Sends batches to their leader, in as many requests as `max.request.size` takes.
    private void sendTo(int leader, List<ProduceBatch> batches) {
        List<ProduceBatch> request = new ArrayList<>();
        int bytes = 0;
        for (ProduceBatch batch : batches) {
            int size = build(batch);
            if (size == 0) {
                continue;
            }
            if (!request.isEmpty() && bytes + size > config.maxRequestBytes()) {
                sendRequest(leader, request);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(batch);
            bytes += size;
        }
        if (!request.isEmpty()) {
            sendRequest(leader, request);
        }
    }

    /// @return the size of the batch, or 0 if it could not be built and has failed
    private int build(ProduceBatch batch) {
        try {
            return batch.bytes(compressors).remaining();
        } catch (RuntimeException e) {
            fail(batch, true, new ClientFailure.Bug("Making a batch", e));
            return 0;
        }
    }

    private void sendRequest(int leader, List<ProduceBatch> batches) {
        try {
            ProduceCall call = new ProduceCall(config, batches, compressors, cluster.view());
            BrokerConnection connection = cluster.connectionTo(leader);
            int version =
                    connection.versions().of(ApiKey.PRODUCE, connection.address(), call.goesById());
            if (config.acks() == 0) {
                connection.sendUnanswered(call.request(), version);
                batches.forEach(batch -> acknowledge(batch, -1));
                return;
            }
            BrokerConnection.Exchange<ProduceResponse> exchange =
                    connection.send(call.request(), version, ProduceResponse.class);
            flown(leader, 1);
            takeOff(leader, batches);
            answers.computeIfAbsent(leader, node -> new AnswerQueue(seams.tasks(), node))
                    .add(
                            () -> {
                                settle(leader, exchange, call);
                                land(batches);
                            });
        } catch (ClientFailure.Refused e) {
            batches.forEach(batch -> fail(batch, true, e)); // It cannot be asked for this at all.
        } catch (ClientFailure e) {
            metadataIsWrong = true;
            batches.forEach(batch -> retryOrFail(batch, e, false));
        } catch (RuntimeException e) {
            ClientFailure bug = new ClientFailure.Bug("Sending to node " + leader, e);
            batches.forEach(batch -> fail(batch, true, bug));
        }
    }

    private void settle(
            int leader, BrokerConnection.Exchange<ProduceResponse> exchange, ProduceCall call) {
        List<ProduceBatch> batches = call.batches();
        Map<TopicPartition, ProduceResponse.PartitionProduceResponse> results;
        try {
            results = call.results(exchange.await(patience(batches)));
        } catch (ClientFailure e) {
            flown(leader, -1);
            metadataIsWrong = true;
            batches.forEach(batch -> retryOrFail(batch, e, false));
            return;
        }
        flown(leader, -1);
        for (ProduceBatch batch : batches) {
            ProduceResponse.PartitionProduceResponse result = results.get(batch.partition());
            if (result == null) {
                String nothing = "Nothing was answered for " + batch.partition() + ".";
                fail(batch, true, new ClientFailure.BadAnswer(nothing));
            } else {
                settle(batch, result);
            }
        }
    }

    /// Until the request times out, or the delivery of all its batches.
    private Duration patience(List<ProduceBatch> batches) {
        long left = 0;
        long now = seams.clock().nanos();
        for (ProduceBatch batch : batches) {
            left = Math.max(left, batch.deadlineNanos() - now);
        }
        Duration delivery = Duration.ofNanos(left);
        Duration request = config.client().requestTimeout();
        return delivery.compareTo(request) < 0 ? delivery : request;
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
            case OUT_OF_ORDER_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID, INVALID_PRODUCER_EPOCH ->
                    // On the first attempt a batch before it may have failed, which comes again
                    // first. On later ones nothing older is under way: one before it was given up,
                    // or the broker has forgotten this producer.
                    retryOrFail(batch, refusal, batch.attempts() > 0);
            case MESSAGE_TOO_LARGE -> splitOrFail(batch, refusal);
            default -> {
                if (error.retriable()) {
                    metadataIsWrong = true;
                    retryOrFail(batch, refusal, false);
                } else {
                    fail(batch, true, refusal);
                }
            }
        }
    }

    private void acknowledge(ProduceBatch batch, long baseOffset) {
        batch.acknowledge(baseOffset);
        accumulator.acknowledged(batch);
    }

    private void retryOrFail(ProduceBatch batch, ClientFailure failure, boolean anew) {
        long next = seams.clock().deadline(config.client().backoffAfter(batch.attempts() + 1));
        if (failure instanceof ClientFailure.Closed) {
            fail(batch, true, failure);
        } else if (next - batch.deadlineNanos() >= 0) {
            fail(batch, true, expired(batch, failure));
        } else if (!accumulator.putBack(batch, next, failure, anew && batch.isNumbered())) {
            fail(batch, true, failure);
        }
    }

    /// As Kafka's producer: until a single record is too large.
    private void splitOrFail(ProduceBatch batch, ClientFailure refusal) {
        if (batch.recordCount() == 1 || !accumulator.split(batch, refusal)) {
            fail(batch, true, refusal);
        }
    }

    private void failExpired(ProduceBatch batch) {
        fail(batch, false, expired(batch, batch.lastFailure()));
    }

    private ClientFailure expired(ProduceBatch batch, @Nullable ClientFailure last) {
        return new ClientFailure.TimedOut(
                "%d records for %s were not acknowledged within %d ms (delivery.timeout.ms).%s"
                        .formatted(
                                batch.recordCount(),
                                batch.partition(),
                                config.deliveryTimeout().toMillis(),
                                last == null ? "" : " " + last.getMessage()));
    }

    private void fail(ProduceBatch batch, boolean taken, ClientFailure failure) {
        batch.fail(failure);
        accumulator.failed(batch, taken);
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
