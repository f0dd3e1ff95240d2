package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import io.zurau.protocol.message.StreamsGroupDescribeResponse;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.Assignment;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.Endpoint;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.KeyValue;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.Member;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.Subtopology;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.TaskIds;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.TaskOffset;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.TopicInfo;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A streams group as StreamsGroupDescribe shows it.
public final class StreamsDescription {
    private StreamsDescription() {}

    public static DescribedGroup of(StreamsGroup group, StreamsGroupConfig config) {
        return DescribedGroup.builder()
                .groupId(group.groupId())
                .groupState(group.stateName())
                .groupEpoch(group.epoch())
                .assignmentEpoch(group.assignmentEpoch())
                .assignorName(config.assignor())
                .topology(topology(group))
                .members(
                        group.members().values().stream()
                                .map(member -> member(group, member))
                                .toList())
                .build();
    }

    /// With the numbers of partitions, once they are known to fit.
    private static StreamsGroupDescribeResponse.@Nullable Topology topology(StreamsGroup group) {
        Topology topology = group.topology();
        if (topology == null) {
            return null;
        }
        Resolution resolution = group.volatiles().resolution();
        List<Subtopology> subtopologies =
                resolution != null && resolution.isReady()
                        ? resolution.subtopologies().values().stream()
                                .map(StreamsDescription::resolved)
                                .toList()
                        : topology.subtopologies().values().stream()
                                .map(StreamsDescription::declared)
                                .toList();
        return StreamsGroupDescribeResponse.Topology.builder()
                .epoch(topology.epoch())
                .subtopologies(subtopologies)
                .build();
    }

    private static Subtopology resolved(ResolvedSubtopology subtopology) {
        return described(
                subtopology.declared(),
                subtopology.repartitionSources().stream().map(StreamsDescription::topic),
                subtopology.changelogs().stream().map(StreamsDescription::topic));
    }

    private static Subtopology declared(StreamsGroupTopologyValue.Subtopology subtopology) {
        return described(
                subtopology,
                subtopology.repartitionSourceTopics().stream().map(StreamsDescription::topic),
                subtopology.stateChangelogTopics().stream().map(StreamsDescription::topic));
    }

    private static Subtopology described(
            StreamsGroupTopologyValue.Subtopology subtopology,
            Stream<TopicInfo> repartitionSources,
            Stream<TopicInfo> changelogs) {
        return Subtopology.builder()
                .subtopologyId(subtopology.subtopologyId())
                .sourceTopics(subtopology.sourceTopics().stream().sorted().toList())
                .repartitionSinkTopics(
                        subtopology.repartitionSinkTopics().stream().sorted().toList())
                .repartitionSourceTopics(
                        repartitionSources.sorted(Comparator.comparing(TopicInfo::name)).toList())
                .stateChangelogTopics(
                        changelogs.sorted(Comparator.comparing(TopicInfo::name)).toList())
                .build();
    }

    private static TopicInfo topic(StreamsGroupTopologyValue.TopicInfo declared) {
        return topic(InternalTopic.of(declared, declared.partitions()));
    }

    private static TopicInfo topic(InternalTopic topic) {
        return TopicInfo.builder()
                .name(topic.name())
                .partitions(topic.partitions())
                .replicationFactor(topic.replicationFactor())
                .topicConfigs(
                        topic.settings().entrySet().stream()
                                .map(
                                        setting ->
                                                KeyValue.builder()
                                                        .key(setting.getKey())
                                                        .value(setting.getValue())
                                                        .build())
                                .toList())
                .build();
    }

    private static Member member(StreamsGroup group, StreamsMember member) {
        StreamsGroupMemberMetadataValue metadata = member.metadata();
        ReportedOffsets offsets = group.volatiles().offsets(member.id());
        return Member.builder()
                .memberId(member.id())
                .memberEpoch(member.progress().epoch())
                .instanceId(metadata.instanceId())
                .rackId(metadata.rackId())
                .clientId(metadata.clientId())
                .clientHost(metadata.clientHost())
                .topologyEpoch(metadata.topologyEpoch())
                .processId(metadata.processId())
                .userEndpoint(endpoint(metadata.userEndpoint()))
                .clientTags(
                        metadata.clientTags().stream()
                                .map(
                                        tag ->
                                                KeyValue.builder()
                                                        .key(tag.key())
                                                        .value(tag.value())
                                                        .build())
                                .toList())
                .taskOffsets(offsets(offsets.offsets()))
                .taskEndOffsets(offsets(offsets.ends()))
                .assignment(assignment(member.progress().held().tasks()))
                .targetAssignment(assignment(group.target(member.id())))
                .build();
    }

    private static @Nullable Endpoint endpoint(
            StreamsGroupMemberMetadataValue.@Nullable Endpoint endpoint) {
        return endpoint == null
                ? null
                : Endpoint.builder().host(endpoint.host()).port(endpoint.port()).build();
    }

    private static List<TaskOffset> offsets(NavigableMap<TaskId, Long> offsets) {
        return offsets.entrySet().stream()
                .map(
                        offset ->
                                TaskOffset.builder()
                                        .subtopologyId(offset.getKey().subtopologyId())
                                        .partition(offset.getKey().partition())
                                        .offset(offset.getValue())
                                        .build())
                .toList();
    }

    private static Assignment assignment(Tasks tasks) {
        return Assignment.builder()
                .activeTasks(lists(tasks.active()))
                .standbyTasks(lists(tasks.standby()))
                .warmupTasks(lists(tasks.warmup()))
                .build();
    }

    private static List<TaskIds> lists(Collection<TaskId> tasks) {
        return TaskId.listed(
                tasks,
                (id, partitions) ->
                        TaskIds.builder().subtopologyId(id).partitions(partitions).build());
    }
}
