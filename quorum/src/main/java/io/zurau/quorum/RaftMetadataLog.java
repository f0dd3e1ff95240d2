package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataBatches;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import io.zurau.metadata.log.VoterRefusal;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The metadata log of a cluster: each proposal is one entry of a Raft log, and whether it holds is
/// decided where entries are applied, in log order.
///
/// **Guard:** none of its own; its parts guard themselves.
public final class RaftMetadataLog implements MetadataLog {
    private static final Duration BARRIER_PATIENCE = Duration.ofSeconds(2);

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
    private static final Duration CLOSE_PAUSE = Duration.ofMillis(2);

    /// Before anything is known of the cluster.
    private static final ClusterImage UNKNOWN = ClusterImage.empty("");

    private final QuorumConfig config;
    private final QuorumDirectory directory;
    private final Clock clock;
    private final Tasks starter;
    private final Newest<ClusterImage> images;
    private final Newest<Leadership> leaderships;
    private final VoterCalls calls;
    private final LeaderCalls leader;
    private final List<Tasks.Task> tasks = new ArrayList<>(); // Written by the opening thread only.
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile @Nullable RaftNode node;
    private volatile Tasks.@Nullable Task succession; // The last one.

    private RaftMetadataLog(QuorumConfig config, Clock clock, Tasks starter) {
        this.config = config;
        this.clock = clock;
        this.directory = QuorumDirectory.open(config.directory());
        this.images = new Newest<>(UNKNOWN, RaftMetadataLog::isNewer, clock);
        this.leaderships =
                new Newest<>(new Leadership(Leadership.NOBODY, 0), RaftMetadataLog::isNewer, clock);
        this.starter = starter;
        this.calls = new VoterCalls(clock, starter);
        this.leader =
                new LeaderCalls(
                        calls, () -> Optional.ofNullable(node).flatMap(RaftNode::leading), clock);
        calls.know(config.voters());
        leaderships.subscribe(
                leadership -> {
                    if (leadership.leaderId() != Leadership.NOBODY) {
                        leader.leaderIs(leadership.leaderId());
                    }
                });
    }

    /// Opens this node's part of the log; returns when the cluster is founded, and this node knows
    /// what was committed before the call. That may take as long as other voters are missing.
    ///
    /// @throws StorageFailure also if the directory is damaged, written by a newer version, or
    ///   holds another cluster than the quorum, or if the listener's port is taken
    public static RaftMetadataLog open(
            QuorumConfig config, Founding founding, Clock clock, Tasks tasks)
            throws InterruptedException {
        RaftMetadataLog log = new RaftMetadataLog(config, clock, tasks);
        try {
            log.start(founding);
            return log;
        } catch (InterruptedException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void start(Founding founding) throws InterruptedException {
        WaitingNotice notice = new WaitingNotice(clock);
        Startup startup =
                new Startup(config, founding, directory, images, leaderships, calls, clock, notice);
        RaftNode started = startup.node().orElse(null);
        node = started;
        if (started != null) {
            startup.takePart(started);
            tasks.add(starter.start("quorum-tick", () -> keepTicking(started)));
            tasks.add(
                    starter.start(
                            "quorum-upkeep",
                            new Upkeep(
                                    config, founding, directory, started, leader, calls, clock)));
        }
        tasks.add(
                starter.start(
                        "quorum-follower",
                        new Follower(config, started, calls, images, leaderships, clock)));
        tasks.add(starter.start("quorum-images", images::keepTelling));
        tasks.add(starter.start("quorum-leaderships", leaderships::keepTelling));
        awaitCommitted(startup, notice);
        if (founding instanceof Founding.Continuing continuing
                && !continuing.image().clusterId().equals(clusterId())) {
            throw new StorageFailure(
                    directory.name(),
                    "This node's metadata belongs to the cluster %s, but the quorum's to %s."
                            .formatted(continuing.image().clusterId(), clusterId()));
        }
    }

    /// Returns when this node knows the image behind an entry that was committed after the call.
    private void awaitCommitted(Startup startup, WaitingNotice notice) throws InterruptedException {
        ByteBuffer noOp = new Entry.NoOp().bytes();
        long barrier = -1;
        while (true) {
            throwIfBroken();
            if (barrier < 0
                    && images.await(RaftMetadataLog::isFounded, clock.deadline(BARRIER_PATIENCE))
                    && leader.send(noOp, BARRIER_PATIENCE)
                            instanceof LeaderCalls.Outcome.Applied(Answer.Done(long end))) {
                barrier = end;
            }
            long wanted = barrier;
            if (wanted >= 0
                    && images.await(
                            image -> isFounded(image) && image.endOffset() >= wanted,
                            clock.deadline(BARRIER_PATIENCE))) {
                return;
            }
            notice.stillWaiting(startup::silent);
        }
    }

    private void keepTicking(RaftNode started) {
        try {
            while (true) {
                clock.sleepUntil(clock.deadline(TICK));
                started.tick();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    static boolean isFounded(ClusterImage image) {
        return !image.clusterId().isEmpty();
    }

    private static boolean isNewer(ClusterImage one, ClusterImage other) {
        return !isFounded(other) || one.endOffset() > other.endOffset();
    }

    /// Within an epoch a node may lose sight of the leader and see it again.
    private static boolean isNewer(Leadership one, Leadership other) {
        return one.epoch() > other.epoch()
                || (one.epoch() == other.epoch() && one.leaderId() != other.leaderId());
    }

    /// Of the cluster that this log belongs to; it was given one when it was founded.
    public String clusterId() {
        return images.value().clusterId();
    }

    @Override
    public long endOffset() {
        return images.value().endOffset();
    }

    @Override
    public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
        if (records.isEmpty()) {
            throw new IllegalArgumentException("A proposal has no records.");
        }
        throwIfBroken();
        long end = endOffset();
        if (end > expectedEnd) {
            return new ProposeOutcome.Conflict(end);
        }
        ByteBuffer entry = entry(expectedEnd, records);
        long deadline = clock.deadline(config.tuning().proposalPatience());
        try {
            LeaderCalls.Outcome outcome = leader.send(entry, config.tuning().proposalPatience());
            return switch (outcome) {
                case LeaderCalls.Outcome.Unanswered unanswered ->
                        new ProposeOutcome.Unknown(unanswered.reason());
                case LeaderCalls.Outcome.Applied applied -> outcome(applied.answer(), deadline);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProposeOutcome.Unknown("The proposer was interrupted.");
        }
    }

    private ByteBuffer entry(long expectedEnd, List<MetadataRecord> records) {
        ByteBuffer batch = MetadataBatches.batch(expectedEnd, clock.wallMs(), records);
        ByteBuffer entry = new Entry.Append(RecordBatch.at(batch, batch.position())).bytes();
        if (entry.remaining() > RatisSettings.LARGEST_ENTRY_BYTES) {
            throw new IllegalStateException(
                    "A proposal of %d records has %d bytes, more than the limit of %d bytes."
                            .formatted(
                                    records.size(),
                                    entry.remaining(),
                                    RatisSettings.LARGEST_ENTRY_BYTES));
        }
        return entry;
    }

    private ProposeOutcome outcome(Answer answer, long deadline) throws InterruptedException {
        return switch (answer) {
            case Answer.Conflict conflict -> new ProposeOutcome.Conflict(conflict.endOffset());
            case Answer.Inapplicable inapplicable ->
                    throw new IllegalStateException(inapplicable.reason());
            case Answer.Done done -> {
                if (!images.await(image -> image.endOffset() >= done.endOffset(), deadline)) {
                    yield new ProposeOutcome.Unknown(
                            "It is committed, but this node has not come so far in time.");
                }
                images.tell();
                yield new ProposeOutcome.Committed(done.endOffset());
            }
        };
    }

    private void throwIfBroken() {
        if (closed.get()) {
            throw new StorageFailure(directory.name(), "The metadata log is closed.");
        }
        RaftNode started = node;
        if (started != null) {
            started.throwIfBroken();
        }
    }

    @Override
    public void subscribe(Consumer<ClusterImage> subscriber) {
        images.subscribe(subscriber);
    }

    @Override
    public void subscribeLeadership(Consumer<Leadership> subscriber) {
        leaderships.subscribe(subscriber);
    }

    /// Does not wait. Whoever calls may be interrupted, often just when this node stands and the
    /// dead one is its leader no more. If that hit Ratis while it writes its vote, this node would
    /// be a candidate that asks nobody for ever. So a task stands that nobody interrupts.
    @Override
    public void leaderHasDied(Leadership leadership) {
        RaftNode started = node;
        if (started != null && started.votes() && !closed.get()) {
            succession =
                    starter.start(
                            "quorum-succession", () -> started.succession().succeed(leadership));
        }
    }

    @Override
    public QuorumState quorum() {
        RaftNode started = node;
        Leadership leadership = leaderships.value();
        return started == null
                ? new QuorumState(leadership, endOffset(), List.of(), List.of())
                : started.quorum(leadership, endOffset());
    }

    @Override
    public Optional<VoterRefusal> addVoter(int nodeId, Uuid directoryId, String host, int port) {
        return new VoterChange(calls, clock, starter)
                .add(new Voter(nodeId, host, port), directoryId, clusterId());
    }

    @Override
    public Optional<VoterRefusal> removeVoter(int nodeId, Uuid directoryId) {
        return new VoterChange(calls, clock, starter).remove(nodeId, directoryId);
    }

    /// Has another voter lead, if this node does.
    void handOver() {
        RaftNode started = node;
        if (started != null) {
            started.succession().handOver();
        }
    }

    /// Of the Raft log, which counts its own entries too.
    long appliedIndex() {
        RaftNode started = node;
        return started == null ? -1 : started.appliedIndex();
    }

    /// Proposals that wait for an answer get one: that their outcome is unknown.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        leader.close();
        images.close();
        leaderships.close();
        tasks.forEach(Tasks.Task::interrupt);
        RaftNode started = node;
        try {
            // First, while there is somebody to take leave of.
            calls.close();
        } finally {
            if (started != null) {
                started.leave();
                closeCopy(started);
                started.close();
            }
        }
        join();
    }

    private void closeCopy(RaftNode started) {
        Tasks.Task closing = starter.start("quorum-close", started::closeCopy);
        long deadline = clock.deadline(CLOSE_PATIENCE);
        try {
            while (closing.isRunning() && clock.isAhead(deadline)) {
                clock.sleepUntil(clock.deadline(CLOSE_PAUSE));
            }
            closing.interrupt();
            closing.join();
        } catch (InterruptedException e) {
            closing.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void join() {
        Tasks.Task standing = succession;
        try {
            for (Tasks.Task task : tasks) {
                task.join();
            }
            if (standing != null) {
                standing.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // No patience then.
        }
    }
}
