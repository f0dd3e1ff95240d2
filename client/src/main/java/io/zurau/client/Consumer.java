package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads records of topics, alone ([#assign]) or with the other members of its group
/// ([#subscribe]).
///
/// ```java
/// try (Consumer consumer = Consumer.of(Map.of("group.id", "billing"), seams)) {
///     consumer.subscribe(List.of("orders"));
///     while (true) {
///         consumer.poll(Duration.ofSeconds(1)).forEach(this::handle);
///     }
/// }
/// ```
///
/// For one thread; only [#wakeUp()] may be called from others.
public final class Consumer implements AutoCloseable {
    private static final int MOST_COMMIT_ATTEMPTS = 10;

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final Positions positions;
    private final Fetcher fetcher;
    private final @Nullable GroupCoordinatorConnection coordinator;
    private final @Nullable CommittedOffsets committed;
    private @Nullable GroupMembership membership;
    private long nextAutoCommitNanos;

    private Consumer(ConsumerConfig config, Seams seams) {
        this.config = config;
        this.cluster = new Cluster(config.client(), seams);
        this.positions = new Positions(config, cluster);
        this.fetcher = new Fetcher(config, cluster, positions);
        this.coordinator =
                config.groupId()
                        .map(id -> new GroupCoordinatorConnection(id, cluster))
                        .orElse(null);
        this.committed =
                coordinator == null
                        ? null
                        : new CommittedOffsets(
                                config.groupId().orElseThrow(), cluster, coordinator);
        this.nextAutoCommitNanos =
                seams.clock().deadline(config.autoCommitInterval().orElse(Duration.ZERO));
    }

    /// Nothing is connected before partitions are assigned or the first poll.
    ///
    /// @param settings by Kafka's names (`group.id`, `auto.offset.reset` …), with Kafka's defaults
    /// @throws io.zurau.runtime.settings.InvalidSetting for a name or value that is not known
    public static Consumer of(Map<String, String> settings, Seams seams) {
        return new Consumer(ConsumerConfig.from(settings), seams);
    }

    /// Takes part in the group `group.id` for these topics.
    public void subscribe(Collection<String> topics) {
        GroupCoordinatorConnection found = coordinator;
        if (found == null) {
            throw new IllegalStateException("Subscribing needs a group; set group.id.");
        }
        if (membership != null) {
            membership.close();
        }
        membership = new GroupMembership(config, cluster, found, new TreeSet<>(topics));
    }

    /// Reads these partitions, without the other members of a group; from the committed offset if
    /// there is a group that has committed one, else where `auto.offset.reset` says.
    public void assign(Collection<TopicPartition> partitions) {
        if (membership != null) {
            membership.close();
            membership = null;
        }
        take(partitions);
    }

    private void take(Collection<TopicPartition> partitions) {
        TreeSet<String> topics = new TreeSet<>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        if (!topics.isEmpty()) {
            cluster.refresh(topics, true);
        }
        positions.replace(
                partitions,
                committed == null || partitions.isEmpty() ? Map.of() : committed.fetch(partitions));
    }

    /// All partitions of a topic.
    public List<TopicPartition> partitionsOf(String topic) {
        int count = cluster.refresh(List.of(topic), true).partitionCounts().getOrDefault(topic, 0);
        return IntStream.range(0, count)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    /// The next poll reads this offset next.
    public void seek(TopicPartition partition, long offset) {
        if (positions.find(partition) == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer.");
        }
        positions.moveTo(partition, offset);
    }

    public void seekToBeginning(Collection<TopicPartition> partitions) {
        positions.beginnings(partitions).forEach(this::seek);
    }

    /// The partitions it reads now, and the offset of the next record of each.
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions.all());
    }

    public Set<TopicPartition> assignment() {
        return Set.copyOf(positions.all().keySet());
    }

    /// The offsets behind the last records that can be read.
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        TreeSet<String> topics = new TreeSet<>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        cluster.refresh(topics, false);
        return positions.ends(partitions);
    }

    /// Records, as soon as there are some; empty if there are none within `patience`. In a group it
    /// also joins, which may take longer.
    ///
    /// What one poll returned counts as done with the next one: that is when `enable.auto.commit`
    /// commits it.
    public List<ConsumedRecord> poll(Duration patience) {
        long deadline = cluster.seams().clock().deadline(patience);
        commitIfDue();
        GroupMembership member = membership;
        if (member != null && member.mustJoin()) {
            if (config.autoCommitInterval().isPresent()) {
                tryCommit();
            }
            take(member.join());
        }
        try {
            return fetcher.poll(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientFailure.Closed("Interrupted while polling.");
        }
    }

    private void commitIfDue() {
        if (config.autoCommitInterval().isEmpty()
                || cluster.seams().clock().isAhead(nextAutoCommitNanos)) {
            return;
        }
        nextAutoCommitNanos = cluster.seams().clock().deadline(config.autoCommitInterval().get());
        tryCommit();
    }

    /// Commits the positions for the group.
    ///
    /// @throws ClientFailure.Refused also if the group has moved on without this member
    public void commit() {
        for (int attempt = 1; ; attempt++) {
            ErrorCode error = tryCommit();
            if (error == ErrorCode.NONE) {
                return;
            }
            if (!error.retriable()
                    || error == ErrorCode.REBALANCE_IN_PROGRESS
                    || attempt == MOST_COMMIT_ATTEMPTS) {
                throw new ClientFailure.Refused(
                        "Committing for group \"" + config.groupId().orElse("") + "\"", error);
            }
            cluster.pause(config.client().backoffAfter(attempt));
        }
    }

    private ErrorCode tryCommit() {
        CommittedOffsets offsets = committed;
        if (offsets == null) {
            throw new IllegalStateException("Committing needs a group; set group.id.");
        }
        if (positions.all().isEmpty()) {
            return ErrorCode.NONE;
        }
        GroupMembership member = membership;
        GroupMembership.Identity as =
                member == null ? GroupMembership.Identity.STRANGER : member.identity();
        ErrorCode error =
                offsets.commit(positions.all(), as, member == null ? null : member.instanceId());
        if (member != null) {
            member.heard(error, as);
        }
        return error;
    }

    /// Makes the running poll, and every later one, return at once. From any thread.
    public void wakeUp() {
        fetcher.wakeUp();
    }

    /// Commits if polling does, leaves the group and disconnects.
    @Override
    public void close() {
        if (config.autoCommitInterval().isPresent()) {
            tryCommit();
        }
        if (membership != null) {
            membership.close();
        }
        if (coordinator != null) {
            coordinator.close();
        }
        cluster.close();
        fetcher.close();
    }
}
