package io.zurau.tests.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// An idempotent producer at full speed that numbers its records in each partition and notes which
/// were acknowledged.
///
/// Acknowledgements need not come in order, only records must stand in order: a batch that was
/// stored by a leader whose answer was lost is acknowledged when it is sent again, perhaps after
/// the next one was taken by the next leader.
///
/// **Guard:** the producer's own thread writes `acknowledged` and `early`; everybody reads the
/// first.
public final class NumberedRecords {
    private static final long LIMIT_NANOS = 60_000_000_000L;

    private final int partitions;
    private final long pauseNanos;
    private final AtomicIntegerArray sent;
    private final AtomicIntegerArray acknowledged; // All before this number.
    private final List<TreeSet<Integer>> early; // Acknowledged numbers behind it.
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread sender;

    /// At full speed.
    public NumberedRecords(String bootstrap, String topic, int partitions) {
        this(bootstrap, topic, partitions, 0);
    }

    /// @param pauseNanos between two records of each partition, where a test takes so long that all
    ///   that could be sent would be too much to read
    public NumberedRecords(String bootstrap, String topic, int partitions, long pauseNanos) {
        this.partitions = partitions;
        this.pauseNanos = pauseNanos;
        this.sent = new AtomicIntegerArray(partitions);
        this.acknowledged = new AtomicIntegerArray(partitions);
        this.early = Stream.generate(TreeSet<Integer>::new).limit(partitions).toList();
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "acks",
                        "all",
                        "enable.idempotence",
                        "true",
                        "linger.ms",
                        "1",
                        "buffer.memory",
                        "8000000",
                        "metadata.max.age.ms", // It hears of new leaders before old ones answer.
                        "100",
                        "reconnect.backoff.max.ms",
                        "100",
                        "request.timeout.ms",
                        "5000",
                        "delivery.timeout.ms",
                        "60000");
        this.sender = new Thread(() -> send(settings, topic), "sender");
        sender.start();
    }

    private void send(Map<String, Object> settings, String topic) {
        String padding = "x".repeat(200);
        try (Producer<String, String> producer = Clients.producer(settings)) {
            while (!stopping.get()) {
                LockSupport.parkNanos(pauseNanos);
                for (int partition = 0; partition < partitions; partition++) {
                    int number = sent.getAndIncrement(partition);
                    int target = partition;
                    producer.send(
                            new ProducerRecord<>(topic, partition, null, number + " " + padding),
                            (metadata, error) -> {
                                if (error != null) {
                                    failures.add(target + ": " + number + " failed: " + error);
                                } else {
                                    acknowledge(target, number);
                                }
                            });
                }
            }
        } catch (RuntimeException e) {
            failures.add("The producer stopped with " + e);
        }
    }

    private void acknowledge(int partition, int number) {
        TreeSet<Integer> waiting = early.get(partition);
        waiting.add(number);
        while (waiting.remove(acknowledged.get(partition))) {
            acknowledged.incrementAndGet(partition);
        }
    }

    /// Waits until so many more records are acknowledged in each partition.
    public void awaitAcknowledged(int more) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        for (int partition = 0; partition < partitions; partition++) {
            int goal = acknowledged.get(partition) + more;
            while (acknowledged.get(partition) < goal) {
                if (System.nanoTime() > deadline || !failures.isEmpty()) {
                    throw new AssertionError(
                            "Partition %d has %d acknowledged records instead of %d. Failures: %s"
                                    .formatted(
                                            partition,
                                            acknowledged.get(partition),
                                            goal,
                                            failures.stream().limit(3).toList()));
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /// Waits until so many records of a partition were sent and not acknowledged.
    public void awaitUnacknowledged(int partition, int count) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (sent.get(partition) - acknowledged.get(partition) < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("All that is sent is acknowledged.");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Sends what is still on its way and ends. All of it has been acknowledged or has failed then.
    public void stop() throws InterruptedException {
        stopping.set(true);
        sender.join();
    }

    public List<String> failures() {
        return failures.stream().limit(10).toList();
    }

    /// What is wrong with what was read: in each partition it must be 0, 1, 2, … up to at least
    /// what was acknowledged.
    public List<String> problemsIn(List<ConsumerRecord<String, String>> records) {
        List<String> problems = new ArrayList<>();
        int[] next = new int[partitions];
        for (ConsumerRecord<String, String> record : records) {
            int number = Integer.parseInt(record.value().substring(0, record.value().indexOf(' ')));
            int expected = next[record.partition()];
            if (number != expected || record.offset() != expected) {
                problems.add(
                        "Partition %d offset %d holds %d instead of %d"
                                .formatted(record.partition(), record.offset(), number, expected));
            }
            next[record.partition()] = number + 1;
        }
        for (int partition = 0; partition < partitions; partition++) {
            if (next[partition] < acknowledged.get(partition)) {
                problems.add(
                        "Partition %d ends at %d but %d records were acknowledged"
                                .formatted(
                                        partition, next[partition], acknowledged.get(partition)));
            }
        }
        return problems.stream().limit(10).toList();
    }
}
