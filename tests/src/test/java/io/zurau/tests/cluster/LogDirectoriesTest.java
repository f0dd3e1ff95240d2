package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A node with two log directories (KIP-112, KIP-113), as Apache Kafka's admin client sees it.
class LogDirectoriesTest {
    private static final int RECORDS = 600;
    private static final int PARTITIONS = 6;

    private final Path folder = Workspace.newDirectory("log-directories");
    private final String first = folder.resolve("first").toString();
    private final String second = folder.resolve("second").toString();
    private final ZurauProcess node =
            new ZurauProcess(folder, Map.of("log.dirs", first + "," + second));
    private Admin admin;

    @BeforeEach
    void start() {
        node.start();
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()));
    }

    @AfterEach
    void stop() {
        admin.close();
        node.close();
    }

    private Map<String, LogDirDescription> directories() throws Exception {
        return new TreeMap<>(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1));
    }

    private void create(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
    }

    private void produce(String topic) {
        try (Producer<String, String> producer =
                Clients.producer(Map.of("bootstrap.servers", node.bootstrap()))) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, "", "" + i));
            }
            producer.flush();
        }
    }

    private List<Integer> read(String topic) {
        return Clients.readAll(topic, Map.of("bootstrap.servers", node.bootstrap())).stream()
                .map(ConsumerRecord::value)
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    @Test
    void partitionsAreSpreadOverTheDirectoriesAndRecoveredFromBoth() throws Exception {
        // Given
        create("spread");

        // Then
        assertThat(directories()).containsOnlyKeys(first, second);
        assertThat(directories().values())
                .extracting(directory -> directory.replicaInfos().size())
                .containsExactly(PARTITIONS / 2, PARTITIONS / 2);

        // When
        produce("spread");
        node.kill();
        node.start();

        // Then
        assertThat(read("spread")).isEqualTo(IntStream.range(0, RECORDS).boxed().toList());
        assertThat(directories().values())
                .extracting(directory -> directory.replicaInfos().size())
                .containsExactly(PARTITIONS / 2, PARTITIONS / 2);
    }
}
