package io.zurau.broker.share;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/// The share partitions that somebody consumes here. They begin with the first fetch, and end when
/// this broker does not lead the partition any more or no member of the group is connected.
///
/// **Guard:** `partitionsLock`, taken before a share partition's lock.
final class SharePartitions implements MetadataListener, AutoCloseable {
    private final Partitions partitions;
    private final ShareStates states;
    private final Function<String, ShareGroupConfig> limits;
    private final Seams seams;
    private final ReentrantLock partitionsLock = new ReentrantLock();

    private record Running(SharePartition partition, Tasks.Task task) {}

    @GuardedBy("partitionsLock")
    private final TreeMap<SharePartitionKey, Running> byKey = new TreeMap<>();

    @GuardedBy("partitionsLock")
    private boolean closed;

    /// @param limits of a group
    SharePartitions(
            Partitions partitions,
            ShareStates states,
            Function<String, ShareGroupConfig> limits,
            Seams seams) {
        this.partitions = partitions;
        this.states = states;
        this.limits = limits;
        this.seams = seams;
    }

    /// A share partition, or why there is none.
    sealed interface Found {
        record Here(SharePartition partition) implements Found {}

        record NotHere(ErrorCode code) implements Found {}
    }

    /// The share partition, begun now if need be.
    Found findOrBegin(SharePartitionKey key) {
        return switch (partitions.find(key.topicId(), key.partition())) {
            case Located.NotHere notHere -> new Found.NotHere(notHere.code());
            case Located.Here here -> findOrBegin(key, here.leader());
        };
    }

    private Found findOrBegin(SharePartitionKey key, PartitionLeader leader) {
        SharePartition stale;
        SharePartition now;
        partitionsLock.lock();
        try {
            if (closed) {
                return new Found.NotHere(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
            Running running = byKey.get(key);
            if (running != null && running.partition.isLedBy(leader) && running.partition.keep()) {
                return new Found.Here(running.partition);
            }
            stale = running == null ? null : running.partition;
            now =
                    new SharePartition(
                            key,
                            leader,
                            leader.leaderEpoch(),
                            states,
                            () -> limits.apply(key.groupId()),
                            seams.clock(),
                            this::forget);
            byKey.put(key, new Running(now, seams.tasks().start("share " + key, now::run)));
        } finally {
            partitionsLock.unlock();
        }
        if (stale != null) {
            stale.end(Refusal.of(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        }
        return new Found.Here(now);
    }

    /// The share partition, if anybody consumes it.
    Optional<SharePartition> find(SharePartitionKey key) {
        partitionsLock.lock();
        try {
            return Optional.ofNullable(byKey.get(key)).map(Running::partition);
        } finally {
            partitionsLock.unlock();
        }
    }

    /// Whether this broker leads the partition; if not, the error code that tells so.
    ErrorCode check(ShareSessions.Partition partition) {
        return switch (partitions.find(partition.topicId(), partition.index())) {
            case Located.Here _ -> ErrorCode.NONE;
            case Located.NotHere notHere -> notHere.code();
        };
    }

    /// A share partition has ended: the next fetch begins it again.
    private void forget(SharePartition partition) {
        end(one -> one == partition);
    }

    /// No member of the group is connected.
    void groupGone(String groupId) {
        List<SharePartition> abandoned;
        partitionsLock.lock();
        try {
            abandoned =
                    byKey.values().stream()
                            .map(Running::partition)
                            .filter(one -> one.key().groupId().equals(groupId))
                            .toList();
        } finally {
            partitionsLock.unlock();
        }
        abandoned.forEach(SharePartition::abandon);
    }

    private void end(Predicate<SharePartition> which) {
        List<SharePartition> ended = new ArrayList<>();
        partitionsLock.lock();
        try {
            byKey.values()
                    .removeIf(
                            running -> {
                                boolean over = which.test(running.partition);
                                if (over) {
                                    ended.add(running.partition);
                                }
                                return over;
                            });
        } finally {
            partitionsLock.unlock();
        }
        ended.forEach(one -> one.end(Refusal.of(ErrorCode.NOT_LEADER_OR_FOLLOWER)));
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        if (before.topics() != after.topics()) {
            end(
                    one ->
                            !(partitions.find(one.key().topicId(), one.key().partition())
                                            instanceof Located.Here here)
                                    || !one.isLedBy(here.leader()));
        }
    }

    @Override
    public void close() {
        List<Running> all;
        partitionsLock.lock();
        try {
            closed = true;
            all = List.copyOf(byKey.values());
        } finally {
            partitionsLock.unlock();
        }
        end(_ -> true);
        try {
            for (Running running : all) {
                running.task.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
