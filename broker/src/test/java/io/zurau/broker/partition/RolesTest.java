package io.zurau.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.log.AppendOrigin;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.RegisterBrokerRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.SettingCatalog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a replica believes while its role, and who is in sync, changes. This is node 1.
@Timeout(20)
final class RolesTest {
    private static final int NODE = 1;
    private static final int EPOCH = 5;

    private final Seams seams =
            new Seams(
                    new SystemClock(),
                    new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                    new SocketNetwork(),
                    new SecureRandomness());
    @TempDir Path directory;
    private LogDirectory logs;
    private Partitions partitions;
    private ClusterImage image = ClusterImage.empty("cluster");

    @BeforeEach
    void open() {
        ClusterConfigs configs =
                new ClusterConfigs(
                        NODE,
                        TopicConfig.catalog(),
                        SettingCatalog.of(TopicConfig.brokerSettings()),
                        Map.of());
        logs =
                LogDirectory.open(
                        new Uuid(1, 1),
                        new FileDisk(directory),
                        new FileDisk(directory),
                        seams,
                        new LogDirectoryConfig(
                                ByteSize.ofMiB(8), Duration.ofMinutes(5), Duration.ofDays(1), 100),
                        LogConfig.from(configs.topic(image, "")),
                        LogProbe.NONE);
        partitions =
                new Partitions(
                        new Replication(
                                NODE,
                                Duration.ZERO,
                                false,
                                new ReplicationQuotas(configs, image, seams.clock()),
                                _ -> {}),
                        new LogDirectories(List.of(logs), List.of()),
                        configs,
                        image,
                        seams.clock());
    }

    @AfterEach
    void close() {
        partitions.close();
        logs.close();
    }

    @Test
    void whoFollowsMovesNoHighWatermarkByWhoWasInSyncWhenItLed() throws Exception {
        // Given
        Uuid topic = led("lonely", List.of(1));
        append("lonely", Acks.ALL);
        PartitionLeader before = leader("lonely");

        // When: another leads, uncleanly, and sends two records of which one is replicated
        apply(
                PartitionChangeRecord.builder()
                        .topicId(topic)
                        .partitionId(0)
                        .leader(2)
                        .isr(List.of(2))
                        .build());
        PartitionFollower follower = partitions.followers().iterator().next();
        ByteBuffer records = batch();
        RecordBatch sent = RecordBatch.at(records, 0);
        sent.assignBaseOffset(1);
        sent.setPartitionLeaderEpoch(EPOCH + 1);
        follower.log().onStored(_ -> {}); // The notice comes late, after all of this.
        follower.append(EPOCH + 1, records, 0, 1);
        logs.awaitStored();
        before.advance();

        // Then
        assertThat(follower.log().storedEndOffset()).isEqualTo(2);
        assertThat(follower.log().highWatermark()).isEqualTo(1);
    }

    @Test
    void whoWasProposedCountsAlsoWhenTheNextProposalIsWithoutIt() throws Exception {
        // Given: of the proposal to take in 3 nobody knows what became
        apply(broker(1, 1), broker(2, 2), broker(3, 3));
        led("orders", List.of(1, 2));
        PartitionLeader leader = leader("orders");
        leader.fetchedBy(2, EPOCH, 2, 0, 0);
        leader.fetchedBy(3, EPOCH, 3, 0, 0);
        assertThat(leader.proposeInSync(image)).isPresent();

        // When: 3 has been started anew, 2 is behind for a moment and is proposed to leave
        append("orders", Acks.LEADER);
        leader.fetchedBy(2, EPOCH, 2, 0, 0);
        ClusterImage later = image.replay(List.of(broker(3, 9)), image.endOffset() + 1);
        assertThat(leader.proposeInSync(later))
                .hasValueSatisfying(change -> assertThat(change.inSync()).hasSize(1));
        leader.fetchedBy(2, EPOCH, 2, 1, 0);

        // Then: 3 may be in sync, and has nothing
        assertThat(leader.highWatermark()).isZero();
        leader.settled();
        assertThat(leader.highWatermark()).isEqualTo(1);
    }

    @Test
    void aFetchOfAnEarlierEpochDoesNotCountInALaterOne() throws Exception {
        // Given: this node led again before it heard that another had led; the follower fetched
        // what it cut off since
        Uuid topic = led("orders", List.of(1, 2));
        PartitionLeader leader = leader("orders");
        append("orders", Acks.LEADER);
        apply(leads(topic, 2), leads(topic, NODE));

        // When: the fetch was checked before, and is counted now
        ErrorCode counted = leader.fetchedBy(2, EPOCH, 2, 1, 0);

        // Then
        assertThat(leader.leaderEpoch()).isEqualTo(EPOCH + 2);
        assertThat(counted).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(leader.highWatermark()).isZero();
        assertThat(leader.fetchedBy(2, EPOCH + 2, 2, 1, 0)).isEqualTo(ErrorCode.NONE);
        assertThat(leader.highWatermark()).isEqualTo(1);
    }

    private static MetadataRecord leads(Uuid topic, int node) {
        return PartitionChangeRecord.builder().topicId(topic).partitionId(0).leader(node).build();
    }

    /// Led here, with replicas on three nodes.
    private Uuid led(String name, List<Integer> inSync) {
        Uuid id = new Uuid(seams.randomness().nextLong(), seams.randomness().nextLong());
        apply(
                TopicRecord.builder().name(name).topicId(id).build(),
                PartitionRecord.builder()
                        .topicId(id)
                        .partitionId(0)
                        .replicas(List.of(1, 2, 3))
                        .isr(inSync)
                        .leader(NODE)
                        .leaderEpoch(EPOCH)
                        .build());
        return id;
    }

    private static MetadataRecord broker(int nodeId, long epoch) {
        return RegisterBrokerRecord.builder()
                .brokerId(nodeId)
                .incarnationId(new Uuid(nodeId, epoch))
                .brokerEpoch(epoch)
                .fenced(false)
                .build();
    }

    private void apply(MetadataRecord... records) {
        ClusterImage before = image;
        image = before.replay(List.of(records), before.endOffset() + records.length);
        partitions.changed(before, image);
    }

    private PartitionLeader leader(String topic) {
        return partitions.leader(new TopicPartition(topic, 0)).orElseThrow();
    }

    /// One record, and waits until it is stored here.
    private void append(String topic, Acks acks) throws InterruptedException {
        PendingAck ack = leader(topic).append(batch(), acks, AppendOrigin.CLIENT);
        assertThat(ack.await(seams.clock().deadline(Duration.ofSeconds(10))))
                .isEqualTo(ErrorCode.NONE);
    }

    private static ByteBuffer batch() {
        RecordBatchBuilder builder = new RecordBatchBuilder(100);
        builder.append(1000, null, ByteBuffer.wrap(new byte[10]), new ArrayList<>());
        try (Compressors compressors = new Compressors()) {
            ByteBuffer built = builder.build(compressors);
            return ByteBuffer.allocate(built.remaining()).put(built).flip();
        }
    }
}
