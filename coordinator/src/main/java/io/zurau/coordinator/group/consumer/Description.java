package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse.Member;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse.TopicPartitions;
import java.util.ArrayList;
import java.util.List;

/// A consumer group as ConsumerGroupDescribe shows it.
public final class Description {
    private static final byte CLASSIC_MEMBER = 0;
    private static final byte CONSUMER_MEMBER = 1;

    private Description() {}

    public static DescribedGroup of(ConsumerGroup group, String defaultAssignor, Topics topics) {
        return DescribedGroup.builder()
                .groupId(group.groupId())
                .groupState(group.stateName())
                .groupEpoch(group.epoch())
                .assignmentEpoch(group.assignmentEpoch())
                .assignorName(group.assignorOr(defaultAssignor))
                .members(
                        group.members().stream()
                                .map(member -> member(group, member, topics))
                                .toList())
                .build();
    }

    private static Member member(ConsumerGroup group, ConsumerMember member, Topics topics) {
        Profile profile = member.profile();
        Progress progress = member.progress();
        return Member.builder()
                .memberId(member.id())
                .instanceId(profile.instanceId())
                .rackId(profile.rackId())
                .memberEpoch(progress.epoch())
                .clientId(profile.clientId())
                .clientHost(profile.clientHost())
                .subscribedTopicNames(List.copyOf(profile.topics()))
                .subscribedTopicRegex(profile.regex())
                .assignment(
                        shown(progress.assigned().plus(progress.revoking()).partitions(), topics))
                .targetAssignment(shown(group.target(member.id()), topics))
                .memberType(member.isClassic() ? CLASSIC_MEMBER : CONSUMER_MEMBER)
                .build();
    }

    /// Without topics that were deleted.
    private static ConsumerGroupDescribeResponse.Assignment shown(
            Assignment partitions, Topics topics) {
        List<TopicPartitions> shown = new ArrayList<>();
        for (var id : partitions.topics()) {
            topics.withId(id)
                    .ifPresent(
                            topic ->
                                    shown.add(
                                            TopicPartitions.builder()
                                                    .topicId(id)
                                                    .topicName(topic.name())
                                                    .partitions(List.copyOf(partitions.of(id)))
                                                    .build()));
        }
        return ConsumerGroupDescribeResponse.Assignment.builder().topicPartitions(shown).build();
    }
}
