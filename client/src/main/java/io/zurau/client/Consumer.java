package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
    private static final int MOST_LAST_COMMIT_ATTEMPTS = 3;

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final Positions positions;
    private final Fetcher fetcher;
    private final @Nullable GroupCoordinatorConnection coordinator;
    private final @Nullable CommittedOffsets committed;
    private @Nullable GroupMembership membership;
    private long nextAutoCommitNanos;
    private volatile boolean woken;

    private Consumer(ConsumerConfig config, Seams seams) {
        this.config = config;
        this.cluster = new Cluster(config.client(), seams);
        this.coordinator =
                config.groupId()
                        .map(id -> new GroupCoordinatorConnection(id, cluster))
                        .orElse(null);
        this.committed =
                coordinator == null
                        ? null
                        : new CommittedOffsets(config.groupId().orElseThrow(), coordinator);
        this.positions = new Positions(config, cluster, committed);
        this.fetcher = new Fetcher(config, cluster, positions);
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
        assign(List.of());
        membership =
                new GroupMembership(config, cluster, found, new TreeSet<>(topics), fetcher::nudge);
    }

    /// Reads these partitions, without the other members of a group; from the committed offset if
    /// there is a group that has committed one, else where `auto.offset.reset` says.
    public void assign(Collection<TopicPartition> partitions) {
        if (membership != null) {
            membership.close();
            membership = null;
        }
        positions.replace(partitions);
    }

    /// All partitions of a topic.
    public List<TopicPartition> partitionsOf(String topic) {
        int count = cluster.refresh(List.of(topic), true).partitionCount(topic);
        return IntStream.range(0, count)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    /// The next poll reads this offset next.
    public void seek(TopicPartition partition, long offset) {
        if (!positions.assigned().contains(partition)) {
            throw new IllegalStateException(partition + " is not assigned to this consumer.");
        }
        positions.moveTo(partition, offset);
    }

    public void seekToBeginning(Collection<TopicPartition> partitions) {
        positions.beginnings(partitions).forEach(this::seek);
    }

    /// The offset of the next record of each partition that it reads, where that is known: a
    /// partition that was just assigned has none before the next poll.
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions.all());
    }

    /// What the group has committed for these partitions; partitions without a commit are missing.
    /// Asks the group's coordinator once.
    public Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions) {
        CommittedOffsets offsets = committed;
        if (offsets == null) {
            throw new IllegalStateException("Only a group commits; set group.id.");
        }
        return offsets.fetch(partitions);
    }

    /// The partitions it reads now.
    public Set<TopicPartition> assignment() {
        return Set.copyOf(positions.assigned());
    }

    /// The offsets behind the last records that can be read.
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return positions.ends(partitions);
    }

    /// Records, as soon as there are some; empty if there are none within `patience`, or if it is
    /// woken. Joins the group along the way. While brokers are away it waits for them, unless none
    /// was ever reached.
    ///
    /// A member that does not poll for `max.poll.interval.ms` leaves its group; the next poll joins
    /// again and begins where the group has committed.
    ///
    /// What one poll returned counts as done with the next one: that is when `enable.auto.commit`
    /// commits it.
    public List<ConsumedRecord> poll(Duration patience) {
        Clock clock = cluster.seams().clock();
        long deadline = clock.deadline(patience);
        GroupMembership member = membership;
        if (member != null) {
            member.pollBegins();
        }
        try {
            commitIfDue();
            while (true) {
                followGroup();
                refreshIfStale();
                OptionalLong retry = positions.settle();
                long until = retry.isEmpty() ? deadline : earlier(retry.getAsLong(), deadline);
                List<ConsumedRecord> records = fetcher.poll(until);
                if (!records.isEmpty() || woken || !clock.isAhead(deadline)) {
                    return records;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientFailure.Closed("Interrupted while polling.");
        } finally {
            if (member != null) {
                member.pollEnded();
            }
        }
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    /// Lets go of all partitions before it joins, and takes those that it was given.
    private void followGroup() {
        GroupMembership member = membership;
        if (member == null) {
            return;
        }
        if (member.isOutside()) {
            if (config.autoCommitInterval().isPresent()) {
                commitInPassing();
            }
            positions.replace(List.of());
            member.join();
        }
        member.newAssignment().ifPresent(positions::replace);
    }

    private void refreshIfStale() {
        GroupMembership member = membership;
        TreeSet<String> topics = new TreeSet<>();
        positions.assigned().forEach(partition -> topics.add(partition.topic()));
        if (topics.isEmpty() || !cluster.isStale()) {
            return;
        }
        try {
            cluster.tryRefresh(topics, false);
            if (member != null) {
                member.noticePartitions(cluster.view().partitionCounts());
            }
        } catch (ClientFailure e) {
            if (!e.mayPass() || !cluster.wasReached()) {
                throw e;
            }
        }
    }

    private void commitIfDue() {
        Clock clock = cluster.seams().clock();
        if (config.autoCommitInterval().isPresent() && !clock.isAhead(nextAutoCommitNanos)) {
            nextAutoCommitNanos = clock.deadline(config.autoCommitInterval().get());
            commitInPassing();
        }
    }

    /// What cannot be committed now is committed with the next.
    private void commitInPassing() {
        try {
            ErrorCode error = tryCommit();
            if (!isOfTheGroup(error) && !error.retriable()) {
                throw refusal(error);
            }
        } catch (ClientFailure e) {
            if (!e.mayPass()) {
                throw e;
            }
        }
    }

    /// Whether the group has moved on: others read the partitions from the last commit on.
    private static boolean isOfTheGroup(ErrorCode error) {
        return switch (error) {
            case NONE,
                    REBALANCE_IN_PROGRESS,
                    UNKNOWN_MEMBER_ID,
                    ILLEGAL_GENERATION,
                    FENCED_INSTANCE_ID ->
                    true;
            default -> false;
        };
    }

    private ClientFailure refusal(ErrorCode error) {
        return new ClientFailure.Refused(
                "Committing for group \"" + config.groupId().orElse("") + "\"", error);
    }

    /// Commits the positions for the group.
    ///
    /// @throws ClientFailure.Refused also if the group has moved on without this member
    public void commit() {
        commit(MOST_COMMIT_ATTEMPTS);
    }

    private void commit(int mostAttempts) {
        for (int attempt = 1; ; attempt++) {
            ClientFailure failure;
            try {
                ErrorCode error = tryCommit();
                if (error == ErrorCode.NONE) {
                    return;
                }
                failure = refusal(error);
            } catch (ClientFailure e) {
                failure = e;
            }
            if (!failure.mayPass() || attempt == mostAttempts) {
                throw failure;
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
        if (member == null) {
            return offsets.commit(positions.all(), GroupMembership.Identity.STRANGER, null);
        }
        GroupMembership.Identity as = member.identity();
        if (as.generation() < 0) {
            return ErrorCode.UNKNOWN_MEMBER_ID; // The coordinator would take it for an outsider.
        }
        ErrorCode error = offsets.commit(positions.all(), as, config.instanceId().orElse(null));
        member.heard(error, as);
        return error;
    }

    /// Makes the running poll, and every later one, return at once. From any thread.
    public void wakeUp() {
        woken = true;
        fetcher.nudge();
    }

    /// Commits if polling does, leaves the group and disconnects.
    ///
    /// @throws ClientFailure if the last commit failed; all is closed nevertheless
    @Override
    public void close() {
        try {
            if (config.autoCommitInterval().isPresent()) {
                commitLast();
            }
        } finally {
            disconnect();
        }
    }

    private void commitLast() {
        try {
            commit(MOST_LAST_COMMIT_ATTEMPTS);
        } catch (ClientFailure.Refused e) {
            if (!isOfTheGroup(e.code())) {
                throw e;
            }
        }
    }

    private void disconnect() {
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
