package io.zurau.broker.replica;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.PartitionFollower;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.peer.Peers;
import io.zurau.log.LogDirectories;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.runtime.Seams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// One [ReplicaFetcher] for each broker that leads something which this broker follows.
///
/// Hears of the metadata after [Partitions], whose followers it distributes.
///
/// **Guard:** `fetchersLock`.
public final class ReplicaFetchers implements MetadataListener, AutoCloseable {
    private final Incarnation self;
    private final ReplicationConfig config;
    private final Peers peers;
    private final Metadata metadata;
    private final Partitions partitions;
    private final LogDirectories logs;
    private final Seams seams;
    private final ReentrantLock fetchersLock = new ReentrantLock();

    @GuardedBy("fetchersLock")
    private final Map<Integer, ReplicaFetcher> byLeader = new TreeMap<>();

    @GuardedBy("fetchersLock")
    private boolean closed;

    public ReplicaFetchers(
            Incarnation self,
            ReplicationConfig config,
            Peers peers,
            Metadata metadata,
            Partitions partitions,
            LogDirectories logs,
            Seams seams) {
        this.self = self;
        this.config = config;
        this.peers = peers;
        this.metadata = metadata;
        this.partitions = partitions;
        this.logs = logs;
        this.seams = seams;
    }

    /// Fetches what is followed now, and from now on what the metadata says.
    public void start() {
        metadata.listen(this);
        distribute();
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        if (before.topics() != after.topics()) {
            distribute();
        }
    }

    private void distribute() {
        fetchersLock.lock();
        try {
            if (closed) {
                return;
            }
            Map<Integer, List<PartitionFollower>> byNode = new TreeMap<>();
            for (PartitionFollower follower : partitions.followers()) {
                int leader = follower.image().leader();
                if (leader != PartitionImage.NO_LEADER) {
                    byNode.computeIfAbsent(leader, _ -> new ArrayList<>()).add(follower);
                }
            }
            byLeader.forEach(
                    (leader, fetcher) ->
                            fetcher.follow(ordered(byNode.getOrDefault(leader, List.of()))));
            byNode.forEach(
                    (leader, followers) ->
                            byLeader.computeIfAbsent(leader, this::fetcher)
                                    .follow(ordered(followers)));
        } finally {
            fetchersLock.unlock();
        }
    }

    /// Always in the same order, whatever the hash.
    private static List<PartitionFollower> ordered(List<PartitionFollower> followers) {
        return followers.stream()
                .sorted(Comparator.comparing(PartitionFollower::topicPartition))
                .toList();
    }

    private ReplicaFetcher fetcher(int leader) {
        return new ReplicaFetcher(leader, self, config, peers, metadata, logs, seams);
    }

    @Override
    public void close() {
        List<ReplicaFetcher> all;
        fetchersLock.lock();
        try {
            closed = true;
            all = new ArrayList<>(byLeader.values());
        } finally {
            fetchersLock.unlock();
        }
        all.forEach(ReplicaFetcher::close);
    }
}
