package io.zurau.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A producer with acks=all that writes a record a millisecond to one partition, and measures how
/// long it hears nothing, and how long a record waits to be acknowledged.
final class GapMeter implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int RECORD_BYTES = 1000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong lastNanos = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong longestWaitNanos = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Thread sender;

    /// What is done to the servers.
    @FunctionalInterface
    interface Trouble {
        void make() throws Exception;
    }

    GapMeter(String bootstrap, String topic) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        this.producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.sender = Thread.ofPlatform().start(() -> send(topic));
    }

    private void send(String topic) {
        byte[] value = new byte[RECORD_BYTES];
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long sentNanos = System.nanoTime();
                producer.send(
                        new ProducerRecord<>(topic, 0, null, value),
                        (position, error) -> {
                            if (error == null) {
                                heard(sentNanos);
                            }
                        });
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException e) {
            Thread.currentThread().interrupt(); // Closed: that is how it ends.
        }
    }

    private void heard(long sentNanos) {
        long now = System.nanoTime();
        longestWaitNanos.accumulateAndGet(now - sentNanos, Math::max);
        long last = lastNanos.getAndSet(now);
        if (last != 0) {
            longestNanos.accumulateAndGet(now - last, Math::max);
        }
        acknowledged.incrementAndGet();
    }

    /// Does something and returns the longest silence from just before until acknowledgements come
    /// again, in milliseconds.
    double longestGapMs(Trouble trouble) throws Exception {
        return longestMs(longestNanos, trouble);
    }

    /// Likewise, the longest time from a record's sending to its acknowledgement.
    double longestWaitMs(Trouble trouble) throws Exception {
        return longestMs(longestWaitNanos, trouble);
    }

    private double longestMs(AtomicLong longest, Trouble trouble) throws Exception {
        awaitMore();
        longest.set(0);
        trouble.make();
        awaitMore();
        return longest.get() / 1e6;
    }

    private void awaitMore() {
        long goal = acknowledged.get() + 500;
        while (acknowledged.get() < goal) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        sender.interrupt();
        producer.close(Duration.ZERO);
    }
}
