package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiMessage;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.zurau.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import io.zurau.protocol.message.ListGroupsResponse.ListedGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looking at groups, and deleting those that nobody uses.
final class GroupAdministration {
    /// From this version on a missing group is an error; before, it is a dead group (KIP-1043).
    private static final int FIRST_VERSION_WITH_GROUP_NOT_FOUND = 6;

    private final Groups groups;

    GroupAdministration(Groups groups) {
        this.groups = groups;
    }

    void describe(GroupCommand.Describe describe, Turn<GroupTimer> turn) {
        ClassicGroup group = groups.classic(describe.groupId());
        turn.answer(
                describe.reply(),
                group == null ? missing(describe.groupId(), describe.version()) : described(group));
    }

    private static DescribedGroup missing(String groupId, int version) {
        DescribedGroup.Builder dead = DescribedGroup.builder().groupId(groupId).groupState("Dead");
        return version < FIRST_VERSION_WITH_GROUP_NOT_FOUND
                ? dead.build()
                : dead.errorCode(ErrorCode.GROUP_ID_NOT_FOUND)
                        .errorMessage("Group " + groupId + " not found.")
                        .build();
    }

    private static DescribedGroup described(ClassicGroup group) {
        Roster roster = group.roster();
        boolean stable = group instanceof StableGroup;
        String protocol = roster.protocol();
        return DescribedGroup.builder()
                .groupId(roster.groupId())
                .groupState(group.stateName())
                .protocolType(orEmpty(roster.protocolType()))
                .protocolData(stable ? orEmpty(protocol) : "")
                .members(
                        roster.members().all().stream()
                                .map(member -> described(member, stable, protocol))
                                .toList())
                .build();
    }

    /// As in Kafka, a member shows its last assignment until the next one is known.
    private static DescribedGroupMember described(
            Member member, boolean stable, @Nullable String protocol) {
        return DescribedGroupMember.builder()
                .memberId(member.id())
                .groupInstanceId(member.instanceId())
                .clientId(member.clientId())
                .clientHost(member.clientHost())
                .memberMetadata(stable ? member.metadata(protocol) : ApiMessage.NO_BYTES)
                .memberAssignment(member.assignment())
                .build();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    void list(GroupCommand.ListGroups list, Turn<GroupTimer> turn) {
        List<ListedGroup> listed = new ArrayList<>();
        for (Group group : groups.all()) {
            listed.add(
                    ListedGroup.builder()
                            .groupId(group.groupId())
                            .protocolType(group.protocolType())
                            .groupState(group.stateName())
                            .groupType(group.kind().word())
                            .build());
        }
        turn.answer(list.reply(), new GroupCommand.Listing(ErrorCode.NONE, listed));
    }

    /// With all its offsets, also those of transactions that have not ended yet: they would bring
    /// the group back.
    void delete(GroupCommand.Delete delete, Turn<GroupTimer> turn) {
        String groupId = delete.groupId();
        Group group = groups.find(groupId);
        ErrorCode code = ErrorCode.NONE;
        if (group == null) {
            code = ErrorCode.GROUP_ID_NOT_FOUND;
        } else if (group.isInUse()) {
            code = ErrorCode.NON_EMPTY_GROUP;
        } else {
            for (TopicPartition partition : groups.partitionsOf(groupId)) {
                turn.append(GroupRecords.offsetRemoved(groupId, partition));
                groups.commit(groupId, partition, null);
            }
            group.tombstones().forEach(turn::append);
            groups.remove(groupId);
        }
        turn.answer(
                delete.reply(),
                DeletableGroupResult.builder().groupId(groupId).errorCode(code).build());
    }
}
