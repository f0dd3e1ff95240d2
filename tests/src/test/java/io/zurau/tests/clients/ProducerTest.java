package io.zurau.tests.clients;

import static io.zurau.tests.conformance.Clients.failureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerTest {
    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void recordsOfEveryCodecComeBackAsTheyWere(String codec) throws Exception {
        // Given
        String topic = Clients.newTopic("codec", 1);
        int count = 2000;

        // When
        try (Producer<String, String> producer =
                Clients.producer(Map.of("compression.type", codec, "linger.ms", "20"))) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, "key " + i, "value äöü " + i));
            }
        }

        // Then
        List<ConsumerRecord<String, String>> records = Clients.readAll(topic);
        assertThat(records).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(records.get(i).offset()).isEqualTo(i);
            assertThat(records.get(i).key()).isEqualTo("key " + i);
            assertThat(records.get(i).value()).isEqualTo("value äöü " + i);
        }
    }

    @Test
    void headersNullsAndTimestampsAreKept() throws Exception {
        // Given
        String topic = Clients.newTopic("headers", 1);
        var header = new RecordHeader("name", "value".getBytes(UTF_8));

        // When
        try (Producer<String, String> producer = Clients.producer()) {
            producer.send(new ProducerRecord<>(topic, 0, 123L, null, "v", List.of(header)));
            producer.send(new ProducerRecord<>(topic, 0, 456L, "k", null, List.of()));
        }

        // Then
        List<ConsumerRecord<String, String>> records = Clients.readAll(topic);
        assertThat(records).hasSize(2);
        assertThat(records.getFirst().key()).isNull();
        assertThat(records.getFirst().timestamp()).isEqualTo(123);
        assertThat(records.getFirst().timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(records.getFirst().headers()).containsExactly(header);
        assertThat(records.getLast().value()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"all, true", "all, false", "1, false", "0, false"})
    void everyKindOfAcknowledgementWorks(String acks, String idempotence) throws Exception {
        // Given
        String topic = Clients.newTopic("acks", 1);

        // When
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<String, String> producer =
                Clients.producer(Map.of("acks", acks, "enable.idempotence", idempotence))) {
            for (int i = 0; i < 100; i++) {
                sent.add(producer.send(new ProducerRecord<>(topic, "v" + i)));
            }
        }

        // Then
        assertThat(Clients.readAll(topic))
                .extracting(ConsumerRecord::value)
                .first()
                .isEqualTo("v0");
        assertThat(sent.getLast().get().offset()).isEqualTo(acks.equals("0") ? -1 : 99);
    }

    @Test
    void aLargeRecordIsTakenUpToTheTopicsLimit() throws Exception {
        // Given
        String topic = Clients.newTopic("large", 1, Map.of("max.message.bytes", "6000000"));
        String small = Clients.newTopic("small", 1);
        String large = "x".repeat(5_000_000);

        try (Producer<String, String> producer =
                Clients.producer(Map.of("max.request.size", "9000000"))) {
            // When
            long offset = producer.send(new ProducerRecord<>(topic, large)).get().offset();
            Throwable refused = failureOf(producer.send(new ProducerRecord<>(small, large)));

            // Then
            assertThat(offset).isZero();
            assertThat(refused).isInstanceOf(RecordTooLargeException.class);
        }
        assertThat(Clients.readAll(topic))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).hasSize(5_000_000));
        assertThat(Clients.readAll(small)).isEmpty();
    }

    @Test
    void anUnknownTopicIsMadeAndABadNameRefused() throws Exception {
        // Given
        String topic = Shared.name("made-by-writing");

        try (Producer<String, String> producer = Clients.producer()) {
            // When
            RecordMetadata written = producer.send(new ProducerRecord<>(topic, "v")).get();
            Throwable refused = failureOf(producer.send(new ProducerRecord<>("a b", "v")));

            // Then
            assertThat(written.offset()).isZero();
            assertThat(refused).isInstanceOf(InvalidTopicException.class);
        }
    }

    @Test
    void aTopicWithLogAppendTimeStampsItsRecords() throws Exception {
        // Given
        String topic =
                Clients.newTopic(
                        "append-time", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        long before = System.currentTimeMillis();

        // When
        long answered;
        try (Producer<String, String> producer = Clients.producer()) {
            answered =
                    producer.send(new ProducerRecord<>(topic, 0, 5L, null, "v")).get().timestamp();
        }

        // Then
        assertThat(answered).isBetween(before, System.currentTimeMillis());
        assertThat(Clients.readAll(topic))
                .singleElement()
                .satisfies(record -> assertThat(record.timestamp()).isEqualTo(answered))
                .satisfies(
                        record ->
                                assertThat(record.timestampType())
                                        .isEqualTo(TimestampType.LOG_APPEND_TIME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "uncompressed"})
    void aTopicMayForceACodec(String codec) throws Exception {
        // Given
        String topic = Clients.newTopic("forced", 1, Map.of("compression.type", codec));

        // When
        try (Producer<String, String> producer =
                Clients.producer(Map.of("compression.type", "lz4", "linger.ms", "20"))) {
            for (int i = 0; i < 500; i++) {
                producer.send(new ProducerRecord<>(topic, "value " + i));
            }
        }

        // Then
        assertThat(Clients.readAll(topic)).hasSize(500);
    }
}
