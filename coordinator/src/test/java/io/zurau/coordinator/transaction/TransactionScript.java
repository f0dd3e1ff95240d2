package io.zurau.coordinator.transaction;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Deadlines;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.transaction.TransactionCommand.Asking;
import io.zurau.coordinator.transaction.TransactionCommand.ProducerOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Drives one shard's machine by hand, with a clock that stands still unless told, and writes down
/// what happens: what was asked (`>`), what is stored, which markers are asked for, who is answered
/// what.
///
/// The transactional id is always `t`; fresh producer ids are 100, 101, …
final class TransactionScript {
    static final String ID = "t";
    static final TransactionConfig CONFIG =
            new TransactionConfig(60_000, 3_600_000, 600_000, 50, 1, 1, 1 << 20, true, 20, 100);

    private final int level;
    private final Deadlines<TransactionTimer> timers = new Deadlines<>();
    private final List<CoordinatorRecord> log = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final List<Markers> written = new ArrayList<>();
    private final TransactionMachine machine;
    private int largestRecord = 1_000_000;
    private long nextId = 100;
    private long nowMs = 1_000;
    private long connectedNanos;

    /// @param level of the feature `transaction.version`
    TransactionScript(int level) {
        this.level = level;
        this.machine = new TransactionMachine(CONFIG, this::write, () -> level);
        round(machine::loaded);
        text.setLength(0);
    }

    /// A shard that loads what another one stored.
    TransactionScript reloaded() {
        TransactionScript next = new TransactionScript(level);
        log.forEach(next.machine::replay);
        next.nowMs = nowMs;
        next.nextId = nextId;
        next.log.addAll(log);
        next.text.append(text).append("> the shard is loaded again\n");
        next.round(next.machine::loaded);
        return next;
    }

    String text() {
        return text.toString();
    }

    void takesRecordsUpTo(int bytes) {
        largestRecord = bytes;
    }

    int known() {
        return machine.transactions().all().size();
    }

    /// The markers that were asked for last.
    Markers lastMarkers() {
        return written.getLast();
    }

    private void write(Markers markers) {
        written.add(markers);
        text.append(
                "  markers: %s of producer %d/%d for %s%n"
                        .formatted(
                                markers.committed() ? "commit" : "abort",
                                markers.producerId(),
                                markers.producerEpoch(),
                                markers.partitions()));
    }

    /// What is asked from now on comes by a connection that was accepted then.
    void asksByConnectionOf(long nanos) {
        says("by connection " + nanos);
        connectedNanos = nanos;
    }

    void init() {
        init(-1, -1);
    }

    /// @param producerId what the producer says it is; -1 if it does not say
    void init(long producerId, int epoch) {
        says("init" + (producerId < 0 ? "" : " as " + producerId + "/" + epoch));
        @Nullable Asking expected =
                producerId < 0 ? null : new Asking(ID, producerId, (short) epoch, connectedNanos);
        withId(
                freshId -> {
                    Reply<ProducerOutcome> reply = new Reply<>(ProducerOutcome::refused);
                    round(
                            turn ->
                                    machine.decide(
                                            new TransactionCommand.Init(
                                                    ID, 10_000, expected, freshId, reply),
                                            turn));
                    return settled(reply);
                });
    }

    private interface Asked {
        ProducerOutcome with(OptionalLong freshId);
    }

    private void withId(Asked asked) {
        ProducerOutcome outcome = asked.with(OptionalLong.empty());
        if (outcome.needsId()) {
            outcome = asked.with(OptionalLong.of(nextId++));
        }
        text.append("  answer: ")
                .append(outcome.code())
                .append(
                        outcome.producerId() < 0
                                ? ""
                                : ", " + outcome.producerId() + "/" + outcome.producerEpoch())
                .append('\n');
    }

    void add(long producerId, int epoch, int version, String... partitions) {
        says("add %s as %d/%d".formatted(List.of(partitions), producerId, epoch));
        Reply<ErrorCode> reply = new Reply<>(code -> code);
        round(
                turn ->
                        machine.decide(
                                new TransactionCommand.AddPartitions(
                                        new Asking(ID, producerId, (short) epoch, connectedNanos),
                                        set(partitions),
                                        (short) version,
                                        reply),
                                turn));
        text.append("  answer: ").append(settled(reply)).append('\n');
    }

    void verify(long producerId, int epoch, String... partitions) {
        says("verify %s as %d/%d".formatted(List.of(partitions), producerId, epoch));
        Reply<TransactionCommand.Verification> reply =
                new Reply<>(code -> new TransactionCommand.Verification(code, Set.of()));
        round(
                turn ->
                        machine.decide(
                                new TransactionCommand.VerifyPartitions(
                                        new Asking(ID, producerId, (short) epoch, connectedNanos),
                                        set(partitions),
                                        reply),
                                turn));
        TransactionCommand.Verification verified = settled(reply);
        text.append("  answer: ")
                .append(verified.code())
                .append(verified.missing().isEmpty() ? "" : ", not " + verified.missing())
                .append('\n');
    }

    void commit(long producerId, int epoch, boolean bumps) {
        end(producerId, epoch, true, bumps);
    }

    void abort(long producerId, int epoch, boolean bumps) {
        end(producerId, epoch, false, bumps);
    }

    private void end(long producerId, int epoch, boolean committed, boolean bumps) {
        says("%s as %d/%d".formatted(committed ? "commit" : "abort", producerId, epoch));
        withId(
                freshId -> {
                    Reply<ProducerOutcome> reply = new Reply<>(ProducerOutcome::refused);
                    round(
                            turn ->
                                    machine.decide(
                                            new TransactionCommand.End(
                                                    new Asking(
                                                            ID,
                                                            producerId,
                                                            (short) epoch,
                                                            connectedNanos),
                                                    committed,
                                                    bumps,
                                                    freshId,
                                                    reply),
                                            turn));
                    return settled(reply);
                });
    }

    void marked(Markers markers, String... partitions) {
        says("marked " + List.of(partitions));
        Reply<ErrorCode> reply = new Reply<>(code -> code);
        round(
                turn ->
                        machine.decide(
                                new TransactionCommand.Marked(markers, set(partitions), reply),
                                turn));
    }

    private static Set<TopicPartition> set(String... partitions) {
        Set<TopicPartition> set = new TreeSet<>();
        for (String partition : partitions) {
            int dash = partition.lastIndexOf('-');
            set.add(
                    new TopicPartition(
                            partition.substring(0, dash),
                            Integer.parseInt(partition.substring(dash + 1))));
        }
        return set;
    }

    /// Lets time pass, and timers be due.
    void passes(long ms) {
        says(ms + " ms pass");
        long end = nowMs + ms;
        OptionalLong next = timers.next();
        while (next.isPresent() && next.getAsLong() <= end * 1_000_000) {
            nowMs = Math.max(nowMs, next.getAsLong() / 1_000_000);
            TransactionTimer due = timers.takeDue(nowMs * 1_000_000);
            if (due != null) {
                round(turn -> machine.timeUp(due, turn));
            }
            next = timers.next();
        }
        nowMs = end;
    }

    private void says(String line) {
        text.append("> ").append(line).append('\n');
    }

    private static <A> A settled(Reply<A> reply) {
        try {
            return reply.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void round(Consumer<Turn<TransactionTimer>> decision) {
        Turn<TransactionTimer> turn =
                new Turn<>(nowMs * 1_000_000, nowMs, largestRecord, timers, _ -> ErrorCode.NONE);
        decision.accept(turn);
        for (LogEntry entry : turn.entries()) {
            CoordinatorRecord record = ((LogEntry.Plain) entry).record();
            log.add(record);
            text.append("  log: ").append(told(record)).append('\n');
        }
        turn.settle();
    }

    private static String told(CoordinatorRecord record) {
        return switch (TransactionRecords.read(record)) {
            case TransactionRecords.Change.Stored stored -> told(stored.transaction());
            case TransactionRecords.Change.Removed removed -> removed.id() + " is forgotten";
            case TransactionRecords.Change.Foreign foreign -> foreign.reason();
        };
    }

    private static String told(Transaction transaction) {
        Producer producer = transaction.producer();
        return "%s %d/%d%s %s"
                .formatted(
                        transaction.state().kafkaName(),
                        producer.id(),
                        producer.epoch(),
                        producer.nextId() < 0 ? "" : " then " + producer.nextId(),
                        transaction.partitions());
    }
}
