package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.StateMachine;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.consumer.ConsumerGroup;
import io.zurau.coordinator.group.consumer.Regexes;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.coordinator.group.streams.StreamsGroup;
import io.zurau.coordinator.group.streams.StreamsMembership;
import io.zurau.metadata.image.ClusterImage;

/// One shard of the group coordinator: hands each command and timer to the rules it belongs to.
final class GroupMachine implements StateMachine<GroupCommand, GroupTimer> {
    private final Groups groups = new Groups();
    private final Joining joining;
    private final Membership membership;
    private final OffsetRules offsets;
    private final TransactionalOffsets transactions;
    private final GroupAdministration administration;
    private final ShareRules shares;
    private final Expiry expiry;
    private final StreamsRules streams;
    private final ConsumerGroups consumers;

    /// @param configs of single groups
    /// @param image the cluster's, until a command brings a newer one
    /// @param lookup looks regular expressions up, and brings the answer as a command
    GroupMachine(
            GroupConfig config, GroupConfigs configs, ClusterImage image, Regexes.Lookup lookup) {
        Topics topics = new Topics(image);
        this.consumers = new ConsumerGroups(groups, config, configs, topics, new Regexes(lookup));
        this.joining = new Joining(groups, config);
        this.membership = new Membership(groups, config);
        this.offsets = new OffsetRules(groups, config);
        this.transactions = new TransactionalOffsets(groups, config);
        this.administration = new GroupAdministration(groups);
        this.shares = new ShareRules(groups, configs, topics);
        this.expiry = new Expiry(groups, config);
        this.streams = new StreamsRules(groups, configs, topics);
    }

    Groups groups() {
        return groups;
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
        shares.loaded(turn);
        streams.loaded(turn);
        consumers.loaded(turn);
        expiry.loaded(turn);
    }

    /// New members, and offsets of groups that are not known yet.
    @Override
    public boolean adds(GroupCommand command) {
        return switch (command) {
            case GroupCommand.Join join -> join.request().memberId().isEmpty();
            case GroupCommand.ConsumerHeartbeat beat -> beat.request().memberEpoch() == 0;
            case GroupCommand.ShareHeartbeat beat -> beat.request().memberEpoch() == 0;
            case GroupCommand.StreamsHeartbeat beat -> beat.request().memberEpoch() == 0;
            case GroupCommand.CommitOffsets commit -> isNew(commit.request().groupId());
            case GroupCommand.CommitPending commit -> isNew(commit.request().groupId());
            default -> false;
        };
    }

    private boolean isNew(String groupId) {
        return groups.find(groupId) == null;
    }

    @Override
    public int size() {
        return groups.all().size();
    }

    @Override
    public void decide(GroupCommand command, Turn<GroupTimer> turn) {
        switch (command) {
            case GroupCommand.Join join -> join(join, turn);
            case GroupCommand.Sync sync -> sync(sync, turn);
            case GroupCommand.Heartbeat heartbeat -> heartbeat(heartbeat, turn);
            case GroupCommand.Leave leave -> leave(leave, turn);
            case GroupCommand.ConsumerHeartbeat beat -> consumers.heartbeat(beat, turn);
            case GroupCommand.DescribeConsumerGroup describe -> consumers.describe(describe, turn);
            case GroupCommand.RegexesResolved resolved -> consumers.resolved(resolved, turn);
            case GroupCommand.CommitOffsets commit -> offsets.commit(commit, turn);
            case GroupCommand.CommitPending commit -> transactions.commit(commit, turn);
            case GroupCommand.EndTransaction end -> transactions.end(end, turn);
            case GroupCommand.FetchOffsets fetch -> offsets.fetch(fetch, turn);
            case GroupCommand.DeleteOffsets delete -> offsets.delete(delete, turn);
            case GroupCommand.Describe describe -> administration.describe(describe, turn);
            case GroupCommand.ListGroups list -> administration.list(list, turn);
            case GroupCommand.Delete delete -> administration.delete(delete, turn);
            case GroupCommand.ShareHeartbeat heartbeat -> shares.heartbeat(heartbeat, turn);
            case GroupCommand.DescribeShare describe -> shares.describe(describe, turn);
            case GroupCommand.ShareState change -> shares.change(change, turn);
            case GroupCommand.StreamsHeartbeat heartbeat -> streams.heartbeat(heartbeat, turn);
            case GroupCommand.DescribeStreams describe -> streams.describe(describe, turn);
            case GroupCommand.ForgetTopics forget -> {
                shares.topicsDeleted(forget.names(), turn);
                expiry.forget(forget, turn);
            }
        }
    }

    private void join(GroupCommand.Join join, Turn<GroupTimer> turn) {
        streams.makeWay(join, turn);
        if (!consumers.join(join, turn)) {
            joining.join(join, turn);
        }
    }

    private void sync(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(sync.request().groupId());
        if (group == null) {
            membership.sync(sync, turn);
        } else {
            consumers.sync(group, sync, turn);
        }
    }

    private void heartbeat(GroupCommand.Heartbeat heartbeat, Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(heartbeat.request().groupId());
        if (group == null) {
            membership.heartbeat(heartbeat, turn);
        } else {
            consumers.heartbeat(group, heartbeat, turn);
        }
    }

    private void leave(GroupCommand.Leave leave, Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(leave.request().groupId());
        if (group == null) {
            membership.leave(leave, turn);
        } else {
            consumers.leave(group, leave, turn);
        }
    }

    @Override
    public void timeUp(GroupTimer timer, Turn<GroupTimer> turn) {
        switch (timer) {
            case GroupTimer.Session session -> silent(session, turn);
            case GroupTimer.Rebalance rebalance -> membership.rebalanceTimeUp(rebalance, turn);
            case GroupTimer.Sync sync -> membership.syncTimeUp(sync, turn);
            case GroupTimer.Revocation revocation -> late(revocation, turn);
            case GroupTimer.FirstTarget first -> streams.firstTarget(first.groupId(), turn);
            case GroupTimer.MemberJoin join -> slow(join.groupId(), join.memberId(), turn);
            case GroupTimer.MemberSync sync -> slow(sync.groupId(), sync.memberId(), turn);
            case GroupTimer.Expiry _ -> expiry.timeUp(turn);
        }
    }

    private void silent(GroupTimer.Session session, Turn<GroupTimer> turn) {
        switch (groups.find(session.groupId())) {
            case ConsumerGroup group -> consumers.timeUp(group, session.memberId(), turn);
            case StreamsGroup group -> StreamsMembership.timeUp(group, session.memberId(), turn);
            case null, default -> {
                if (!shares.silent(session, turn)) {
                    membership.silent(session, turn);
                }
            }
        }
    }

    private void late(GroupTimer.Revocation revocation, Turn<GroupTimer> turn) {
        StreamsGroup group = groups.streams(revocation.groupId());
        if (group == null) {
            consumers.revocationTimeUp(revocation, turn);
        } else {
            StreamsMembership.timeUp(group, revocation.memberId(), turn);
        }
    }

    private void slow(String groupId, String memberId, Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(groupId);
        if (group != null) {
            consumers.timeUp(group, memberId, turn);
        }
    }
}
