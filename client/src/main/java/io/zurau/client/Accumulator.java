package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// Where records wait for the sender: a queue of batches per partition, all together within
/// `buffer.memory`.
///
/// **Guard:** `accumulatorLock`. Futures are completed outside of it.
final class Accumulator {
    private final ProducerConfig config;
    private final Clock clock;
    private final ReentrantLock accumulatorLock = new ReentrantLock();
    private final Condition roomMade = accumulatorLock.newCondition();
    private final Condition workArrived = accumulatorLock.newCondition();
    private final Condition batchFinished = accumulatorLock.newCondition();

    @GuardedBy("accumulatorLock")
    private final Map<TopicPartition, PartitionQueue> queues = new LinkedHashMap<>();

    @GuardedBy("accumulatorLock")
    private final ArrayDeque<RecordBatchBuilder> spareBuilders = new ArrayDeque<>();

    @GuardedBy("accumulatorLock")
    private long reservedBytes;

    @GuardedBy("accumulatorLock")
    private final TreeMap<Long, Integer> alive =
            new TreeMap<>(); // How many batches of each serial have not ended.

    @GuardedBy("accumulatorLock")
    private int flushing;

    @GuardedBy("accumulatorLock")
    private boolean closed;

    @GuardedBy("accumulatorLock")
    private boolean abandoned;

    @GuardedBy("accumulatorLock")
    private long nextSerial;

    Accumulator(ProducerConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /// Adds a record to its partition's newest batch; blocks while the buffer is full.
    CompletableFuture<RecordPosition> add(
            TopicPartition partition, OutgoingRecord outgoing, int sizeAtMost) {
        accumulatorLock.lock();
        try {
            awaitRoom(sizeAtMost);
            PartitionQueue queue = queues.computeIfAbsent(partition, PartitionQueue::new);
            ProduceBatch batch = queue.newest();
            if (batch == null || !batch.hasRoomFor(sizeAtMost, config.batchBytes())) {
                batch =
                        new ProduceBatch(
                                partition,
                                builder(),
                                nextSerial,
                                0,
                                clock.nanos(),
                                clock.deadline(config.deliveryTimeout()));
            }
            CompletableFuture<RecordPosition> future =
                    batch.add(outgoing, clock.wallMs(), sizeAtMost);
            reservedBytes += sizeAtMost;
            if (batch.serial() == nextSerial) {
                nextSerial++;
                queue.add(batch);
                alive.put(batch.serial(), 1);
                workArrived.signalAll(); // The sender notes when its time to linger is over.
            } else if (!batch.hasRoomFor(sizeAtMost, config.batchBytes())) {
                workArrived.signalAll(); // About full.
            }
            return future;
        } finally {
            accumulatorLock.unlock();
        }
    }

    @GuardedBy("accumulatorLock")
    private void awaitRoom(int bytes) {
        long deadline = clock.deadline(config.maxBlock());
        boolean ahead = true;
        while (!closed && reservedBytes > 0 && reservedBytes + bytes > config.bufferBytes()) {
            if (!ahead) {
                throw new ClientFailure.TimedOut(
                        "No room for a record within %d ms (max.block.ms): %d bytes wait to be acknowledged (buffer.memory)."
                                .formatted(config.maxBlock().toMillis(), reservedBytes));
            }
            ahead = await(roomMade, deadline);
        }
        if (closed) {
            throw new ClientFailure.Closed("The producer was closed.");
        }
    }

    @GuardedBy("accumulatorLock")
    private boolean await(Condition condition, long deadline) {
        try {
            return clock.await(accumulatorLock, condition, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientFailure.Closed("Interrupted while sending.");
        }
    }

    @GuardedBy("accumulatorLock")
    private RecordBatchBuilder builder() {
        RecordBatchBuilder spare = spareBuilders.poll();
        return spare == null
                ? new RecordBatchBuilder(config.batchBytes()).compression(config.compression())
                : spare;
    }

    /// Waits until a batch is due and takes at most one per partition. Empty when the time for a
    /// look around has come, for example because a batch has expired.
    ///
    /// @param mayTake whether the partition's broker can be sent something now
    /// @param newest the identity under which batches are numbered from now on
    /// @param lookNanos when the caller wants to look around at the latest
    List<ProduceBatch> awaitDue(
            Predicate<TopicPartition> mayTake, ProducerIdentity newest, long lookNanos)
            throws InterruptedException {
        accumulatorLock.lock();
        try {
            List<ProduceBatch> due = takeDue(mayTake, newest);
            if (due.isEmpty() && !isDone() && !wantsIdentityNow(newest, lookNanos)) {
                long look = nextLook();
                clock.await(accumulatorLock, workArrived, look - lookNanos < 0 ? look : lookNanos);
                due = takeDue(mayTake, newest);
            }
            return due;
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// A batch may have come since the caller has looked.
    @GuardedBy("accumulatorLock")
    private boolean wantsIdentityNow(ProducerIdentity newest, long lookNanos) {
        return config.idempotent() && lookNanos - clock.nanos() <= 0 && wants(newest);
    }

    /// Whether batches wait for an identity newer than this one.
    boolean wantsIdentity(ProducerIdentity newest) {
        accumulatorLock.lock();
        try {
            return wants(newest);
        } finally {
            accumulatorLock.unlock();
        }
    }

    @GuardedBy("accumulatorLock")
    private boolean wants(ProducerIdentity newest) {
        return queues.values().stream().anyMatch(queue -> queue.wantsIdentity(newest));
    }

    @GuardedBy("accumulatorLock")
    private List<ProduceBatch> takeDue(Predicate<TopicPartition> mayTake, ProducerIdentity newest) {
        long now = clock.nanos();
        List<ProduceBatch> due = new ArrayList<>();
        for (PartitionQueue queue : queues.values()) {
            ProduceBatch oldest = queue.oldest();
            if (oldest != null
                    && !queue.isHeldBack()
                    && dueAt(queue, oldest) - now <= 0
                    && (!config.idempotent() || queue.isNumberable(newest))
                    && mayTake.test(queue.partition())) {
                due.add(config.idempotent() ? queue.takeNumbered(newest) : queue.take());
            }
        }
        return due;
    }

    /// When the queue's oldest batch is to be sent.
    @GuardedBy("accumulatorLock")
    private long dueAt(PartitionQueue queue, ProduceBatch oldest) {
        if (oldest.attempts() > 0) {
            return oldest.notBeforeNanos();
        }
        boolean full =
                oldest != queue.newest() || oldest.sizeAtMost() >= config.batchBytes() * 9L / 10;
        boolean hurry = full || flushing > 0 || closed;
        return hurry ? oldest.createdNanos() : oldest.createdNanos() + config.linger().toNanos();
    }

    @GuardedBy("accumulatorLock")
    private long nextLook() {
        long look = clock.deadline(config.client().metadataMaxAge());
        for (PartitionQueue queue : queues.values()) {
            ProduceBatch oldest = queue.oldest();
            if (oldest != null) {
                long due = dueAt(queue, oldest);
                // What is due but could not be taken waits for an answer, which signals.
                long next = due - clock.nanos() > 0 ? due : oldest.deadlineNanos();
                look = next - look < 0 ? next : look;
            }
        }
        return look;
    }

    /// Takes out what waited past `delivery.timeout.ms`.
    List<ProduceBatch> expire() {
        accumulatorLock.lock();
        try {
            long now = clock.nanos();
            List<ProduceBatch> expired = new ArrayList<>();
            queues.values().forEach(queue -> expired.addAll(queue.expire(now)));
            return expired;
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Takes out everything that waits.
    List<ProduceBatch> drain() {
        accumulatorLock.lock();
        try {
            List<ProduceBatch> all = new ArrayList<>();
            queues.values().forEach(queue -> all.addAll(queue.drain()));
            return all;
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Puts back a batch that was taken and is to be sent again.
    ///
    /// @param anew under new sequence numbers, for the broker has not got it
    /// @return false if nobody sends any more
    boolean putBack(ProduceBatch batch, long notBeforeNanos, ClientFailure because, boolean anew) {
        accumulatorLock.lock();
        try {
            if (abandoned) {
                return false;
            }
            batch.retryAt(notBeforeNanos, because);
            if (anew) {
                queue(batch).putBackUnnumbered(batch);
            } else {
                queue(batch).putBack(batch);
            }
            workArrived.signalAll();
            return true;
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Puts back a batch that was taken while older ones of its partition were in flight, if one of
    /// these has come back since: the next leader must not get the younger one first.
    ///
    /// @return whether it did
    boolean putBackIfOvertaking(ProduceBatch batch) {
        accumulatorLock.lock();
        try {
            boolean overtaking = queue(batch).isOvertaking(batch);
            if (overtaking) {
                queue(batch).putBack(batch);
            }
            return overtaking;
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Puts back, in two halves, a batch that was taken and is too large for the broker.
    ///
    /// @return false if nobody sends any more
    boolean split(ProduceBatch batch, ClientFailure because) {
        accumulatorLock.lock();
        try {
            if (abandoned) {
                return false;
            }
            List<ProduceBatch> halves = batch.split(builder(), builder());
            halves.forEach(half -> half.retryAt(clock.nanos(), because));
            alive.merge(batch.serial(), 1, Integer::sum);
            queue(batch).putBackSplit(halves);
            workArrived.signalAll();
            return true;
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// A batch that was taken has been acknowledged.
    void acknowledged(ProduceBatch batch) {
        accumulatorLock.lock();
        try {
            queue(batch).acknowledged();
            giveBackMemory(batch);
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// A batch is given up.
    ///
    /// @param taken whether it was in flight
    void failed(ProduceBatch batch, boolean taken) {
        accumulatorLock.lock();
        try {
            queue(batch).failed(batch, taken);
            giveBackMemory(batch);
        } finally {
            accumulatorLock.unlock();
        }
    }

    @GuardedBy("accumulatorLock")
    private void giveBackMemory(ProduceBatch batch) {
        reservedBytes -= batch.reservedBytes();
        alive.computeIfPresent(batch.serial(), (s, count) -> count == 1 ? null : count - 1);
        boolean hasGrown = batch.sizeAtMost() > config.batchBytes();
        boolean fits = (spareBuilders.size() + 1L) * config.batchBytes() <= config.bufferBytes();
        if (fits && !hasGrown) {
            spareBuilders.push(batch.builder().clear());
        }
        roomMade.signalAll();
        workArrived.signalAll();
        batchFinished.signalAll();
    }

    @GuardedBy("accumulatorLock")
    private PartitionQueue queue(ProduceBatch batch) {
        return queues.computeIfAbsent(batch.partition(), PartitionQueue::new);
    }

    /// What was due and could not be taken may be taken now.
    void lookAgain() {
        accumulatorLock.lock();
        try {
            workArrived.signalAll();
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Sends everything at once and waits until it is acknowledged or has failed.
    void flush() {
        accumulatorLock.lock();
        try {
            flushing++;
            workArrived.signalAll();
            try {
                awaitEnd(nextSerial);
            } finally {
                flushing--;
            }
        } finally {
            accumulatorLock.unlock();
        }
    }

    @GuardedBy("accumulatorLock")
    private void awaitEnd(long serial) {
        while (!alive.headMap(serial).isEmpty()) {
            if (abandoned) {
                throw new ClientFailure.Closed("The producer has stopped; records may be lost.");
            }
            await(batchFinished, clock.deadline(Clock.FAR));
        }
    }

    /// Takes nothing more; what is there is sent at once.
    void close() {
        accumulatorLock.lock();
        try {
            closed = true;
            roomMade.signalAll();
            workArrived.signalAll();
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Nobody sends any more.
    void abandon() {
        accumulatorLock.lock();
        try {
            closed = true;
            abandoned = true;
            roomMade.signalAll();
            batchFinished.signalAll();
        } finally {
            accumulatorLock.unlock();
        }
    }

    /// Whether it was closed and everything has come to its end.
    boolean isFinished() {
        accumulatorLock.lock();
        try {
            return isDone();
        } finally {
            accumulatorLock.unlock();
        }
    }

    @GuardedBy("accumulatorLock")
    private boolean isDone() {
        return closed && alive.isEmpty();
    }
}
