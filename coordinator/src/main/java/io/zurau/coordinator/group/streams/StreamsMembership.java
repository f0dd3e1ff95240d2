package io.zurau.coordinator.group.streams;

import static io.zurau.coordinator.group.streams.HeartbeatCheck.AWAY;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import java.util.List;

/// How members go: by themselves, or because their time is up.
public final class StreamsMembership {
    private StreamsMembership() {}

    /// @param request of one who leaves, for good or for a while
    public static StreamsHeartbeatAnswer leave(
            StreamsGroup group, StreamsGroupHeartbeatRequest request, Turn<GroupTimer> turn) {
        StreamsMember member =
                request.instanceId() == null
                        ? group.member(request.memberId())
                        : group.staticMember(request.instanceId());
        if (member == null) {
            return StreamsHeartbeatAnswer.refused(Doorkeeper.unknown(group, request));
        }
        if (!member.id().equals(request.memberId())) {
            return StreamsHeartbeatAnswer.refused(Doorkeeper.fenced(member, request));
        }
        if (request.shutdownApplication()) {
            group.volatiles().shutdown(request.memberId());
        }
        if (request.memberEpoch() == AWAY) {
            goAway(group, member, turn);
        } else {
            remove(group, member, turn);
        }
        return new StreamsHeartbeatAnswer(
                StreamsGroupHeartbeatResponse.builder()
                        .memberId(request.memberId())
                        .memberEpoch(request.memberEpoch())
                        .status(List.of())
                        .build(),
                List.of());
    }

    /// It keeps its tasks for the time of a session, and nobody waits for it to give up others.
    private static void goAway(StreamsGroup group, StreamsMember member, Turn<GroupTimer> turn) {
        Progress progress = member.progress();
        group.append(
                StreamsRecords.progress(
                        group.groupId(),
                        member.id(),
                        new Progress(
                                AWAY,
                                progress.previousEpoch(),
                                progress.state(),
                                progress.held().withEpochsOfZero(),
                                HeldTasks.NONE)),
                turn);
        turn.cancel(new GroupTimer.Revocation(group.groupId(), member.id()));
    }

    private static void remove(StreamsGroup group, StreamsMember member, Turn<GroupTimer> turn) {
        String groupId = group.groupId();
        StreamsRecords.memberRemoved(groupId, member.id())
                .forEach(record -> group.append(record, turn));
        int epoch = group.epoch() + 1;
        group.append(
                StreamsRecords.group(groupId, group.metadata().toBuilder().epoch(epoch).build()),
                turn);
        boolean wasLast = group.members().isEmpty();
        if (wasLast) {
            group.append(StreamsRecords.targetEpoch(groupId, epoch, 0), turn);
        }
        group.volatiles().forget(member.id(), wasLast);
        turn.cancel(new GroupTimer.Session(groupId, member.id()));
        turn.cancel(new GroupTimer.Revocation(groupId, member.id()));
    }

    /// The group is loaded: its members have the time of a session to show themselves.
    public static void loaded(
            StreamsGroup group, StreamsGroupConfig config, Turn<GroupTimer> turn) {
        for (StreamsMember member : group.members().values()) {
            turn.schedule(
                    new GroupTimer.Session(group.groupId(), member.id()),
                    config.sessionTimeoutMs());
            if (member.progress().state() == Progress.State.UNREVOKED_TASKS) {
                turn.schedule(
                        new GroupTimer.Revocation(group.groupId(), member.id()),
                        member.metadata().rebalanceTimeoutMs());
            }
        }
    }

    /// The member has been silent for too long, or has not given up its tasks in time.
    public static void timeUp(StreamsGroup group, String memberId, Turn<GroupTimer> turn) {
        StreamsMember member = group.member(memberId);
        if (member != null) {
            remove(group, member, turn);
        }
    }

    /// The group has waited for its first members.
    public static void firstTarget(
            StreamsGroup group, StreamsGroupConfig config, Turn<GroupTimer> turn) {
        group.volatiles().delayFirstTarget(false);
        Resolution resolution = group.volatiles().resolution();
        if (resolution != null && group.isInUse()) {
            Targets.update(group, resolution, config, turn);
        }
    }
}
