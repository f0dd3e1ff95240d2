package io.zurau.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.log.AppendOrigin;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.DirectoryAssignment;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.RemoveTopicRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.simulation.DiskFaults.Operation;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What becomes of replicas, and of their moves, when a directory fails, or more is asked for. This
/// is node 1.
@SuppressWarnings("NullAway.Init") // By [#run].
final class DirectoryChangesTest {
    private static final int NODE = 1;
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final Simulation simulation = new Simulation(1);
    private final SimMachine machine = simulation.machine("broker");
    private final ClusterConfigs configs =
            new ClusterConfigs(
                    NODE,
                    TopicConfig.catalog(),
                    SettingCatalog.of(TopicConfig.brokerSettings()),
                    Map.of());
    private ClusterImage image = ClusterImage.empty("cluster");
    private LogDirectory first;
    private LogDirectory second;
    private LogDirectory third;
    private Partitions partitions;

    /// Tells a story on a node that leads a partition in the first directory.
    private void run(Simulation.ScenarioBody story) {
        simulation.run(
                () -> {
                    Seams seams = machine.boot();
                    first = open("first", 1, seams);
                    second = open("second", 2, seams);
                    third = open("third", 3, seams);
                    partitions = partitions();
                    apply(
                            TopicRecord.builder().name("orders").topicId(TOPIC).build(),
                            PartitionRecord.builder()
                                    .topicId(TOPIC)
                                    .partitionId(0)
                                    .replicas(List.of(NODE))
                                    .directories(List.of(first.id()))
                                    .isr(List.of(NODE))
                                    .leader(NODE)
                                    .build());
                    story.run();
                });
    }

    private Partitions partitions() {
        Clock clock = machine.seams().clock();
        return new Partitions(
                new Replication(
                        NODE,
                        Duration.ZERO,
                        false,
                        new ReplicationQuotas(configs, image, clock),
                        _ -> {}),
                new LogDirectories(List.of(third, second, first), List.of()),
                configs,
                image,
                clock);
    }

    private LogDirectory open(String disk, int id, Seams seams) {
        return LogDirectory.open(
                new Uuid(9, id),
                machine.disk(disk),
                machine.disk(disk),
                seams,
                new LogDirectoryConfig(
                        ByteSize.ofMiB(1), Duration.ofMinutes(5), Duration.ofDays(1), 100),
                LogConfig.from(configs.topic(image, "")),
                LogProbe.NONE);
    }

    private void apply(MetadataRecord... records) {
        ClusterImage before = image;
        image = before.replay(List.of(records), before.endOffset() + records.length);
        partitions.changed(before, image);
    }

    private ErrorCode append() throws InterruptedException {
        RecordBatchBuilder builder = new RecordBatchBuilder(100);
        builder.append(1000, null, ByteBuffer.wrap(new byte[10]), List.of());
        ByteBuffer batch;
        try (Compressors compressors = new Compressors()) {
            ByteBuffer built = builder.build(compressors);
            batch = ByteBuffer.allocate(built.remaining()).put(built).flip();
        }
        PendingAck ack =
                partitions
                        .leader(ORDERS)
                        .orElseThrow()
                        .append(batch, Acks.ALL, AppendOrigin.CLIENT);
        return ack.await(machine.seams().clock().deadline(Duration.ofSeconds(10)));
    }

    private void pause() throws InterruptedException {
        machine.seams().clock().sleepUntil(machine.seams().clock().deadline(MOMENT));
    }

    private ReplicaMove moveToSecond() {
        return moveTo(second);
    }

    private ReplicaMove moveTo(LogDirectory there) {
        assertThat(partitions.directoryChanges().moveTo(ORDERS, there)).isEqualTo(ErrorCode.NONE);
        ReplicaMove move = partitions.directoryChanges().moves().getFirst();
        move.copySome(1 << 20);
        move.makeDurable();
        return move;
    }

    private void failFirst() throws InterruptedException {
        machine.disk("first").faults().fail(Operation.WRITE);
        try {
            first.delete(ORDERS);
        } catch (StorageFailure expected) {
            assertThat(first.failure()).isPresent();
        }
        pause(); // Until everybody was told.
    }

    private void assignToSecond() {
        assignTo(second);
    }

    private void assignTo(LogDirectory there) {
        apply(
                PartitionChangeRecord.builder()
                        .topicId(TOPIC)
                        .partitionId(0)
                        .directories(List.of(there.id()))
                        .build());
    }

    @Test
    void aReplicaGoesOnWhereItHasMovedWhenItsOldDirectoryFailsMeanwhile() {
        run(
                () -> {
                    // Given: the metadata is being told that the replica has moved
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    ReplicaMove move = moveToSecond();
                    DirectoryAssignment assignment =
                            partitions.directoryChanges().freeze(move).orElseThrow();
                    move.finish();

                    // When
                    failFirst();
                    assignToSecond();

                    // Then
                    assertThat(assignment.directory()).isEqualTo(second.id());
                    assertThat(partitions.directoryChanges().moves()).isEmpty();
                    assertThat(partitions.directoryChanges().freeze(move)).isEmpty();
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    PartitionLeader leader = partitions.leader(ORDERS).orElseThrow();
                    assertThat(leader.log().directoryId()).isEqualTo(second.id());
                    assertThat(leader.highWatermark()).isEqualTo(2);
                });
    }

    @Test
    void aTopicThatIsDeletedLeavesNoCopyBehind() {
        run(
                () -> {
                    // Given
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    moveToSecond();
                    failFirst();

                    // When
                    apply(RemoveTopicRecord.builder().topicId(TOPIC).build());

                    // Then
                    assertThat(second.logs()).isEmpty();
                });
    }

    @Test
    void whatIsDeletedWhileTheCopyTakesOverStaysDeleted() {
        run(
                () -> {
                    // Given
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    ReplicaMove move = moveToSecond();
                    assertThat(partitions.directoryChanges().freeze(move)).isPresent();
                    move.finish();

                    // When
                    PartitionLeader leader = partitions.leader(ORDERS).orElseThrow();
                    List<ErrorCode> answers = new ArrayList<>();
                    Tasks.Task deleting =
                            machine.seams()
                                    .tasks()
                                    .start("delete", () -> answers.add(leader.deleteBefore(1)));
                    pause();
                    assignToSecond();
                    deleting.join();

                    // Then
                    assertThat(answers).containsExactly(ErrorCode.NONE);
                    assertThat(leader.log().directoryId()).isEqualTo(second.id());
                    assertThat(leader.log().logStartOffset()).isEqualTo(1);
                });
    }

    @Test
    void aReplicaThatMovesOnAtOnceLeavesNoLogBehind() {
        run(
                () -> {
                    // Given: it has moved
                    ReplicaMove move = moveToSecond();
                    assertThat(partitions.directoryChanges().freeze(move)).isPresent();
                    move.finish();
                    assignToSecond();

                    // When
                    assertThat(partitions.directoryChanges().moveTo(ORDERS, third))
                            .isEqualTo(ErrorCode.NONE);

                    // Then: when its readers had their time
                    Clock clock = machine.seams().clock();
                    clock.sleepUntil(clock.deadline(Duration.ofSeconds(2)));
                    partitions.directoryChanges().deleteReplaced();
                    assertThat(first.logs()).isEmpty();
                });
    }

    @Test
    void aDiskThatFailsWhenTheReplicaShallMoveOnCostsNothingElse() {
        run(
                () -> {
                    // Given
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    ReplicaMove move = moveTo(third);
                    assertThat(partitions.directoryChanges().freeze(move)).isPresent();
                    move.finish();
                    assertThat(partitions.directoryChanges().moveTo(ORDERS, second))
                            .isEqualTo(ErrorCode.NONE);

                    // When
                    machine.disk("second").faults().fail(Operation.NAMES);
                    machine.disk("second").faults().fail(Operation.WRITE);
                    assignTo(third);
                    pause();

                    // Then
                    assertThat(partitions.leader(ORDERS)).isPresent();
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                });
    }

    @Test
    void aLogInAnotherDirectoryStaysUntilTheReplicaIsInSync() {
        run(
                () -> {
                    // Given: it was made anew in another directory, and that of its log is back
                    assertThat(append()).isEqualTo(ErrorCode.NONE);
                    followInSecond(List.of(2));
                    partitions.close();
                    partitions = partitions();

                    // When, then
                    partitions.directoryChanges().deleteReplaced();
                    assertThat(first.logs()).hasSize(1);
                    assertThat(partitions.directoryChanges().moveTo(ORDERS, first))
                            .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
                    assertThat(first.logs()).hasSize(1);

                    // When
                    followInSecond(List.of(2, NODE));
                    partitions.directoryChanges().deleteReplaced();

                    // Then
                    assertThat(first.logs()).isEmpty();
                });
    }

    private void followInSecond(List<Integer> inSync) {
        apply(
                PartitionChangeRecord.builder()
                        .topicId(TOPIC)
                        .partitionId(0)
                        .replicas(List.of(NODE, 2))
                        .directories(List.of(second.id(), Uuid.ZERO))
                        .isr(inSync)
                        .leader(2)
                        .build());
    }

    @Test
    void aFollowerAsksForNothingWhileACopyTakesOver() {
        run(
                () -> {
                    // Given
                    apply(
                            PartitionChangeRecord.builder()
                                    .topicId(TOPIC)
                                    .partitionId(0)
                                    .replicas(List.of(NODE, 2))
                                    .directories(List.of(first.id(), Uuid.ZERO))
                                    .isr(List.of(NODE, 2))
                                    .leader(2)
                                    .build());
                    ReplicaMove move = moveToSecond();
                    PartitionFollower follower = partitions.findFollower("orders", 0).orElseThrow();

                    // When
                    assertThat(partitions.directoryChanges().freeze(move)).isPresent();

                    // Then
                    assertThat(follower.isHeldBack()).isTrue();

                    // When
                    partitions.directoryChanges().thaw(move);

                    // Then
                    assertThat(follower.isHeldBack()).isFalse();
                });
    }
}
