package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.coordinator.group.streams.Admission;
import io.zurau.coordinator.group.streams.StreamsDescription;
import io.zurau.coordinator.group.streams.StreamsGroup;
import io.zurau.coordinator.group.streams.StreamsHeartbeat;
import io.zurau.coordinator.group.streams.StreamsHeartbeatAnswer;
import io.zurau.coordinator.group.streams.StreamsMembership;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import org.jspecify.annotations.Nullable;

/// Finds the streams group that a request or a timer is about, and makes it when its first member
/// comes.
final class StreamsRules {
    private final Groups groups;
    private final GroupConfigs configs;
    private final Topics topics;

    StreamsRules(Groups groups, GroupConfigs configs, Topics topics) {
        this.groups = groups;
        this.configs = configs;
        this.topics = topics;
    }

    void heartbeat(GroupCommand.StreamsHeartbeat command, Turn<GroupTimer> turn) {
        topics.see(command.image());
        StreamsGroupHeartbeatRequest request = command.request();
        Group found = groups.find(request.groupId());
        StreamsGroup group = groups.streams(request.groupId());
        if (group == null && request.memberEpoch() == 0 && isFree(found)) {
            group = new StreamsGroup(request.groupId());
        }
        StreamsHeartbeatAnswer answer;
        if (group == null) {
            answer = StreamsHeartbeatAnswer.refused(notFound(request.groupId(), found));
        } else if (request.memberEpoch() < 0) {
            answer = StreamsMembership.leave(group, request, turn);
        } else {
            answer = heartbeat(group, command, turn);
        }
        turn.answer(command.reply(), answer);
    }

    /// Offsets alone, or a classic group that everybody has left, are no hindrance.
    private static boolean isFree(@Nullable Group found) {
        return found == null || found instanceof EmptyGroup;
    }

    private static Refusal notFound(String groupId, @Nullable Group found) {
        return new Refusal(
                ErrorCode.GROUP_ID_NOT_FOUND,
                found == null
                        ? "Streams group %s not found.".formatted(groupId)
                        : "Group %s is not a streams group.".formatted(groupId));
    }

    private StreamsHeartbeatAnswer heartbeat(
            StreamsGroup group, GroupCommand.StreamsHeartbeat command, Turn<GroupTimer> turn) {
        StreamsHeartbeat heartbeat =
                new StreamsHeartbeat(
                        group, command.request(), command.client(), config(group.groupId()));
        return switch (heartbeat.admit(topics, turn)) {
            case Admission.Refused refused -> StreamsHeartbeatAnswer.refused(refused.refusal());
            case Admission.Admitted admitted -> {
                Group before = groups.find(group.groupId());
                if (before != group) {
                    if (before != null) {
                        before.tombstones().forEach(turn::append);
                    }
                    groups.put(group);
                }
                yield heartbeat.carryOut(admitted, topics, turn);
            }
        };
    }

    /// A streams group that everybody has left is no hindrance to a new member of the classic
    /// protocol.
    void makeWay(GroupCommand.Join join, Turn<GroupTimer> turn) {
        StreamsGroup group = groups.streams(join.request().groupId());
        if (group != null && !group.isInUse() && join.request().memberId().isEmpty()) {
            group.tombstones().forEach(turn::append);
            groups.put(new EmptyGroup(Roster.fresh(group.groupId()), turn.nowMs()));
        }
    }

    void describe(GroupCommand.DescribeStreams describe, Turn<GroupTimer> turn) {
        StreamsGroup group = groups.streams(describe.groupId());
        turn.answer(
                describe.reply(),
                group == null
                        ? missing(describe.groupId())
                        : StreamsDescription.of(group, config(describe.groupId())));
    }

    private DescribedGroup missing(String groupId) {
        return DescribedGroup.builder()
                .groupId(groupId)
                .errorCode(ErrorCode.GROUP_ID_NOT_FOUND)
                .errorMessage(
                        groups.find(groupId) == null
                                ? "Group %s not found.".formatted(groupId)
                                : "Group %s is not a streams group.".formatted(groupId))
                .build();
    }

    void loaded(Turn<GroupTimer> turn) {
        for (Group group : groups.all()) {
            if (group instanceof StreamsGroup streams) {
                StreamsMembership.loaded(streams, config(group.groupId()), turn);
            }
        }
    }

    void firstTarget(String groupId, Turn<GroupTimer> turn) {
        StreamsGroup group = groups.streams(groupId);
        if (group != null) {
            StreamsMembership.firstTarget(group, config(groupId), turn);
        }
    }

    private StreamsGroupConfig config(String groupId) {
        return configs.streams(groupId);
    }
}
