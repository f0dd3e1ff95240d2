package io.zurau.coordinator;

import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition's state machine and the thread that runs it.
///
/// The thread decides what has gathered in the mailbox, appends all records of that round together
/// and then gives the answers; what comes meanwhile makes the next round. So a busy shard costs few
/// appends, and an idle one answers at once.
///
/// **Guard:** the machine, its timers and the waiting replies are owned by the shard's thread,
/// which runs [#run].
final class Shard<C, T> {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    /// A round takes no further timer or command once its records have this size, so that answers
    /// of the first do not wait for megabytes of the last.
    private static final long ROUND_BYTES = 512 * 1024;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final int partition;
    private final Supplier<? extends StateMachine<C, T>> machines;
    private final CoordinatorLog log;
    private final Clock clock;
    private final BooleanSupplier full;
    private final IntSupplier crowd;
    private final Mailbox<C> mailbox;
    private final ArrayDeque<Mailbox.Command<C>> taken = new ArrayDeque<>();
    private final Set<Reply<?>> waiting = new LinkedHashSet<>(); // Decided, but not yet settled.
    private volatile int size;

    /// @param full whether nothing may be remembered that is not yet
    /// @param crowd how much all shards remember
    Shard(
            int partition,
            Supplier<? extends StateMachine<C, T>> machines,
            CoordinatorLog log,
            Clock clock,
            BooleanSupplier full,
            IntSupplier crowd) {
        this.partition = partition;
        this.machines = machines;
        this.log = log;
        this.clock = clock;
        this.full = full;
        this.crowd = crowd;
        this.mailbox = new Mailbox<>(clock);
    }

    /// Called by anyone; the reply is settled sooner or later.
    void submit(C command, Reply<?> reply) {
        ErrorCode code = mailbox.put(new Mailbox.Command<>(command, reply));
        if (code != ErrorCode.NONE) {
            reply.refuse(code);
        }
    }

    /// How much the machine remembers, with its timers; may be asked by anyone.
    int size() {
        return size;
    }

    /// Called by anyone: the thread ends soon, and everyone who waits is refused.
    void close() {
        mailbox.close();
    }

    /// The body of the shard's thread: loads and serves until closed, and begins anew when memory
    /// and log may have parted.
    void run() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!mailbox.isClosed()) {
                long begun = clock.nanos();
                ErrorCode code = loadAndServe();
                refuseAll(code);
                if (code != ErrorCode.NONE && !mailbox.isClosed()) {
                    boolean wasWell = clock.nanos() - begun > LONGEST_PAUSE.toNanos();
                    pause = wasWell ? FIRST_PAUSE : pause;
                    mailbox.pause(clock.deadline(pause));
                    pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            size = 0;
            mailbox.close();
            refuseAll(ErrorCode.NOT_COORDINATOR);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /// @return `NONE` when closed; otherwise what the commands under way are refused with
    private ErrorCode loadAndServe() throws InterruptedException {
        try {
            StateMachine<C, T> machine = machines.get();
            ErrorCode code = log.load(partition, new Replaying(machine));
            if (code != ErrorCode.NONE) {
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("error", code)
                        .log("A coordinator's partition could not be loaded");
                return code;
            }
            return serve(machine);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("partition", partition)
                    .setCause(e)
                    .log("A coordinator broke and is loaded again");
            return ErrorCode.UNKNOWN_SERVER_ERROR;
        }
    }

    private ErrorCode serve(StateMachine<C, T> machine) throws InterruptedException {
        Deadlines<T> timers = new Deadlines<>();
        ErrorCode code = round(machine, timers, machine::loaded);
        mailbox.open();
        while (code == ErrorCode.NONE) {
            if (taken.isEmpty()) {
                taken.addAll(mailbox.take(timers.next()));
            }
            if (mailbox.isClosed()) {
                return ErrorCode.NONE;
            }
            code = round(machine, timers, turn -> decide(machine, turn, timers));
        }
        return code;
    }

    /// Decides nothing once the partition is led elsewhere: there may be other decisions there.
    private ErrorCode round(
            StateMachine<C, T> machine, Deadlines<T> timers, Consumer<Turn<T>> decision)
            throws InterruptedException {
        OptionalInt largestRecord = log.largestRecord(partition);
        if (largestRecord.isEmpty()) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        Turn<T> turn =
                new Turn<>(
                        clock.nanos(),
                        clock.wallMs(),
                        largestRecord.getAsInt(),
                        log.nextOffset(partition),
                        timers,
                        entry -> log.check(partition, entry),
                        crowd);
        decision.accept(turn);
        size = machine.size() + timers.size();
        return store(turn);
    }

    private void decide(StateMachine<C, T> machine, Turn<T> turn, Deadlines<T> timers) {
        long now = clock.nanos();
        while (turn.recordBytes() < ROUND_BYTES) {
            T due = timers.takeDue(now);
            if (due == null) {
                break;
            }
            machine.timeUp(due, turn);
        }
        while (!taken.isEmpty() && turn.recordBytes() < ROUND_BYTES) {
            Mailbox.Command<C> next = taken.remove();
            if (machine.adds(next.command()) && full.getAsBoolean()) {
                next.reply().refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
                continue;
            }
            waiting.add(next.reply());
            machine.decide(next.command(), turn);
        }
    }

    private ErrorCode store(Turn<T> turn) throws InterruptedException {
        if (!turn.entries().isEmpty()) {
            ErrorCode code = log.append(partition, turn.entries());
            if (code != ErrorCode.NONE) {
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("error", code)
                        .log("A coordinator could not store its records and is loaded again");
                return forClients(code);
            }
        }
        if (turn.isToBeConfirmed()) {
            ErrorCode code = log.confirm(partition);
            if (code != ErrorCode.NONE) {
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("error", code)
                        .log("A coordinator may have been replaced and is loaded again");
                return forClients(code);
            }
        }
        if (turn.neededOffset() > 0) {
            log.deleteBefore(partition, turn.neededOffset());
        }
        turn.settle();
        turn.answers().forEach(answer -> waiting.remove(answer.reply()));
        return ErrorCode.NONE;
    }

    /// What a coordinator's client understands, as Kafka translates it.
    private static ErrorCode forClients(ErrorCode code) {
        return switch (code) {
            case UNKNOWN_TOPIC_OR_PARTITION,
                    NOT_ENOUGH_REPLICAS,
                    NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                    REQUEST_TIMED_OUT ->
                    ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE ->
                    ErrorCode.UNKNOWN_SERVER_ERROR;
            default -> code;
        };
    }

    private void refuseAll(ErrorCode reason) {
        mailbox.refuseWhileLoading();
        ErrorCode code = reason == ErrorCode.NONE ? ErrorCode.NOT_COORDINATOR : forClients(reason);
        List<Reply<?>> refused = new ArrayList<>(waiting);
        waiting.clear();
        taken.addAll(mailbox.takeAll());
        taken.forEach(command -> refused.add(command.reply()));
        taken.clear();
        refused.forEach(reply -> reply.refuse(code));
    }
}
