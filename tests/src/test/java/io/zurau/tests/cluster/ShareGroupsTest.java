package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.ShareClients;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.junit.jupiter.api.Test;

/// A share group on three nodes: leaders of its partitions, coordinators of what it does there, and
/// its own coordinator are wherever they are.
class ShareGroupsTest {
    private static final String GROUP = "g";
    private static final String TOPIC = "shared";
    private static final int RECORDS = 60;

    @Test
    void whatWasAcceptedDoesNotComeAgainWhenANodeDies() throws Exception {
        try (ZurauCluster cluster =
                new ZurauCluster(Workspace.newDirectory("share-groups"), 3, Map.of())) {
            // Given
            cluster.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", cluster.bootstrap());
            try (Admin admin = Clients.admin(cluster.bootstrap())) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 6, (short) 3))).all().get();
            }
            ShareClients.beginsAtTheEarliest(cluster.bootstrap(), GROUP);
            ShareClients.produce(cluster.bootstrap(), TOPIC, 0, RECORDS);
            try (ShareConsumer<String, String> consumer =
                    ShareClients.implicit(GROUP, connection)) {
                consumer.subscribe(List.of(TOPIC));
                assertThat(values(ShareClients.poll(consumer, RECORDS)))
                        .containsExactlyInAnyOrderElementsOf(ShareClients.values(0, RECORDS));
                assertThat(consumer.commitSync().values()).allMatch(Optional::isEmpty);
            }

            // When
            cluster.node(2).kill();
            ShareClients.produce(cluster.bootstrap(), TOPIC, RECORDS, RECORDS);

            // Then
            try (ShareConsumer<String, String> consumer =
                    ShareClients.implicit(GROUP, connection)) {
                consumer.subscribe(List.of(TOPIC));
                List<ConsumerRecord<String, String>> after = ShareClients.poll(consumer, RECORDS);
                assertThat(values(after))
                        .containsExactlyInAnyOrderElementsOf(ShareClients.values(RECORDS, RECORDS));
                assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();
            }
        }
    }

    private static SortedSet<String> values(List<ConsumerRecord<String, String>> records) {
        TreeSet<String> values = new TreeSet<>();
        records.forEach(record -> values.add(record.value()));
        assertThat(values).hasSameSizeAs(records);
        return values;
    }
}
