package io.zurau.coordinator.share;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.StateMachine;
import io.zurau.coordinator.Turn;
import io.zurau.protocol.ErrorCode;
import java.util.List;

/// One shard of the share coordinator.
///
/// Commands are about share partitions of topics that exist; whoever submits them looks.
final class ShareStateMachine implements StateMachine<ShareStateCommand, ShareStateTimer> {
    private final ShareCoordinatorConfig config;
    private final ShareStates states = new ShareStates();
    private final Pruning pruning;

    ShareStateMachine(ShareCoordinatorConfig config) {
        this.config = config;
        this.pruning = new Pruning(states, config);
    }

    ShareStates states() {
        return states;
    }

    @Override
    public void replay(CoordinatorRecord record) {
        states.replay(record);
    }

    @Override
    public void loaded(Turn<ShareStateTimer> turn) {
        pruning.loaded(turn);
    }

    @Override
    public void timeUp(ShareStateTimer timer, Turn<ShareStateTimer> turn) {
        switch (timer) {
            case PRUNE -> pruning.prune(turn);
            case SNAPSHOT -> pruning.snapshotCold(turn);
        }
    }

    @Override
    public void decide(ShareStateCommand command, Turn<ShareStateTimer> turn) {
        switch (command) {
            case ShareStateCommand.Initialize initialize ->
                    turn.answer(initialize.reply(), initialize(initialize, turn));
            case ShareStateCommand.Read read -> turn.answer(read.reply(), read(read, turn));
            case ShareStateCommand.Write write -> turn.answer(write.reply(), write(write, turn));
            case ShareStateCommand.Delete delete -> {
                if (states.find(delete.key()) != null) {
                    remove(delete.key(), turn);
                }
                turn.answer(delete.reply(), ShareStateOutcome.DONE);
            }
            case ShareStateCommand.Summarize summarize -> {
                ShareStates.Known known = states.find(summarize.key());
                turn.answer(
                        summarize.reply(),
                        known == null
                                ? ShareStateOutcome.DONE
                                : ShareStateOutcome.of(known.state()));
            }
            case ShareStateCommand.KeepTopics keep -> {
                List<SharePartitionKey> gone =
                        states.all().keySet().stream()
                                .filter(key -> !keep.topicIds().contains(key.topicId()))
                                .toList();
                gone.forEach(key -> remove(key, turn));
                turn.answer(keep.reply(), ShareStateOutcome.DONE);
            }
        }
    }

    private void remove(SharePartitionKey key, Turn<ShareStateTimer> turn) {
        turn.append(ShareStateRecords.removed(key));
        states.removed(key);
    }

    private ShareStateOutcome initialize(
            ShareStateCommand.Initialize wanted, Turn<ShareStateTimer> turn) {
        ShareStates.Known known = states.find(wanted.key());
        if (known != null && wanted.stateEpoch() < known.state().stateEpoch()) {
            return ShareStateOutcome.refused(ErrorCode.FENCED_STATE_EPOCH);
        }
        if (known != null
                && wanted.stateEpoch() == known.state().stateEpoch()
                && wanted.startOffset() == ShareState.NOT_STARTED) {
            return ShareStateOutcome.DONE; // It was said before. The group may be further by now.
        }
        int snapshotEpoch = known == null ? 0 : known.state().snapshotEpoch() + 1;
        ShareState begun =
                ShareState.begun(
                        snapshotEpoch, wanted.stateEpoch(), wanted.startOffset(), turn.nowMs());
        return snapshot(wanted.key(), begun, turn);
    }

    private ShareStateOutcome snapshot(
            SharePartitionKey key, ShareState state, Turn<ShareStateTimer> turn) {
        CoordinatorRecord record = ShareStateRecords.snapshot(key, state);
        if (!turn.fits(record)) {
            return ShareStateOutcome.refused(ErrorCode.UNKNOWN_SERVER_ERROR);
        }
        states.snapshotted(key, state, turn.nextOffset());
        turn.append(record);
        return ShareStateOutcome.DONE;
    }

    /// The epoch of the leader that reads is stored first, so that no leader before it writes any
    /// more.
    private ShareStateOutcome read(ShareStateCommand.Read read, Turn<ShareStateTimer> turn) {
        ShareStates.Known known = states.find(read.key());
        if (known == null) {
            return ShareStateOutcome.refused(
                    ErrorCode.INVALID_REQUEST,
                    "Read operation on uninitialized share partition not allowed.");
        }
        if (read.leaderEpoch() < known.highestLeaderEpoch()) {
            return ShareStateOutcome.refused(ErrorCode.FENCED_LEADER_EPOCH);
        }
        turn.mustBeNewest();
        ShareState state = known.state();
        if (read.leaderEpoch() != known.highestLeaderEpoch()) {
            ShareStateOutcome noted =
                    update(
                            read.key(),
                            known,
                            new ShareState.Update(
                                    read.leaderEpoch(),
                                    state.startOffset(),
                                    state.deliveryCompleteCount(),
                                    List.of()),
                            turn);
            if (noted.code() != ErrorCode.NONE) {
                return noted;
            }
        }
        return ShareStateOutcome.of(state);
    }

    private ShareStateOutcome write(ShareStateCommand.Write write, Turn<ShareStateTimer> turn) {
        ShareStates.Known known = states.find(write.key());
        if (known == null) {
            return ShareStateOutcome.refused(
                    ErrorCode.INVALID_REQUEST,
                    "Write operation on uninitialized share partition not allowed.");
        }
        if (write.leaderEpoch() < known.highestLeaderEpoch()) {
            return ShareStateOutcome.refused(ErrorCode.FENCED_LEADER_EPOCH);
        }
        if (write.stateEpoch() < known.state().stateEpoch()) {
            return ShareStateOutcome.refused(ErrorCode.FENCED_STATE_EPOCH);
        }
        return update(
                write.key(),
                known,
                new ShareState.Update(
                        known.state().leaderEpoch(),
                        write.startOffset(),
                        write.deliveryCompleteCount(),
                        write.batches()),
                turn);
    }

    /// What is known after it must fit into one record, too: that is the next snapshot.
    private ShareStateOutcome update(
            SharePartitionKey key,
            ShareStates.Known known,
            ShareState.Update news,
            Turn<ShareStateTimer> turn) {
        ShareState.Update update = known.state().inOrder(news);
        ShareState next = known.state().with(update).snapshot(turn.nowMs());
        if (known.updates() >= config.updatesPerSnapshot()) {
            return snapshot(key, next, turn);
        }
        if (!turn.fits(ShareStateRecords.snapshot(key, next))) {
            return ShareStateOutcome.refused(ErrorCode.UNKNOWN_SERVER_ERROR);
        }
        turn.append(ShareStateRecords.update(key, known.state().snapshotEpoch(), update));
        states.updated(key, update);
        return ShareStateOutcome.DONE;
    }
}
