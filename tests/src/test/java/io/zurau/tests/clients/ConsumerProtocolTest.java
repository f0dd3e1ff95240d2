package io.zurau.tests.clients;

import static io.zurau.tests.conformance.KafkaTool.CONSUMER_GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Kafka's consumer with `group.protocol=consumer` (KIP-848).
final class ConsumerProtocolTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PARTITIONS = 4;

    private final List<Consumer<String, String>> open = new ArrayList<>();
    private String topic = "";
    private String group = "";

    @BeforeEach
    void aTopicAndAGroup() throws Exception {
        topic = Clients.newTopic("shared", PARTITIONS);
        group = Shared.name("group");
    }

    @AfterEach
    void everyoneLeaves() {
        open.forEach(Consumer::close);
    }

    private Consumer<String, String> consumer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("group.id", group);
        all.putIfAbsent("group.protocol", "consumer");
        Consumer<String, String> consumer = Clients.consumer(all);
        open.add(consumer);
        return consumer;
    }

    private Consumer<String, String> member(Map<String, Object> settings) {
        Consumer<String, String> consumer = consumer(settings);
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private Consumer<String, String> classic() {
        return member(
                Map.of(
                        "group.protocol",
                        "classic",
                        "heartbeat.interval.ms",
                        "100",
                        "session.timeout.ms",
                        "6000"));
    }

    private void leave(Consumer<String, String> consumer) {
        open.remove(consumer);
        consumer.close();
    }

    /// Lets all members work until it is so.
    private void until(String what, BooleanSupplier so) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        what
                                + " did not come; assigned "
                                + open.stream().map(Consumer::assignment).toList());
            }
            open.forEach(one -> one.poll(Duration.ofMillis(20)));
        }
    }

    /// Whether the members have all partitions of the topic, each as many as the next.
    private boolean isBalanced() {
        Set<TopicPartition> all = new HashSet<>();
        for (Consumer<String, String> one : open) {
            all.addAll(one.assignment());
            if (one.assignment().size() != PARTITIONS / open.size()) {
                return false;
            }
        }
        return all.size() == PARTITIONS;
    }

    private ConsumerGroupDescription described() {
        try (Admin admin = Clients.admin()) {
            return admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .values()
                    .iterator()
                    .next()
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void produce(int count) {
        try (Producer<String, String> producer = Clients.producer()) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, "v" + i));
            }
        }
    }

    @Test
    void membersComeAndGoAndShareWhatThereIs() throws Exception {
        // When
        Consumer<String, String> first = member(Map.of());
        until("everything", this::isBalanced);
        Consumer<String, String> second = member(Map.of("group.remote.assignor", "range"));
        until("half for each", this::isBalanced);

        // Then
        assertThat(described().groupState().toString()).isEqualTo("Stable");
        assertThat(described().type()).isEqualTo(GroupType.CONSUMER);
        assertThat(second.groupMetadata().generationId()).isPositive();

        // When
        leave(first);
        until("everything again", this::isBalanced);
        produce(8);

        // Then
        assertThat(Clients.poll(second, 8)).hasSize(8);
        second.commitSync();
        assertThat(second.committed(second.assignment()).values())
                .allMatch(offset -> offset.offset() == 2);
    }

    @Test
    void regularExpressionsAreResolvedByTheBroker() throws Exception {
        // Given
        produce(4);

        // When
        Consumer<String, String> consumer = consumer(Map.of());
        consumer.subscribe(new SubscriptionPattern(topic.substring(0, topic.length() - 1) + ".*"));

        // Then
        assertThat(Clients.poll(consumer, 4)).isNotEmpty();
        until("the topic", () -> consumer.assignment().contains(new TopicPartition(topic, 0)));
    }

    @Test
    void aStaticMemberComesBackWithoutAnyoneNoticing() throws Exception {
        // Given
        Consumer<String, String> staying = member(Map.of());
        Consumer<String, String> restarted = member(Map.of("group.instance.id", "i"));
        until("half for each", this::isBalanced);
        Set<TopicPartition> before = Set.copyOf(restarted.assignment());
        Set<TopicPartition> others = Set.copyOf(staying.assignment());
        int epoch = described().groupEpoch().orElseThrow();

        // When
        leave(restarted);
        Consumer<String, String> back = member(Map.of("group.instance.id", "i"));
        until("its half", () -> back.assignment().equals(before));

        // Then
        assertThat(staying.assignment()).isEqualTo(others);
        assertThat(described().groupEpoch()).hasValue(epoch);
    }

    @Test
    void aGroupChangesItsProtocolWhileItsMembersWork() throws Exception {
        // Given
        Consumer<String, String> old = classic();
        until("everything", this::isBalanced);
        assertThat(described().type()).isEqualTo(GroupType.CLASSIC);

        // When
        Consumer<String, String> modern = member(Map.of());
        until("half for each", this::isBalanced);

        // Then
        assertThat(described().type()).isEqualTo(GroupType.CONSUMER);
        produce(4);
        assertThat(Clients.poll(old, 2)).hasSize(2);
        old.commitSync();

        // When
        leave(modern);
        until("everything for the old one", this::isBalanced);

        // Then
        assertThat(described().type()).isEqualTo(GroupType.CLASSIC);
        assertThat(Clients.poll(old, 2)).hasSize(2);
    }

    @Test
    void theToolShowsTheGroup() {
        // Given
        Consumer<String, String> consumer = member(Map.of());
        produce(4);
        Clients.poll(consumer, 4);
        consumer.commitSync();
        String id = consumer.groupMetadata().memberId();

        // When
        String offsets = CONSUMER_GROUPS.run("--describe", "--group", group).text();
        String members =
                CONSUMER_GROUPS
                        .run("--describe", "--group", group, "--members", "--verbose")
                        .text();
        String state =
                CONSUMER_GROUPS.run("--describe", "--group", group, "--state", "--verbose").text();
        List<String> stable =
                CONSUMER_GROUPS.run("--list", "--state", "stable", "--type", "consumer").lines();
        List<String> classic = CONSUMER_GROUPS.run("--list", "--type", "classic").lines();

        // Then
        assertThat(offsets).containsPattern(group + "\\s+" + topic + "\\s+0\\s+.*1\\s+1\\s+0\\s");
        assertThat(members).contains(id, topic + ":0,1,2,3");
        assertThat(state).contains("uniform").contains("Stable");
        assertThat(stable).anyMatch(line -> line.startsWith(group + " "));
        assertThat(classic).noneMatch(line -> line.startsWith(group));
    }
}
