package io.zurau.coordinator.share;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Deadlines;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Drives one shard's machine by hand and writes down what happens: what was asked (`>`), what is
/// stored, who is answered what. The group is always `g`; topic ids are `0:n`.
final class ShareStateScript {
    static final int UPDATES_PER_SNAPSHOT = 2;
    static final long INTERVAL_MS = 1_000;

    private static final ShareCoordinatorConfig CONFIG =
            new ShareCoordinatorConfig(
                    10, 50, 1, 1, 1 << 20, UPDATES_PER_SNAPSHOT, INTERVAL_MS, INTERVAL_MS);

    private final Deadlines<ShareStateTimer> timers = new Deadlines<>();
    private final List<CoordinatorRecord> log = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final ShareStateMachine machine = new ShareStateMachine(CONFIG);
    private int largestRecord = 1_000_000;
    private long nowMs = 1_000;

    ShareStateScript() {
        round(machine::loaded);
    }

    /// A shard that loads what another one stored.
    ShareStateScript reloaded() {
        ShareStateScript next = new ShareStateScript();
        log.forEach(next.machine::replay);
        next.nowMs = nowMs;
        next.log.addAll(log);
        next.text.append(text).append("> the shard is loaded again\n");
        return next;
    }

    String text() {
        return text.toString();
    }

    void takesRecordsUpTo(int bytes) {
        largestRecord = bytes;
    }

    static SharePartitionKey key(int topic) {
        return new SharePartitionKey("g", new Uuid(0, topic), 0);
    }

    static StateBatch batch(long first, long last, int state, int count) {
        return new StateBatch(first, last, (byte) state, (short) count);
    }

    void initialize(int topic, int stateEpoch, long start) {
        asked(
                "initialize %d in epoch %d at %d".formatted(topic, stateEpoch, start),
                reply -> new ShareStateCommand.Initialize(key(topic), stateEpoch, start, reply));
    }

    void read(int topic, int leaderEpoch) {
        asked(
                "read %d as leader %d".formatted(topic, leaderEpoch),
                reply -> new ShareStateCommand.Read(key(topic), leaderEpoch, reply));
    }

    void write(int topic, int stateEpoch, int leaderEpoch, long start, StateBatch... batches) {
        asked(
                "write %d in epoch %d as leader %d from %d: %s"
                        .formatted(topic, stateEpoch, leaderEpoch, start, text(List.of(batches))),
                reply ->
                        new ShareStateCommand.Write(
                                key(topic),
                                stateEpoch,
                                leaderEpoch,
                                start,
                                0,
                                List.of(batches),
                                reply));
    }

    void delete(int topic) {
        asked("delete " + topic, reply -> new ShareStateCommand.Delete(key(topic), reply));
    }

    void summarize(int topic) {
        asked("summarize " + topic, reply -> new ShareStateCommand.Summarize(key(topic), reply));
    }

    void keepTopic(int topic) {
        asked(
                "only topic " + topic + " is left",
                reply -> new ShareStateCommand.KeepTopics(Set.of(new Uuid(0, topic)), reply));
    }

    void timePasses(long ms) {
        nowMs += ms;
        text.append("> ").append(ms).append(" ms pass\n");
        round(
                turn -> {
                    for (ShareStateTimer due = timers.takeDue(nowMs * 1_000_000);
                            due != null;
                            due = timers.takeDue(nowMs * 1_000_000)) {
                        machine.timeUp(due, turn);
                    }
                });
    }

    private void asked(String what, Function<Reply<ShareStateOutcome>, ShareStateCommand> command) {
        text.append("> ").append(what).append('\n');
        Reply<ShareStateOutcome> reply = new Reply<>(ShareStateOutcome::refused);
        round(turn -> machine.decide(command.apply(reply), turn));
        ShareStateOutcome outcome = settled(reply);
        ShareState state = outcome.state();
        text.append("  answer: ")
                .append(outcome.code())
                .append(state == null ? "" : ", " + text(state))
                .append('\n');
    }

    private static ShareStateOutcome settled(Reply<ShareStateOutcome> reply) {
        try {
            return reply.isSettled()
                    ? reply.await()
                    : ShareStateOutcome.refused(ErrorCode.REQUEST_TIMED_OUT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void round(Consumer<Turn<ShareStateTimer>> decision) {
        Turn<ShareStateTimer> turn =
                new Turn<>(
                        nowMs * 1_000_000,
                        nowMs,
                        largestRecord,
                        log.size(),
                        timers,
                        _ -> ErrorCode.NONE,
                        () -> 0);
        decision.accept(turn);
        for (LogEntry entry : turn.entries()) {
            CoordinatorRecord record = ((LogEntry.Plain) entry).record();
            text.append("  log %d: ".formatted(log.size()))
                    .append(text(ShareStateRecords.read(record)))
                    .append('\n');
            log.add(record);
        }
        if (turn.neededOffset() > 0) {
            text.append("  the log is needed from ").append(turn.neededOffset()).append('\n');
        }
        turn.settle();
    }

    private static String text(ShareStateRecords.Change change) {
        return switch (change) {
            case ShareStateRecords.Change.Snapshot snapshot ->
                    "snapshot %d of %d: %s"
                            .formatted(
                                    snapshot.state().snapshotEpoch(),
                                    snapshot.key().topicId().leastSignificantBits(),
                                    text(snapshot.state()));
            case ShareStateRecords.Change.Updated updated ->
                    "update of %d: leader %d, start %d %s"
                            .formatted(
                                    updated.key().topicId().leastSignificantBits(),
                                    updated.update().leaderEpoch(),
                                    updated.update().startOffset(),
                                    text(updated.update().batches()));
            case ShareStateRecords.Change.Removed removed ->
                    "no %d".formatted(removed.key().topicId().leastSignificantBits());
            case ShareStateRecords.Change.Foreign foreign -> foreign.reason();
        };
    }

    private static String text(ShareState state) {
        return "epoch %d, leader %d, start %d %s"
                .formatted(
                        state.stateEpoch(),
                        state.leaderEpoch(),
                        state.startOffset(),
                        text(state.batches()));
    }

    private static String text(List<StateBatch> batches) {
        return batches.stream()
                .map(
                        one ->
                                "%d-%d:%dx%d"
                                        .formatted(
                                                one.firstOffset(),
                                                one.lastOffset(),
                                                one.deliveryState(),
                                                one.deliveryCount()))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
