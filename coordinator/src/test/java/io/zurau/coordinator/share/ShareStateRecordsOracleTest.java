package io.zurau.coordinator.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.coordinator.share.ShareCoordinatorRecordHelpers;
import org.apache.kafka.coordinator.share.ShareCoordinatorRecordSerde;
import org.apache.kafka.coordinator.share.ShareGroupOffset;
import org.apache.kafka.server.share.persister.PersisterStateBatch;
import org.junit.jupiter.api.Test;

/// Apache Kafka's share coordinator writes the same bytes.
final class ShareStateRecordsOracleTest {
    private static final SharePartitionKey KEY = new SharePartitionKey("g", new Uuid(1, 2), 3);
    private static final org.apache.kafka.common.Uuid TOPIC =
            new org.apache.kafka.common.Uuid(1, 2);
    private static final List<StateBatch> BATCHES =
            List.of(
                    new StateBatch(7, 9, StateBatch.ACKNOWLEDGED, (short) 1),
                    new StateBatch(10, 10, StateBatch.AVAILABLE, (short) 2));
    private static final ShareState STATE = new ShareState(4, 5, 6, 7, 3, BATCHES, 1_000, 2_000);

    private static ShareGroupOffset.Builder kafkas() {
        return new ShareGroupOffset.Builder()
                .setSnapshotEpoch(4)
                .setStateEpoch(5)
                .setLeaderEpoch(6)
                .setStartOffset(7)
                .setDeliveryCompleteCount(3)
                .setCreateTimestamp(1_000)
                .setWriteTimestamp(2_000)
                .setStateBatches(
                        List.of(
                                new PersisterStateBatch(7, 9, (byte) 2, (short) 1),
                                new PersisterStateBatch(10, 10, (byte) 0, (short) 2)));
    }

    private static void isTheSame(
            CoordinatorRecord ours,
            org.apache.kafka.coordinator.common.runtime.CoordinatorRecord kafkas) {
        ShareCoordinatorRecordSerde serde = new ShareCoordinatorRecordSerde();
        assertThat(ours.key()).isEqualTo(ByteBuffer.wrap(serde.serializeKey(kafkas)));
        byte[] value = serde.serializeValue(kafkas);
        assertThat(ours.value()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
    }

    @Test
    void snapshotsAreWrittenAsKafkaWritesThem() {
        isTheSame(
                ShareStateRecords.snapshot(KEY, STATE),
                ShareCoordinatorRecordHelpers.newShareSnapshotRecord(
                        "g", TOPIC, 3, kafkas().build()));
        ShareState begun = ShareState.begun(0, 5, -1, 1_000);
        isTheSame(
                ShareStateRecords.snapshot(KEY, begun),
                ShareCoordinatorRecordHelpers.newShareSnapshotRecord(
                        "g",
                        TOPIC,
                        3,
                        new ShareGroupOffset.Builder()
                                .setStateEpoch(5)
                                .setStartOffset(-1)
                                .setDeliveryCompleteCount(-1)
                                .setStateBatches(List.of())
                                .setCreateTimestamp(1_000)
                                .setWriteTimestamp(1_000)
                                .build()));
    }

    @Test
    void updatesAndRemovalsAreWrittenAsKafkaWritesThem() {
        isTheSame(
                ShareStateRecords.update(KEY, 4, new ShareState.Update(6, 7, 3, BATCHES)),
                ShareCoordinatorRecordHelpers.newShareUpdateRecord(
                        "g", TOPIC, 3, kafkas().build()));
        isTheSame(
                ShareStateRecords.removed(KEY),
                ShareCoordinatorRecordHelpers.newShareStateTombstoneRecord("g", TOPIC, 3));
    }

    @Test
    void whatWasWrittenIsReadAgain() {
        assertThat(ShareStateRecords.read(ShareStateRecords.snapshot(KEY, STATE)))
                .isEqualTo(new ShareStateRecords.Change.Snapshot(KEY, STATE));
        ShareState.Update update = new ShareState.Update(6, 7, 3, BATCHES);
        assertThat(ShareStateRecords.read(ShareStateRecords.update(KEY, 4, update)))
                .isEqualTo(new ShareStateRecords.Change.Updated(KEY, 4, update));
        assertThat(ShareStateRecords.read(ShareStateRecords.removed(KEY)))
                .isEqualTo(new ShareStateRecords.Change.Removed(KEY));
    }
}
