package io.zurau.coordinator.share;

import io.zurau.coordinator.CoordinatorRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The share partitions of one shard: what is replayed from the log.
///
/// **Guard:** the thread of the shard.
final class ShareStates {
    private static final Logger LOG = LoggerFactory.getLogger(ShareStates.class);
    private static final long SOMEWHERE = 0;

    private final TreeMap<SharePartitionKey, Known> byKey = new TreeMap<>();

    /// @param updates since the last snapshot
    /// @param highestLeaderEpoch that was ever told; an older one is refused
    /// @param snapshotOffset in the log: nothing of this share partition counts that lies below. 0
    ///   if it was read from the log, wherever it stood there
    record Known(ShareState state, int updates, int highestLeaderEpoch, long snapshotOffset) {}

    @Nullable Known find(SharePartitionKey key) {
        return byKey.get(key);
    }

    /// By key; not to be changed.
    Map<SharePartitionKey, Known> all() {
        return byKey;
    }

    void replay(CoordinatorRecord record) {
        switch (ShareStateRecords.read(record)) {
            case ShareStateRecords.Change.Snapshot snapshot ->
                    snapshotted(snapshot.key(), snapshot.state(), SOMEWHERE);
            case ShareStateRecords.Change.Updated updated -> replay(updated);
            case ShareStateRecords.Change.Removed removed -> byKey.remove(removed.key());
            case ShareStateRecords.Change.Foreign foreign ->
                    LOG.atWarn()
                            .addKeyValue("reason", foreign.reason())
                            .log("Skipped a record that is none of a share partition");
        }
    }

    /// An update without its snapshot says all that is known.
    private void replay(ShareStateRecords.Change.Updated updated) {
        if (!byKey.containsKey(updated.key())) {
            ShareState nothing =
                    new ShareState(
                            updated.snapshotEpoch(),
                            0,
                            0,
                            ShareState.NOT_STARTED,
                            ShareState.UNKNOWN_COUNT,
                            List.of(),
                            0,
                            0);
            snapshotted(updated.key(), nothing, SOMEWHERE);
        }
        updated(updated.key(), updated.update());
    }

    void snapshotted(SharePartitionKey key, ShareState state, long offset) {
        Known before = byKey.get(key);
        int highest =
                before == null
                        ? state.leaderEpoch()
                        : Math.max(before.highestLeaderEpoch, state.leaderEpoch());
        byKey.put(key, new Known(state, 0, highest, offset));
    }

    /// @param key of a share partition that is known
    void updated(SharePartitionKey key, ShareState.Update update) {
        byKey.computeIfPresent(
                key,
                (_, before) ->
                        new Known(
                                before.state.with(update),
                                before.updates + 1,
                                Math.max(before.highestLeaderEpoch, update.leaderEpoch()),
                                before.snapshotOffset));
    }

    void removed(SharePartitionKey key) {
        byKey.remove(key);
    }
}
