package io.zurau.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.client.OutgoingRecord;
import io.zurau.client.Producer;
import io.zurau.client.RecordPosition;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ZurauServerTest {
    private static final Seams SEAMS =
            new Seams(
                    new SystemClock(),
                    new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                    new SocketNetwork(),
                    new SecureRandomness());

    @TempDir Path home;

    @Test
    void acknowledgedRecordsAreServedAgainAfterARestart() throws Exception {
        // Given
        List<RecordPosition> acknowledged = new ArrayList<>();
        try (ZurauServer server = start(Map.of("num.partitions", "3"))) {
            acknowledged.addAll(produce(server, 0, 500));
        }

        // When
        try (ZurauServer server = start(Map.of())) {
            acknowledged.addAll(produce(server, 500, 1000));

            // Then
            List<ConsumedRecord> read = consumeAll(server, 1000);
            assertThat(read.stream().map(ZurauServerTest::text).sorted().toList())
                    .isEqualTo(
                            Stream.iterate(0, i -> i + 1)
                                    .limit(1000)
                                    .map(ZurauServerTest::value)
                                    .sorted()
                                    .toList());
            assertThat(read)
                    .extracting(r -> new RecordPosition("t", r.partition(), r.offset()))
                    .containsExactlyInAnyOrderElementsOf(acknowledged);
        }
    }

    @Test
    void aSecondNodeOnTheSameDirectoryIsRefused() {
        try (ZurauServer server = start(Map.of())) {
            assertThat(server.port()).isPositive();
            assertThatThrownBy(() -> start(Map.of()))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("in use by another process");
        }
    }

    @Test
    void aBusyPortIsNoticedBeforeAnythingIsWritten() throws Exception {
        // Given
        try (Network.Listener busy = SEAMS.network().listen("localhost", 0)) {
            // When
            assertThatThrownBy(
                            () ->
                                    start(
                                            Map.of(
                                                    "listeners",
                                                    "PLAINTEXT://localhost:" + busy.port())))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("localhost:" + busy.port());
        }

        // Then
        assertThat(home.resolve("data")).doesNotExist();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws IOException {
        // Given
        Files.writeString(home.resolve("data"), "a file");

        // When, then
        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(home.resolve("data").toString());
        assertThat(home.resolve("data")).hasContent("a file");
    }

    @Test
    void aDirectoryOfAnotherNodeIsRefused() {
        // Given
        start(Map.of()).close();

        // When, then
        assertThatThrownBy(() -> start(Map.of("node.id", "2")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("belongs to node 1, but node.id is 2");
    }

    @Test
    void theClusterKeepsItsIdAndItsPortIsFreeAfterClosing() throws Exception {
        // Given
        ZurauServer first = start(Map.of());
        String clusterId = first.clusterId();
        int port = first.port();
        first.close();

        // When
        try (ZurauServer second = start(Map.of("listeners", "PLAINTEXT://localhost:" + port))) {
            // Then
            assertThat(second.clusterId()).isEqualTo(clusterId);
            assertThat(second.address()).isEqualTo("localhost:" + port);
        }
    }

    @Test
    void aNodeThatIsTooOldForTheMetadataIsRefused() {
        // Given
        Map<String, String> settings =
                Map.of(
                        "log.dirs",
                        home.resolve("data").toString(),
                        "listeners",
                        "PLAINTEXT://localhost:0");
        MetadataLogs newer =
                opening ->
                        LocalMetadataLog.open(
                                opening.disk(),
                                SEAMS.clock(),
                                1,
                                "cluster",
                                () ->
                                        List.of(
                                                FeatureLevelRecord.builder()
                                                        .name("future.version")
                                                        .featureLevel((short) 1)
                                                        .build()));

        // When, then
        assertThatThrownBy(
                        () ->
                                ZurauServer.start(
                                        ServerConfig.from(settings),
                                        SEAMS,
                                        directory -> new FileDisk(Path.of(directory)),
                                        newer))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("level 1 of future.version, but node 1 does not support")
                .hasMessageContaining("Start the node with a version of Zurau that supports it");
    }

    private ZurauServer start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("log.dirs", home.resolve("data").toString());
        all.put("listeners", "PLAINTEXT://localhost:0");
        all.put("journal.size", "16777216");
        all.putAll(settings);
        return ZurauServer.start(
                ServerConfig.from(all), SEAMS, directory -> new FileDisk(Path.of(directory)));
    }

    private static List<RecordPosition> produce(ZurauServer server, int from, int to)
            throws Exception {
        try (Producer producer =
                Producer.of(Map.of("bootstrap.servers", server.address()), SEAMS)) {
            List<CompletableFuture<RecordPosition>> sent = new ArrayList<>();
            for (int i = from; i < to; i++) {
                ByteBuffer value = ByteBuffer.wrap(value(i).getBytes(StandardCharsets.UTF_8));
                sent.add(producer.send(new OutgoingRecord("t", null, value)));
            }
            List<RecordPosition> positions = new ArrayList<>();
            for (CompletableFuture<RecordPosition> one : sent) {
                positions.add(one.get());
            }
            return positions;
        }
    }

    private static List<ConsumedRecord> consumeAll(ZurauServer server, int count) {
        try (Consumer consumer =
                Consumer.of(Map.of("bootstrap.servers", server.address()), SEAMS)) {
            List<TopicPartition> partitions = consumer.partitionsOf("t");
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumedRecord> read = new ArrayList<>();
            while (read.size() < count) {
                read.addAll(consumer.poll(Duration.ofSeconds(1)));
            }
            return read;
        }
    }

    private static String value(int i) {
        return "value " + i;
    }

    private static String text(ConsumedRecord consumed) {
        ByteBuffer value = consumed.value();
        return value == null ? "" : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    }
}
