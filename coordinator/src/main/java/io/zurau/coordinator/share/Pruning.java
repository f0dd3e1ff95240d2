package io.zurau.coordinator.share;

import io.zurau.coordinator.Turn;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Keeps the log of a shard short: what lies below every share partition's last snapshot is
/// deleted, and those that stand still get new snapshots, so that they do not hold up the others.
///
/// **Guard:** the thread of the shard.
final class Pruning {
    /// More follow in the next round, so that commands do not wait for megabytes of snapshots.
    private static final long ROUND_BYTES = 512 * 1024;

    private static final long SOON_MS = 10;

    private final ShareStates states;
    private final ShareCoordinatorConfig config;
    private long pruned;

    Pruning(ShareStates states, ShareCoordinatorConfig config) {
        this.states = states;
        this.config = config;
    }

    void loaded(Turn<ShareStateTimer> turn) {
        turn.schedule(ShareStateTimer.PRUNE, config.pruneIntervalMs());
        turn.schedule(ShareStateTimer.SNAPSHOT, config.coldSnapshotIntervalMs());
    }

    /// What was snapshotted since the log was loaded lies at a known place; until the rest is, too,
    /// nothing can be deleted.
    void prune(Turn<ShareStateTimer> turn) {
        turn.schedule(ShareStateTimer.PRUNE, config.pruneIntervalMs());
        long needed =
                states.all().values().stream()
                        .mapToLong(ShareStates.Known::snapshotOffset)
                        .min()
                        .orElse(turn.nextOffset());
        if (needed > pruned) {
            pruned = needed;
            turn.deleteBefore(needed);
        }
    }

    /// Where all stand still there is nothing to prune for.
    void snapshotCold(Turn<ShareStateTimer> turn) {
        turn.schedule(ShareStateTimer.SNAPSHOT, config.coldSnapshotIntervalMs());
        if (states.all().values().stream().allMatch(known -> known.state().isCold())) {
            return;
        }
        long old = turn.nowMs() - config.coldSnapshotIntervalMs();
        List<Map.Entry<SharePartitionKey, ShareStates.Known>> oldest =
                states.all().entrySet().stream()
                        .filter(entry -> entry.getValue().state().writeMs() <= old)
                        .sorted(
                                Comparator.comparingLong(
                                        entry -> entry.getValue().snapshotOffset()))
                        .toList();
        for (Map.Entry<SharePartitionKey, ShareStates.Known> entry : oldest) {
            if (turn.recordBytes() >= ROUND_BYTES) {
                turn.schedule(ShareStateTimer.SNAPSHOT, SOON_MS);
                break;
            }
            ShareState next = entry.getValue().state().coldSnapshot(turn.nowMs());
            states.snapshotted(entry.getKey(), next, turn.nextOffset());
            turn.append(ShareStateRecords.snapshot(entry.getKey(), next));
        }
    }
}
