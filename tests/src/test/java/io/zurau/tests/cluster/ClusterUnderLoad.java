package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.ZurauCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.awaitility.Awaitility;

/// A cluster that something is done to while a producer writes: every acknowledged record is there
/// exactly once, in order, afterwards.
record ClusterUnderLoad(ZurauCluster cluster) {
    static final int PARTITIONS = 3;
    static final int REPLICAS = 3;
    static final int SOME_RECORDS = 300;
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final long PAUSE_NANOS = 500_000;

    /// What is done.
    @FunctionalInterface
    interface Trouble {
        void make(NumberedRecords records) throws Exception;
    }

    void check(String topic, Trouble trouble) throws Exception {
        // Given a producer
        createTopic(topic);
        NumberedRecords records = writing(topic);
        try {
            records.awaitAcknowledged(SOME_RECORDS);

            // When
            trouble.make(records);
            records.awaitAcknowledged(SOME_RECORDS);
        } finally {
            records.stop();
        }

        // Then
        Map<String, Object> connection = Map.of("bootstrap.servers", cluster.bootstrap());
        assertThat(records.failures()).isEmpty();
        assertThat(records.problemsIn(Clients.readAll(topic, connection))).isEmpty();
        awaitAllInSync(topic);
    }

    NumberedRecords writing(String topic) {
        return new NumberedRecords(cluster.bootstrap(), topic, PARTITIONS, PAUSE_NANOS);
    }

    /// With a leader on each of the first three nodes.
    void createTopic(String topic) throws Exception {
        try (Admin admin = admin()) {
            NewTopic replicated =
                    new NewTopic(
                                    topic,
                                    Map.of(
                                            0, List.of(1, 2, 3),
                                            1, List.of(2, 3, 1),
                                            2, List.of(3, 1, 2)))
                            .configs(Map.of("min.insync.replicas", "2"));
            admin.createTopics(List.of(replicated)).all().get();
        }
    }

    Admin admin() {
        return Clients.admin(cluster.bootstrap());
    }

    void awaitAllInSync(String topic) {
        try (Admin admin = admin()) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(
                            () ->
                                    describe(admin, topic).partitions().stream()
                                            .allMatch(p -> p.isr().size() == REPLICAS));
        }
    }

    static TopicDescription describe(Admin admin, String topic) throws Exception {
        return Objects.requireNonNull(
                Objects.requireNonNull(
                                admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
                        .get());
    }

    /// Who leads partition 0.
    int leader(String topic) throws Exception {
        try (Admin admin = admin()) {
            return describe(admin, topic).partitions().getFirst().leader().id();
        }
    }
}
