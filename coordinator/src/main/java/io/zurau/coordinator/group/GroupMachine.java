package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.StateMachine;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.ClusterImage;

/// One shard of the group coordinator: hands each command and timer to the rules it belongs to.
final class GroupMachine implements StateMachine<GroupCommand, GroupTimer> {
    private final Groups groups = new Groups();
    private final Topics topics;
    private final Joining joining;
    private final Membership membership;
    private final OffsetRules offsets;
    private final TransactionalOffsets transactions;
    private final GroupAdministration administration;
    private final Expiry expiry;
    private final StreamsRules streams;

    /// @param configs of single groups
    /// @param image the cluster's, until a command brings a newer one
    GroupMachine(GroupConfig config, GroupConfigs configs, ClusterImage image) {
        this.topics = new Topics(image);
        this.joining = new Joining(groups, config);
        this.membership = new Membership(groups, config);
        this.offsets = new OffsetRules(groups, config);
        this.transactions = new TransactionalOffsets(groups, config);
        this.administration = new GroupAdministration(groups);
        this.expiry = new Expiry(groups, config);
        this.streams = new StreamsRules(groups, configs, topics);
    }

    Groups groups() {
        return groups;
    }

    Topics topics() {
        return topics;
    }

    @Override
    public void replay(CoordinatorRecord record) {
        groups.replay(record);
    }

    @Override
    public void replayPending(long producerId, CoordinatorRecord record) {
        groups.replayPending(producerId, record);
    }

    @Override
    public void replayEnd(long producerId, boolean committed) {
        groups.endTransaction(producerId, committed);
    }

    @Override
    public void loaded(Turn<GroupTimer> turn) {
        membership.loaded(turn);
        streams.loaded(turn);
        expiry.loaded(turn);
    }

    @Override
    public void decide(GroupCommand command, Turn<GroupTimer> turn) {
        switch (command) {
            case GroupCommand.Join join -> joining.join(join, turn);
            case GroupCommand.Sync sync -> membership.sync(sync, turn);
            case GroupCommand.Heartbeat heartbeat -> membership.heartbeat(heartbeat, turn);
            case GroupCommand.Leave leave -> membership.leave(leave, turn);
            case GroupCommand.CommitOffsets commit -> offsets.commit(commit, turn);
            case GroupCommand.CommitPending commit -> transactions.commit(commit, turn);
            case GroupCommand.EndTransaction end -> transactions.end(end, turn);
            case GroupCommand.FetchOffsets fetch -> offsets.fetch(fetch, turn);
            case GroupCommand.DeleteOffsets delete -> offsets.delete(delete, turn);
            case GroupCommand.Describe describe -> administration.describe(describe, turn);
            case GroupCommand.ListGroups list -> administration.list(list, turn);
            case GroupCommand.Delete delete -> administration.delete(delete, turn);
            case GroupCommand.StreamsHeartbeat heartbeat -> streams.heartbeat(heartbeat, turn);
            case GroupCommand.DescribeStreams describe -> streams.describe(describe, turn);
            case GroupCommand.ForgetTopics forget -> expiry.forget(forget, turn);
        }
    }

    @Override
    public void timeUp(GroupTimer timer, Turn<GroupTimer> turn) {
        switch (timer) {
            case GroupTimer.Session session -> {
                if (groups.streams(session.groupId()) == null) {
                    membership.silent(session, turn);
                } else {
                    streams.timeUp(session.groupId(), session.memberId(), turn);
                }
            }
            case GroupTimer.Rebalance rebalance -> membership.rebalanceTimeUp(rebalance, turn);
            case GroupTimer.Sync sync -> membership.syncTimeUp(sync, turn);
            case GroupTimer.Revocation late ->
                    streams.timeUp(late.groupId(), late.memberId(), turn);
            case GroupTimer.FirstTarget first -> streams.firstTarget(first.groupId(), turn);
            case GroupTimer.MemberJoin _, GroupTimer.MemberSync _ -> {}
            case GroupTimer.Expiry _ -> expiry.timeUp(turn);
        }
    }
}
