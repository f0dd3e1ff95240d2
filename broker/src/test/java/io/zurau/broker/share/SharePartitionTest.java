package io.zurau.broker.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.data.DataFixture;
import io.zurau.broker.share.window.Acknowledgement;
import io.zurau.broker.share.window.Fetched;
import io.zurau.coordinator.group.config.AutoOffsetReset;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.coordinator.share.ShareState;
import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.ThreadTasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How a share partition begins and ends.
@Timeout(20)
final class SharePartitionTest {
    private static final int STATE_EPOCH = 3;
    private static final ShareGroupConfig LIMITS =
            new ShareGroupConfig(
                    45_000,
                    5_000,
                    false,
                    0,
                    10,
                    5,
                    60_000,
                    100,
                    new AutoOffsetReset.Latest(),
                    false,
                    true);

    @TempDir Path directory;
    private DataFixture data;
    private SharePartition partition;

    /// How often the task has begun to wait for the end of a lock.
    private final Semaphore waits = new Semaphore(0);

    private final List<ShareStates.Report> reports =
            Collections.synchronizedList(new ArrayList<>());
    private volatile long startOffset;
    private volatile Supplier<ShareStateOutcome> stored =
            () -> new ShareStateOutcome(ErrorCode.NONE, null, null);

    private final class States implements SharePartition.Stored {
        @Override
        public ShareStateOutcome read(SharePartitionKey key, int leaderEpoch) {
            return new ShareStateOutcome(
                    ErrorCode.NONE,
                    null,
                    new ShareState(0, STATE_EPOCH, leaderEpoch, startOffset, 0, List.of(), 0, 0));
        }

        @Override
        public ShareStateOutcome write(SharePartitionKey key, ShareStates.Report report) {
            reports.add(report);
            return stored.get();
        }
    }

    private record CountingClock(Clock clock, Semaphore waits) implements Clock {
        @Override
        public long wallMs() {
            return clock.wallMs();
        }

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public boolean await(ReentrantLock lock, Condition condition, long deadlineNanos)
                throws InterruptedException {
            waits.release();
            return clock.await(lock, condition, deadlineNanos);
        }

        @Override
        public void sleepUntil(long deadlineNanos) throws InterruptedException {
            clock.sleepUntil(deadlineNanos);
        }
    }

    @BeforeEach
    void open() {
        data = new DataFixture(directory);
        Uuid topicId = data.topic("t", 1, Map.of());
        partition =
                new SharePartition(
                        new SharePartitionKey("g", topicId, 0),
                        data.leader("t", 0),
                        DataFixture.EPOCH,
                        new States(),
                        () -> LIMITS,
                        new CountingClock(data.seams.clock(), waits),
                        _ -> {});
    }

    @AfterEach
    void close() {
        partition.end(Refusal.of(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        data.close();
    }

    private void start() {
        new ThreadTasks((_, _) -> {}).start("share", partition::run);
    }

    /// Takes the first ten records, once the partition has begun.
    private void acquire() {
        while (partition
                .acquire(
                        "m",
                        10,
                        true,
                        500,
                        (from, _) ->
                                Optional.of(
                                        new Fetched(
                                                from, List.of(new Fetched.Range(0, 9)), List.of())))
                .isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private Refusal accept() throws InterruptedException {
        return partition
                .acknowledge("m", List.of(new Acknowledgement.Batch(0, 9, List.of((byte) 1))))
                .await();
    }

    @Test
    void whereAGroupBeginsIsStoredBeforeAnythingIsGivenOut() {
        // Given
        startOffset = ShareState.NOT_STARTED;
        stored = () -> ShareStateOutcome.refused(ErrorCode.FENCED_STATE_EPOCH);

        // When
        partition.run();

        // Then
        assertThat(reports)
                .containsExactly(
                        new ShareStates.Report(STATE_EPOCH, DataFixture.EPOCH, 0, 0, List.of()));
        assertThat(partition.refusal().code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void itDoesNotEndWhileSomebodyHasRecords() throws Exception {
        // Given
        start();
        acquire();
        waits.acquire();

        // When
        partition.abandon();
        waits.acquire();

        // Then
        assertThat(accept().code()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void nobodyWaitsForeverForWhatCannotBeStored() throws Exception {
        // Given
        stored =
                () -> {
                    throw new IllegalStateException("As if there were a bug.");
                };
        start();
        acquire();

        // When
        Refusal refusal = accept();

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
}
