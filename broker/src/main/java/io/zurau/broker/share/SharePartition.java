package io.zurau.broker.share;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.WaitingFetches;
import io.zurau.broker.share.window.Acknowledgement;
import io.zurau.broker.share.window.Acquired;
import io.zurau.broker.share.window.Acquisition;
import io.zurau.broker.share.window.Fetched;
import io.zurau.broker.share.window.Window;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.coordinator.share.ShareState;
import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.coordinator.share.StateBatch;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One partition as one share group consumes it, in one epoch of its leader, which is this broker.
///
/// Its task reads what is stored when it begins; then it stores what members say, all that gathered
/// meanwhile at once, and takes records from members whose time is up.
///
/// **Guard:** `windowLock`. While it is held, headers of batches may be read from the log; nothing
/// else is called under it.
final class SharePartition {
    private final SharePartitionKey key;
    private final PartitionLeader leader;
    private final int leaderEpoch;
    private final Stored states;
    private final Supplier<ShareGroupConfig> limits;
    private final Clock clock;
    private final Consumer<SharePartition> whenEnded;
    private final WaitingFetches waiting = new WaitingFetches();
    private final ReentrantLock windowLock = new ReentrantLock();
    private final Condition changed = windowLock.newCondition();

    @GuardedBy("windowLock")
    private @Nullable Window window; // Null until what is stored was read.

    @GuardedBy("windowLock")
    private int stateEpoch;

    @GuardedBy("windowLock")
    private final List<Said> unstored = new ArrayList<>();

    @GuardedBy("windowLock")
    private long numbers;

    @GuardedBy("windowLock")
    private long awaitedNanos; // The lock's end that the task waits for; only if it waits for one.

    @GuardedBy("windowLock")
    private boolean awaitsLockEnd;

    @GuardedBy("windowLock")
    private @Nullable Refusal ended;

    @GuardedBy("windowLock")
    private boolean abandoned; // Nobody of the group is connected.

    /// What one member said, to be stored.
    private record Said(long number, List<StateBatch> batches, Reply<Refusal> reply) {}

    /// What is stored of it.
    interface Stored {
        /// No leader before this one stores any more.
        ShareStateOutcome read(SharePartitionKey key, int leaderEpoch) throws InterruptedException;

        ShareStateOutcome write(SharePartitionKey key, ShareStates.Report report)
                throws InterruptedException;
    }

    /// What the log has, read while the window stands still.
    interface Reading {
        /// @param fromOffset the first that can be acquired
        /// @param endOffset of the window
        /// @return empty if there is nothing to read, or it cannot be read now
        Optional<Fetched> read(long fromOffset, long endOffset);
    }

    /// @param whenEnded told by the task when it is over
    SharePartition(
            SharePartitionKey key,
            PartitionLeader leader,
            int leaderEpoch,
            Stored states,
            Supplier<ShareGroupConfig> limits,
            Clock clock,
            Consumer<SharePartition> whenEnded) {
        this.key = key;
        this.leader = leader;
        this.leaderEpoch = leaderEpoch;
        this.states = states;
        this.limits = limits;
        this.clock = clock;
        this.whenEnded = whenEnded;
    }

    SharePartitionKey key() {
        return key;
    }

    PartitionLeader leader() {
        return leader;
    }

    /// Whether the partition is still led as when this began.
    boolean isLedBy(PartitionLeader now) {
        return now == leader && now.leaderEpoch() == leaderEpoch;
    }

    /// The fetches to wake when records can be had again, or it is known that there will be none.
    WaitingFetches waiting() {
        return waiting;
    }

    ShareGroupConfig limits() {
        return limits.get();
    }

    /// Somebody wants to consume it.
    ///
    /// @return false if it is over
    boolean keep() {
        windowLock.lock();
        try {
            abandoned = false;
            return ended == null;
        } finally {
            windowLock.unlock();
        }
    }

    /// Nobody of the group is connected: it ends once what was said is stored. If somebody has come
    /// back meanwhile and has records, not before it has none any more.
    void abandon() {
        windowLock.lock();
        try {
            abandoned = true;
            changed.signal();
        } finally {
            windowLock.unlock();
        }
    }

    private long lockEnd(ShareGroupConfig config) {
        return clock.deadline(Duration.ofMillis(config.recordLockDurationMs()));
    }

    /// Why nothing can be had from here any more; `NONE` if it can, or perhaps soon.
    Refusal refusal() {
        windowLock.lock();
        try {
            return ended == null ? Refusal.NONE : ended;
        } finally {
            windowLock.unlock();
        }
    }

    /// What to read next; empty if there is nothing that a member may have now.
    OptionalLong nextOffset() {
        windowLock.lock();
        try {
            if (window == null || ended != null) {
                return OptionalLong.empty();
            }
            long next = window.nextOffset();
            boolean full =
                    next == window.endOffset()
                            && window.size() >= limits().partitionMaxRecordLocks();
            return full ? OptionalLong.empty() : OptionalLong.of(next);
        } finally {
            windowLock.unlock();
        }
    }

    /// Gives records to a member.
    ///
    /// @param most records
    /// @param exactly whether batches may be cut
    /// @param batchSize how many records the member wants in one batch of acquired records
    List<Acquired> acquire(
            String memberId, int most, boolean exactly, int batchSize, Reading reading) {
        windowLock.lock();
        try {
            if (window == null || ended != null) {
                return List.of();
            }
            window.moveStart(leader.log().logStartOffset());
            OptionalLong next = nextOffset();
            Optional<Fetched> fetched =
                    next.isEmpty()
                            ? Optional.empty()
                            : reading.read(next.getAsLong(), window.endOffset());
            if (fetched.isEmpty()) {
                return List.of();
            }
            ShareGroupConfig now = limits();
            long lockEnd = lockEnd(now);
            List<Acquired> acquired =
                    Acquisition.of(
                            window,
                            new Acquisition.Request(
                                    memberId,
                                    most,
                                    exactly,
                                    batchSize,
                                    lockEnd,
                                    now.deliveryCountLimit(),
                                    now.partitionMaxRecordLocks()),
                            fetched.get());
            if (!acquired.isEmpty() && (!awaitsLockEnd || lockEnd - awaitedNanos < 0)) {
                changed.signal();
            }
            return acquired;
        } finally {
            windowLock.unlock();
        }
    }

    /// Takes what a member says of records that it has.
    Pending<Refusal> acknowledge(String memberId, List<Acknowledgement.Batch> batches) {
        Reply<Refusal> reply = new Reply<>(Refusal::of);
        windowLock.lock();
        try {
            if (window == null || ended != null) {
                reply.settle(ended == null ? Refusal.of(ErrorCode.INVALID_RECORD_STATE) : ended);
                return reply;
            }
            ShareGroupConfig now = limits();
            long number = numbers++;
            Acknowledgement.Request request =
                    new Acknowledgement.Request(
                            memberId,
                            number,
                            batches,
                            now.deliveryCountLimit(),
                            now.renewEnabled(),
                            lockEnd(now));
            switch (Acknowledgement.of(window, request, clock.nanos())) {
                case Acknowledgement.Result.Refused refused ->
                        reply.settle(new Refusal(refused.code(), refused.message()));
                case Acknowledgement.Result.Decided decided ->
                        store(new Said(number, decided.batches(), reply));
            }
            return reply;
        } finally {
            windowLock.unlock();
        }
    }

    /// A member gives back all that it has.
    Pending<Refusal> release(String memberId) {
        Reply<Refusal> reply = new Reply<>(Refusal::of);
        windowLock.lock();
        try {
            if (window == null || ended != null) {
                reply.settle(Refusal.NONE);
                return reply;
            }
            long number = numbers++;
            store(
                    new Said(
                            number,
                            window.release(memberId, number, limits().deliveryCountLimit()),
                            reply));
            return reply;
        } finally {
            windowLock.unlock();
        }
    }

    @GuardedBy("windowLock")
    private void store(Said said) {
        if (said.batches.isEmpty()) {
            said.reply.settle(Refusal.NONE);
        } else {
            unstored.add(said);
            changed.signal();
        }
    }

    /// It is over: another broker leads the partition, or nobody of the group is left. Whoever
    /// waits for its records to be stored, and they are not on their way, is refused.
    void end(Refusal why) {
        List<Said> refused;
        windowLock.lock();
        try {
            if (ended != null) {
                return;
            }
            ended = why;
            refused = List.copyOf(unstored);
            unstored.clear();
            changed.signal();
        } finally {
            windowLock.unlock();
        }
        refused.forEach(said -> said.reply.settle(why));
        waiting.wake();
    }

    /// The body of its task; ends when it is over.
    void run() {
        Refusal over = Refusal.of(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        Work work = null;
        try {
            begin();
            for (work = awaitWork(); work != null; work = awaitWork()) {
                waiting.wake(); // What time took away can be had.
                settle(work, states.write(key, work.report));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(over);
            if (work != null) {
                work.said.forEach(said -> said.reply.settle(over)); // If they were not settled.
            }
            waiting.wake(); // It may have ended by itself.
            whenEnded.accept(this);
        }
    }

    private void begin() throws InterruptedException {
        ShareStateOutcome outcome = states.read(key, leaderEpoch);
        ShareState state = outcome.state();
        if (outcome.code() != ErrorCode.NONE || state == null) {
            end(Refusal.of(outcome));
            return;
        }
        long start = state.startOffset();
        if (start == ShareState.NOT_STARTED) {
            OptionalLong found =
                    new ShareStart(leader, clock).find(limits().autoOffsetReset(), this::isOver);
            if (found.isEmpty()) {
                end(Refusal.of(ErrorCode.NOT_LEADER_OR_FOLLOWER));
                return;
            }
            start = found.getAsLong();
            Refusal refusal = storeStart(state, start);
            if (!refusal.isNone()) {
                end(refusal);
                return;
            }
        }
        windowLock.lock();
        try {
            window = Window.of(start, state.batches());
            stateEpoch = state.stateEpoch();
        } finally {
            windowLock.unlock();
        }
        waiting.wake();
    }

    /// Before any record is given out: a leader that came next, and looked for the end of the log
    /// again, would skip all that nobody had acknowledged.
    private Refusal storeStart(ShareState state, long start) throws InterruptedException {
        return Refusal.of(
                states.write(
                        key,
                        new ShareStates.Report(
                                state.stateEpoch(), leaderEpoch, start, 0, List.of())));
    }

    private boolean isOver() {
        return !refusal().isNone();
    }

    /// What is stored together.
    private record Work(List<Said> said, ShareStates.Report report) {}

    /// @return null when it is over
    private @Nullable Work awaitWork() throws InterruptedException {
        windowLock.lockInterruptibly();
        try {
            while (ended == null && window != null) {
                List<StateBatch> batches =
                        new ArrayList<>(
                                window.expire(clock.nanos(), limits().deliveryCountLimit()));
                unstored.forEach(said -> batches.addAll(said.batches));
                if (!batches.isEmpty()) {
                    List<Said> said = List.copyOf(unstored);
                    unstored.clear();
                    return new Work(said, report(window, batches));
                }
                OptionalLong lockEnd = window.nextLockEnd();
                if (abandoned && lockEnd.isEmpty()) {
                    ended = Refusal.of(ErrorCode.NOT_LEADER_OR_FOLLOWER);
                    return null;
                }
                awaitsLockEnd = lockEnd.isPresent();
                if (lockEnd.isEmpty()) {
                    changed.await();
                } else {
                    awaitedNanos = lockEnd.getAsLong();
                    var _ = clock.await(windowLock, changed, awaitedNanos);
                }
                awaitsLockEnd = false;
            }
            return null;
        } finally {
            windowLock.unlock();
        }
    }

    @GuardedBy("windowLock")
    private ShareStates.Report report(Window now, List<StateBatch> batches) {
        return new ShareStates.Report(
                stateEpoch, leaderEpoch, now.startOffset(), now.overCount(), batches);
    }

    private void settle(Work work, ShareStateOutcome outcome) {
        Refusal refusal = Refusal.of(outcome);
        windowLock.lock();
        try {
            if (window != null) {
                int limit = limits().deliveryCountLimit();
                boolean stored = refusal.isNone();
                work.said.forEach(said -> window.settle(said.number, stored, clock.nanos(), limit));
                var _ = window.advance();
            }
        } finally {
            windowLock.unlock();
        }
        work.said.forEach(said -> said.reply.settle(refusal));
        if (isFinal(refusal.code())) {
            end(refusal);
        }
        waiting.wake();
    }

    /// Whether this share partition can never store anything again.
    private static boolean isFinal(ErrorCode code) {
        return switch (code) {
            case NOT_LEADER_OR_FOLLOWER, GROUP_ID_NOT_FOUND, UNKNOWN_TOPIC_OR_PARTITION -> true;
            default -> false;
        };
    }
}
