package io.zurau.coordinator.share;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.ShareRecordKey;
import io.zurau.protocol.message.ShareRecordValue;
import io.zurau.protocol.message.ShareSnapshotKey;
import io.zurau.protocol.message.ShareSnapshotValue;
import io.zurau.protocol.message.ShareUpdateKey;
import io.zurau.protocol.message.ShareUpdateValue;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The records of `__share_group_state`, as Apache Kafka 4.4 writes them.
final class ShareStateRecords {
    private static final int VERSION = 0;

    private ShareStateRecords() {}

    /// What a record says.
    sealed interface Change {
        record Snapshot(SharePartitionKey key, ShareState state) implements Change {}

        /// @param snapshotEpoch of the snapshot that it changes
        record Updated(SharePartitionKey key, int snapshotEpoch, ShareState.Update update)
                implements Change {}

        record Removed(SharePartitionKey key) implements Change {}

        /// A kind of record that is not known.
        record Foreign(String reason) implements Change {}
    }

    static CoordinatorRecord snapshot(SharePartitionKey key, ShareState state) {
        ProtocolWriter out = new ProtocolWriter();
        ShareSnapshotValue.builder()
                .snapshotEpoch(state.snapshotEpoch())
                .stateEpoch(state.stateEpoch())
                .leaderEpoch(state.leaderEpoch())
                .startOffset(state.startOffset())
                .deliveryCompleteCount(state.deliveryCompleteCount())
                .createTimestamp(state.createMs())
                .writeTimestamp(state.writeMs())
                .stateBatches(
                        state.batches().stream()
                                .map(
                                        batch ->
                                                ShareSnapshotValue.StateBatch.builder()
                                                        .firstOffset(batch.firstOffset())
                                                        .lastOffset(batch.lastOffset())
                                                        .deliveryState(batch.deliveryState())
                                                        .deliveryCount(batch.deliveryCount())
                                                        .build())
                                .toList())
                .build()
                .writeFramed(out, VERSION);
        return new CoordinatorRecord(snapshotKey(key), out.toBuffer());
    }

    /// @param snapshotEpoch of the last snapshot
    static CoordinatorRecord update(
            SharePartitionKey key, int snapshotEpoch, ShareState.Update update) {
        ProtocolWriter keyOut = new ProtocolWriter();
        new ShareUpdateKey(key.groupId(), key.topicId(), key.partition()).writeFramed(keyOut);
        ProtocolWriter out = new ProtocolWriter();
        ShareUpdateValue.builder()
                .snapshotEpoch(snapshotEpoch)
                .leaderEpoch(update.leaderEpoch())
                .startOffset(update.startOffset())
                .deliveryCompleteCount(update.deliveryCompleteCount())
                .stateBatches(
                        update.batches().stream()
                                .map(
                                        batch ->
                                                ShareUpdateValue.StateBatch.builder()
                                                        .firstOffset(batch.firstOffset())
                                                        .lastOffset(batch.lastOffset())
                                                        .deliveryState(batch.deliveryState())
                                                        .deliveryCount(batch.deliveryCount())
                                                        .build())
                                .toList())
                .build()
                .writeFramed(out, VERSION);
        return new CoordinatorRecord(keyOut.toBuffer(), out.toBuffer());
    }

    static CoordinatorRecord removed(SharePartitionKey key) {
        return new CoordinatorRecord(snapshotKey(key), null);
    }

    private static ByteBuffer snapshotKey(SharePartitionKey key) {
        ProtocolWriter out = new ProtocolWriter();
        new ShareSnapshotKey(key.groupId(), key.topicId(), key.partition()).writeFramed(out);
        return out.toBuffer();
    }

    static Change read(CoordinatorRecord record) {
        try {
            Optional<ShareRecordKey> key =
                    ShareRecordKey.readFramed(new ProtocolReader(record.key().duplicate()));
            if (key.isEmpty()) {
                return new Change.Foreign("unknown type");
            }
            ByteBuffer bytes = record.value();
            if (bytes == null) {
                return new Change.Removed(key(key.get()));
            }
            Optional<ShareRecordValue> value =
                    ShareRecordValue.readFramed(
                            key.get().recordType(), new ProtocolReader(bytes.duplicate()));
            return value.isPresent()
                    ? change(key(key.get()), value.get())
                    : new Change.Foreign("unknown value");
        } catch (MalformedMessage e) {
            return new Change.Foreign(String.valueOf(e.getMessage()));
        }
    }

    private static SharePartitionKey key(ShareRecordKey key) {
        return switch (key) {
            case ShareSnapshotKey snapshot ->
                    new SharePartitionKey(
                            snapshot.groupId(), snapshot.topicId(), snapshot.partition());
            case ShareUpdateKey update ->
                    new SharePartitionKey(update.groupId(), update.topicId(), update.partition());
        };
    }

    private static Change change(SharePartitionKey key, ShareRecordValue value) {
        return switch (value) {
            case ShareSnapshotValue snapshot -> new Change.Snapshot(key, state(snapshot));
            case ShareUpdateValue update ->
                    new Change.Updated(
                            key,
                            update.snapshotEpoch(),
                            new ShareState.Update(
                                    update.leaderEpoch(),
                                    update.startOffset(),
                                    update.deliveryCompleteCount(),
                                    update.stateBatches().stream()
                                            .map(
                                                    batch ->
                                                            new StateBatch(
                                                                    batch.firstOffset(),
                                                                    batch.lastOffset(),
                                                                    batch.deliveryState(),
                                                                    batch.deliveryCount()))
                                            .toList()));
        };
    }

    private static ShareState state(ShareSnapshotValue value) {
        return new ShareState(
                value.snapshotEpoch(),
                value.stateEpoch(),
                value.leaderEpoch(),
                value.startOffset(),
                value.deliveryCompleteCount(),
                value.stateBatches().stream()
                        .map(
                                batch ->
                                        new StateBatch(
                                                batch.firstOffset(),
                                                batch.lastOffset(),
                                                batch.deliveryState(),
                                                batch.deliveryCount()))
                        .toList(),
                value.createTimestamp(),
                value.writeTimestamp());
    }
}
