package io.zurau.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka's producer in this JVM, which is warm, for times from a process's birth to its first
/// acknowledgement.
final class Writer implements AutoCloseable {
    private static final int RECORD_BYTES = 1000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[] value = new byte[RECORD_BYTES];

    Writer(String bootstrap) {
        new Random(1).nextBytes(value);
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        settings.put("max.block.ms", "120000");
        settings.put("delivery.timeout.ms", "120000");
        // It knocks often, so that what is measured is the server.
        settings.put("reconnect.backoff.ms", "5");
        settings.put("reconnect.backoff.max.ms", "5");
        settings.put("retry.backoff.ms", "5");
        settings.put("retry.backoff.max.ms", "5");
        this.producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Returns when one record is acknowledged; the topic is made by it if need be.
    void writeOne(String topic) throws InterruptedException, ExecutionException {
        producer.send(new ProducerRecord<>(topic, value)).get();
    }

    /// Writes so many bytes and returns when all are acknowledged.
    void write(String topic, long bytes) {
        for (long written = 0; written < bytes; written += RECORD_BYTES) {
            producer.send(new ProducerRecord<>(topic, value));
        }
        producer.flush();
    }

    /// Writes until [#close].
    Thread writeOn(String topic) {
        return Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                while (!Thread.currentThread().isInterrupted()) {
                                    producer.send(new ProducerRecord<>(topic, value));
                                }
                            } catch (RuntimeException e) {
                                // Closed or interrupted: that is how it ends.
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
