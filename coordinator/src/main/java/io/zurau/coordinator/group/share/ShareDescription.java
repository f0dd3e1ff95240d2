package io.zurau.coordinator.group.share;

import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ShareGroupDescribeResponse.Assignment;
import io.zurau.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ShareGroupDescribeResponse.Member;
import io.zurau.protocol.message.ShareGroupDescribeResponse.TopicPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A share group as it is described to who asks.
public final class ShareDescription {
    private ShareDescription() {}

    public static DescribedGroup of(ShareGroup group, Topics topics) {
        return DescribedGroup.builder()
                .groupId(group.groupId())
                .groupState(group.stateName())
                .groupEpoch(group.epoch())
                .assignmentEpoch(group.assignmentEpoch())
                .assignorName(SimpleAssignor.NAME)
                .members(group.members().stream().map(member -> of(member, topics)).toList())
                .build();
    }

    private static Member of(ShareMember member, Topics topics) {
        return Member.builder()
                .memberId(member.id())
                .rackId(member.rackId())
                .memberEpoch(member.epoch())
                .clientId(member.clientId())
                .clientHost(member.clientHost())
                .subscribedTopicNames(List.copyOf(member.topics()))
                .assignment(Assignment.builder().topicPartitions(assigned(member, topics)).build())
                .build();
    }

    /// Of topics that there are still.
    private static List<TopicPartitions> assigned(ShareMember member, Topics topics) {
        List<TopicPartitions> assigned = new ArrayList<>();
        for (Uuid id : member.assigned().topics()) {
            Optional<TopicImage> topic = topics.withId(id);
            topic.ifPresent(
                    known ->
                            assigned.add(
                                    TopicPartitions.builder()
                                            .topicId(id)
                                            .topicName(known.name())
                                            .partitions(List.copyOf(member.assigned().of(id)))
                                            .build()));
        }
        return assigned;
    }
}
