package io.zurau.broker.share;

import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.peer.IdleConnections;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.coordinator.share.ShareStateCoordinator;
import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.coordinator.share.StateBatch;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The states of share partitions, wherever their coordinators are: on this broker or another. A
/// coordinator that is not to be had is asked again for a while.
public final class ShareStates implements SharePartition.Stored, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final CoordinatorTopic topic;
    private final ShareStateCoordinator here;
    private final IdleConnections connections;

    ShareStates(CoordinatorTopic topic, ShareStateCoordinator here, Peers peers) {
        this.topic = topic;
        this.here = here;
        this.connections = new IdleConnections(peers);
    }

    /// A question that can be put to a coordinator here, or to one behind a connection.
    private interface Question {
        Pending<ShareStateOutcome> here(ShareStateCoordinator coordinator);

        ShareStateOutcome there(ShareStateCalls calls) throws IOException, InterruptedException;
    }

    /// A group begins in a partition, or begins anew.
    ///
    /// @param startOffset -1 if the partition's leader shall find out
    public ShareStateOutcome initialize(SharePartitionKey key, int stateEpoch, long startOffset)
            throws InterruptedException {
        return ask(
                key,
                new Question() {
                    @Override
                    public Pending<ShareStateOutcome> here(ShareStateCoordinator coordinator) {
                        return coordinator.initialize(key, stateEpoch, startOffset);
                    }

                    @Override
                    public ShareStateOutcome there(ShareStateCalls calls)
                            throws IOException, InterruptedException {
                        return calls.initialize(key, stateEpoch, startOffset);
                    }
                });
    }

    /// For a leader that begins.
    @Override
    public ShareStateOutcome read(SharePartitionKey key, int leaderEpoch)
            throws InterruptedException {
        return ask(
                key,
                new Question() {
                    @Override
                    public Pending<ShareStateOutcome> here(ShareStateCoordinator coordinator) {
                        return coordinator.read(key, leaderEpoch);
                    }

                    @Override
                    public ShareStateOutcome there(ShareStateCalls calls)
                            throws IOException, InterruptedException {
                        return calls.read(key, leaderEpoch);
                    }
                });
    }

    /// What a leader wants to be stored.
    record Report(
            int stateEpoch,
            int leaderEpoch,
            long startOffset,
            int deliveryCompleteCount,
            List<StateBatch> batches) {}

    @Override
    public ShareStateOutcome write(SharePartitionKey key, Report report)
            throws InterruptedException {
        return ask(
                key,
                new Question() {
                    @Override
                    public Pending<ShareStateOutcome> here(ShareStateCoordinator coordinator) {
                        return coordinator.write(
                                key,
                                report.stateEpoch,
                                report.leaderEpoch,
                                report.startOffset,
                                report.deliveryCompleteCount,
                                report.batches);
                    }

                    @Override
                    public ShareStateOutcome there(ShareStateCalls calls)
                            throws IOException, InterruptedException {
                        return calls.write(key, report);
                    }
                });
    }

    public ShareStateOutcome delete(SharePartitionKey key) throws InterruptedException {
        return ask(
                key,
                new Question() {
                    @Override
                    public Pending<ShareStateOutcome> here(ShareStateCoordinator coordinator) {
                        return coordinator.delete(key);
                    }

                    @Override
                    public ShareStateOutcome there(ShareStateCalls calls)
                            throws IOException, InterruptedException {
                        return calls.delete(key);
                    }
                });
    }

    /// What is known; without a state if nothing is.
    public ShareStateOutcome summarize(SharePartitionKey key) throws InterruptedException {
        return ask(
                key,
                new Question() {
                    @Override
                    public Pending<ShareStateOutcome> here(ShareStateCoordinator coordinator) {
                        return coordinator.summarize(key);
                    }

                    @Override
                    public ShareStateOutcome there(ShareStateCalls calls)
                            throws IOException, InterruptedException {
                        return calls.summarize(key);
                    }
                });
    }

    private ShareStateOutcome ask(SharePartitionKey key, Question question)
            throws InterruptedException {
        Clock clock = connections.seams().clock();
        long deadline = clock.deadline(PATIENCE);
        Duration pause = FIRST_PAUSE;
        while (true) {
            ShareStateOutcome outcome = askOnce(key, question);
            if (!isWorthAnotherTry(outcome.code())
                    || connections.isClosed()
                    || !clock.isAhead(deadline)) {
                return outcome;
            }
            clock.sleepUntil(clock.deadline(pause));
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }

    private static boolean isWorthAnotherTry(ErrorCode code) {
        return switch (code) {
            case NOT_COORDINATOR,
                    COORDINATOR_NOT_AVAILABLE,
                    COORDINATOR_LOAD_IN_PROGRESS,
                    NETWORK_EXCEPTION ->
                    true;
            default -> false;
        };
    }

    private ShareStateOutcome askOnce(SharePartitionKey key, Question question)
            throws InterruptedException {
        if (!topicExists()) {
            return ShareStateOutcome.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        int coordinator = topic.coordinatorOf(topic.partitionOf(key.toString()));
        if (coordinator == PartitionImage.NO_LEADER) {
            return ShareStateOutcome.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        if (coordinator == connections.nodeId()) {
            return question.here(here).await();
        }
        try {
            return connections.ask(
                    coordinator, connection -> question.there(new ShareStateCalls(connection)));
        } catch (IOException e) {
            return ShareStateOutcome.refused(ErrorCode.NETWORK_EXCEPTION);
        }
    }

    private boolean topicExists() {
        try {
            return topic.findOrCreate().isPresent();
        } catch (QuorumUnavailable e) {
            return false; // As far as can be known now.
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
