package io.zurau.tests.clients;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerTest {
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final long LIMIT_NANOS = Duration.ofSeconds(40).toNanos();

    /// A topic with so many records in each partition, a second apart.
    private static String filled(int partitions, int each) throws Exception {
        String topic = Clients.newTopic("consumed", partitions);
        try (Producer<String, String> producer = Clients.producer()) {
            for (int partition = 0; partition < partitions; partition++) {
                for (int i = 0; i < each; i++) {
                    String value = partition + "/" + i;
                    producer.send(new ProducerRecord<>(topic, partition, 1000L * i, null, value));
                }
            }
        }
        return topic;
    }

    private static Consumer<String, String> member(String group, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("group.id", group);
        return Clients.consumer(settings);
    }

    @Test
    void seeksPausesAndLooksOffsetsUp() throws Exception {
        // Given
        String topic = filled(2, 10);
        TopicPartition first = new TopicPartition(topic, 0);
        TopicPartition second = new TopicPartition(topic, 1);
        try (Consumer<String, String> consumer = Clients.consumer(Map.of())) {
            consumer.assign(List.of(first, second));

            // When
            consumer.seek(first, 7);
            consumer.pause(List.of(second));

            // Then
            assertThat(Clients.poll(consumer, 3))
                    .extracting(ConsumerRecord::value)
                    .containsExactly("0/7", "0/8", "0/9");

            // When
            consumer.resume(List.of(second));
            consumer.seekToBeginning(List.of(second));

            // Then
            assertThat(Clients.poll(consumer, 10)).hasSize(10);
            assertThat(consumer.beginningOffsets(List.of(first))).containsEntry(first, 0L);
            assertThat(consumer.endOffsets(List.of(second))).containsEntry(second, 10L);
            assertThat(consumer.offsetsForTimes(Map.of(first, 4500L)))
                    .hasEntrySatisfying(first, found -> assertThat(found.offset()).isEqualTo(5));
            assertThat(consumer.offsetsForTimes(Map.of(first, 99_000L)).get(first)).isNull();
        }
    }

    @Test
    void startsWhereItsResetPolicySays() throws Exception {
        // Given
        String topic = filled(1, 5);
        TopicPartition partition = new TopicPartition(topic, 0);

        try (Consumer<String, String> latest =
                        Clients.consumer(Map.of("auto.offset.reset", "latest"));
                Consumer<String, String> none =
                        Clients.consumer(Map.of("auto.offset.reset", "none"))) {
            // When
            latest.assign(List.of(partition));
            none.assign(List.of(partition));

            // Then
            assertThat(latest.position(partition)).isEqualTo(5);
            assertThatThrownBy(() -> none.poll(Duration.ofSeconds(5)))
                    .isInstanceOf(NoOffsetForPartitionException.class);
        }
    }

    @Test
    void anOffsetOutOfRangeIsReset() throws Exception {
        // Given
        String topic = filled(1, 5);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<String, String> consumer = Clients.consumer(Map.of())) {
            consumer.assign(List.of(partition));

            // When
            consumer.seek(partition, 1000);

            // Then
            assertThat(Clients.poll(consumer, 5)).hasSize(5);
        }
    }

    @Test
    void committedOffsetsAreKeptWithTheirMetadata() throws Exception {
        // Given
        String topic = filled(1, 5);
        TopicPartition partition = new TopicPartition(topic, 0);
        String group = Shared.name("commit");
        try (Consumer<String, String> consumer = member(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            Clients.poll(consumer, 5);

            // When
            consumer.commitSync(
                    Map.of(partition, new OffsetAndMetadata(3, Optional.of(0), "so far")));
        }

        // Then
        try (Consumer<String, String> consumer = member(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            assertThat(Clients.poll(consumer, 2))
                    .extracting(ConsumerRecord::offset)
                    .containsExactly(3L, 4L);
            assertThat(consumer.committed(Set.of(partition)))
                    .containsEntry(partition, new OffsetAndMetadata(3, Optional.of(0), "so far"));
        }
    }

    @Test
    void offsetsAreCommittedOnTheirOwn() throws Exception {
        // Given
        String topic = filled(1, 5);
        String group = Shared.name("auto-commit");
        Map<String, Object> automatic =
                Map.of("enable.auto.commit", "true", "auto.commit.interval.ms", "50");

        // When
        try (Consumer<String, String> consumer = member(group, automatic)) {
            consumer.subscribe(List.of(topic));
            Clients.poll(consumer, 5);
        }

        // Then
        try (Consumer<String, String> consumer = member(group, Map.of())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            assertThat(consumer.committed(Set.of(partition)))
                    .containsEntry(partition, new OffsetAndMetadata(5, Optional.of(0), ""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.kafka.clients.consumer.RangeAssignor",
                "org.apache.kafka.clients.consumer.RoundRobinAssignor",
                "org.apache.kafka.clients.consumer.StickyAssignor",
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
            })
    void membersShareThePartitionsAndTakeOverFromOneThatLeaves(String assignor) throws Exception {
        // Given
        String topic = filled(4, 1);
        String group = Shared.name("shared");
        Map<String, Object> settings =
                Map.of("partition.assignment.strategy", assignor, "heartbeat.interval.ms", "200");
        try (Consumer<String, String> one = member(group, settings)) {
            one.subscribe(List.of(topic));
            awaitAssignments(List.of(one), 4, 4);

            // When
            try (Consumer<String, String> two = member(group, settings)) {
                two.subscribe(List.of(topic));

                // Then
                awaitAssignments(List.of(one, two), 4, 2);
            }

            // And when it has left
            awaitAssignments(List.of(one), 4, 4);
        }
    }

    /// Polls until the consumers together own all partitions, and each the number it should.
    private static void awaitAssignments(
            List<Consumer<String, String>> consumers, int partitions, int each) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            Set<TopicPartition> owned = new HashSet<>();
            boolean even = true;
            for (Consumer<String, String> consumer : consumers) {
                consumer.poll(MOMENT);
                owned.addAll(consumer.assignment());
                even &= consumer.assignment().size() == each;
            }
            if (even && owned.size() == partitions) {
                return;
            }
            assertThat(System.nanoTime()).as("owned so far: %s", owned).isLessThan(deadline);
        }
    }

    @Test
    void aMemberThatDiesIsReplacedAfterItsSessionTimeout() throws Exception {
        // Given
        String topic = filled(2, 1);
        String group = Shared.name("death");
        Map<String, Object> impatient =
                Map.of(
                        "session.timeout.ms", "6000",
                        "heartbeat.interval.ms", "500",
                        "max.poll.interval.ms", "6000");
        try (Consumer<String, String> alive = member(group, impatient);
                Consumer<String, String> dead = member(group, impatient)) {
            alive.subscribe(List.of(topic));
            dead.subscribe(List.of(topic));
            awaitAssignments(List.of(alive, dead), 2, 1);

            // When only one of them polls on
            awaitAssignments(List.of(alive), 2, 2);

            // Then
            assertThat(alive.assignment()).hasSize(2);
            assertThatThrownBy(dead::commitSync).isInstanceOf(CommitFailedException.class);
        }
    }

    @Test
    void aStaticMemberComesBackToItsPartitionsWithoutARebalance() throws Exception {
        // Given
        String topic = filled(4, 1);
        String group = Shared.name("static");
        try (Consumer<String, String> other = member(group, Map.of("group.instance.id", "b"))) {
            Consumer<String, String> first = member(group, Map.of("group.instance.id", "a"));
            first.subscribe(List.of(topic));
            other.subscribe(List.of(topic));
            awaitAssignments(List.of(first, other), 4, 2);
            Set<TopicPartition> before = first.assignment();
            int generation = other.groupMetadata().generationId();
            first.close();

            // When
            try (Consumer<String, String> back = member(group, Map.of("group.instance.id", "a"))) {
                back.subscribe(List.of(topic));
                awaitAssignments(List.of(back, other), 4, 2);

                // Then
                assertThat(back.assignment()).isEqualTo(before);
                assertThat(back.groupMetadata().generationId()).isEqualTo(generation);
            }
        }
    }

    @Test
    void subscriptionsByPatternFindTheirTopics() throws Exception {
        // Given
        String topic = filled(1, 3);
        try (Consumer<String, String> consumer = member(Shared.name("pattern"), Map.of())) {
            // When
            consumer.subscribe(Pattern.compile(topic.replace("-", ".")));

            // Then
            assertThat(Clients.poll(consumer, 3)).hasSize(3);
        }
    }

    @Test
    void aPollBringsNoMoreThanItShould() throws Exception {
        // Given
        String topic = filled(1, 100);
        try (Consumer<String, String> consumer =
                Clients.consumer(Map.of("max.poll.records", "7"))) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));

            // When, Then
            Set<Integer> sizes =
                    IntStream.range(0, 10)
                            .map(i -> consumer.poll(Duration.ofSeconds(5)).count())
                            .boxed()
                            .collect(toSet());
            assertThat(sizes).containsExactly(7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read_committed", "read_uncommitted"})
    void bothIsolationLevelsReadPlainRecords(String level) throws Exception {
        // Given
        String topic = filled(1, 5);

        // When, Then
        assertThat(Clients.readAll(topic, Map.of("isolation.level", level))).hasSize(5);
    }

    @Test
    void smallFetchesBringLargeRecordsNevertheless() throws Exception {
        // Given
        String topic = Clients.newTopic("fetch-limits", 1);
        try (Producer<String, String> producer = Clients.producer()) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>(topic, "x".repeat(500_000)));
            }
        }

        // When, Then
        assertThat(
                        Clients.readAll(
                                topic,
                                Map.of(
                                        "fetch.max.bytes", "1000",
                                        "max.partition.fetch.bytes", "1000")))
                .hasSize(5);
    }

    @Test
    void aConsumerMayRefuseToMakeTopics() throws Exception {
        // Given
        String topic = Shared.name("not-made");
        try (Consumer<String, String> consumer =
                Clients.consumer(Map.of("allow.auto.create.topics", "false"))) {
            // When
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.poll(MOMENT);

            // Then
            assertThat(consumer.listTopics()).doesNotContainKey(topic);
            try (var admin = Clients.admin()) {
                var described = admin.describeTopics(List.of(topic)).allTopicNames();
                assertThat(Clients.failureOf(described))
                        .isInstanceOf(UnknownTopicOrPartitionException.class);
            }
        }
    }
}
