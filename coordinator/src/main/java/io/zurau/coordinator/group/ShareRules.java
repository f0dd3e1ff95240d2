package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.coordinator.group.share.ShareDescription;
import io.zurau.coordinator.group.share.ShareGroup;
import io.zurau.coordinator.group.share.ShareHeartbeat;
import io.zurau.coordinator.group.share.ShareHeartbeatAnswer;
import io.zurau.coordinator.group.share.ShareStateAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.coordinator.group.share.ShareStateRules;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the share group that a request or a timer is about, and makes it when it is first needed.
final class ShareRules {
    private final Groups groups;
    private final GroupConfigs configs;
    private final Topics topics;

    ShareRules(Groups groups, GroupConfigs configs, Topics topics) {
        this.groups = groups;
        this.configs = configs;
        this.topics = topics;
    }

    void heartbeat(GroupCommand.ShareHeartbeat command, Turn<GroupTimer> turn) {
        topics.see(command.image());
        ShareGroupHeartbeatRequest request = command.request();
        ShareGroup group = findOrNew(request.groupId(), request.memberEpoch() == 0);
        turn.answer(
                command.reply(),
                group == null
                        ? ShareHeartbeatAnswer.refused(notFound(request.groupId()))
                        : heartbeat(group, command, turn));
    }

    private ShareHeartbeatAnswer heartbeat(
            ShareGroup group, GroupCommand.ShareHeartbeat command, Turn<GroupTimer> turn) {
        ShareHeartbeat heartbeat =
                new ShareHeartbeat(
                        group,
                        command.request(),
                        command.client(),
                        configs.share(group.groupId()),
                        topics,
                        turn);
        if (command.request().memberEpoch() < 0) {
            return heartbeat.leave();
        }
        Optional<Refusal> refusal = heartbeat.refusal();
        if (refusal.isPresent()) {
            return ShareHeartbeatAnswer.refused(refusal.get());
        }
        groups.put(group);
        return heartbeat.carryOut();
    }

    /// Any group of another kind is a hindrance, also one that everybody has left, and offsets
    /// alone; as in Kafka.
    private @Nullable ShareGroup findOrNew(String groupId, boolean create) {
        return create && groups.find(groupId) == null
                ? new ShareGroup(groupId)
                : groups.share(groupId);
    }

    private Refusal notFound(String groupId) {
        return new Refusal(
                ErrorCode.GROUP_ID_NOT_FOUND,
                groups.find(groupId) == null
                        ? "Share group %s not found.".formatted(groupId)
                        : "Group %s is not a share group.".formatted(groupId));
    }

    void describe(GroupCommand.DescribeShare describe, Turn<GroupTimer> turn) {
        topics.see(describe.image());
        ShareGroup group = groups.share(describe.groupId());
        turn.answer(
                describe.reply(),
                group == null ? missing(describe.groupId()) : ShareDescription.of(group, topics));
    }

    private DescribedGroup missing(String groupId) {
        Refusal refusal = notFound(groupId);
        return DescribedGroup.builder()
                .groupId(groupId)
                .errorCode(refusal.code())
                .errorMessage(refusal.message())
                .build();
    }

    void change(GroupCommand.ShareState command, Turn<GroupTimer> turn) {
        topics.see(command.image());
        boolean moves = command.change() instanceof ShareStateChange.Move;
        ShareGroup group = findOrNew(command.groupId(), moves);
        if (group == null) {
            Refusal refusal = notFound(command.groupId());
            turn.answer(
                    command.reply(),
                    ShareStateAnswer.refused(command.groupId(), refusal.code(), refusal.message()));
            return;
        }
        ShareStateAnswer answer = new ShareStateRules(group, topics, turn).change(command.change());
        if (moves && !answer.order().offsets().isEmpty()) {
            groups.put(group);
        }
        turn.answer(command.reply(), answer);
    }

    void topicsDeleted(Set<String> names, Turn<GroupTimer> turn) {
        for (Group group : List.copyOf(groups.all())) {
            if (group instanceof ShareGroup share) {
                new ShareStateRules(share, topics, turn).topicsDeleted(names);
            }
        }
    }

    void loaded(Turn<GroupTimer> turn) {
        for (Group group : groups.all()) {
            if (group instanceof ShareGroup share) {
                ShareHeartbeat.loaded(share, configs.share(group.groupId()), turn);
            }
        }
    }

    /// @return whether it was about a share group
    boolean silent(GroupTimer.Session session, Turn<GroupTimer> turn) {
        ShareGroup group = groups.share(session.groupId());
        if (group == null) {
            return false;
        }
        ShareHeartbeat.remove(group, session.memberId(), topics, turn);
        return true;
    }
}
