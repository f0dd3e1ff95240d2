package io.zurau.client;

import io.zurau.client.GroupDescription.Listed;
import io.zurau.client.GroupDescription.Member;
import io.zurau.client.GroupDescription.PartitionProgress;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.LagTags;
import io.zurau.protocol.LagTags.Lag;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ConsumerGroupDescribeRequest;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse;
import io.zurau.protocol.message.DescribeGroupsRequest;
import io.zurau.protocol.message.DescribeGroupsResponse;
import io.zurau.protocol.message.ListGroupsRequest;
import io.zurau.protocol.message.ListGroupsResponse;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchResponse;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an [Admin] asks about groups. A coordinator is asked about many groups at a time.
///
/// Has no state of its own.
final class GroupQuestions {
    private static final int GROUPS_AT_A_TIME = 100;
    private static final int FIRST_OF_SEVERAL_GROUPS = 8;
    private static final String CONSUMER = "consumer";
    private static final String SHARE = "share";

    private final Cluster cluster;

    GroupQuestions(Cluster cluster) {
        this.cluster = cluster;
    }

    /// All groups, by id.
    List<Listed> list() {
        List<Listed> all = new ArrayList<>();
        for (ClusterDescription.Node node : nodes().values()) {
            ListGroupsResponse answer =
                    cluster.connectionTo(node.address())
                            .call(ListGroupsRequest.builder().build(), ListGroupsResponse.class);
            Admin.check("Listing the groups of node " + node.id(), answer.errorCode(), null);
            answer.groups().forEach(group -> all.add(listed(group, node.id())));
        }
        all.sort(Comparator.comparing(Listed::groupId));
        return all;
    }

    private SortedMap<Integer, ClusterDescription.Node> nodes() {
        SortedMap<Integer, ClusterDescription.Node> nodes = new TreeMap<>();
        new ClusterQuestions(cluster)
                .description().nodes().stream()
                        .filter(node -> !node.fenced())
                        .forEach(node -> nodes.put(node.id(), node));
        return nodes;
    }

    private static Listed listed(ListGroupsResponse.ListedGroup group, int node) {
        return new Listed(
                group.groupId(),
                group.groupType().toLowerCase(Locale.ROOT),
                group.groupState(),
                group.protocolType(),
                node);
    }

    /// These groups, in the order given.
    List<GroupDescription> describe(Collection<Listed> groups) {
        Map<Integer, List<Listed>> byCoordinator = new TreeMap<>();
        groups.forEach(
                group ->
                        byCoordinator
                                .computeIfAbsent(group.coordinator(), node -> new ArrayList<>())
                                .add(group));
        SortedMap<Integer, ClusterDescription.Node> nodes = nodes();
        Map<String, GroupDescription> described = new HashMap<>();
        byCoordinator.forEach(
                (id, list) -> {
                    ClusterDescription.Node node = nodes.get(id);
                    if (node == null) {
                        throw new ClientFailure.Unreachable("Node " + id + " is gone.");
                    }
                    BrokerConnection connection = cluster.connectionTo(node.address());
                    for (int i = 0; i < list.size(); i += GROUPS_AT_A_TIME) {
                        int end = Math.min(list.size(), i + GROUPS_AT_A_TIME);
                        describe(connection, list.subList(i, end), described);
                    }
                });
        return groups.stream()
                .flatMap(group -> Optional.ofNullable(described.get(group.groupId())).stream())
                .toList();
    }

    private static void describe(
            BrokerConnection connection,
            List<Listed> groups,
            Map<String, GroupDescription> described) {
        Map<String, List<Member>> members = members(connection, groups);
        Map<String, OffsetFetchResponseGroup> offsets = offsets(connection, groups);
        for (Listed group : groups) {
            List<Member> has = members.getOrDefault(group.groupId(), List.of());
            described.put(
                    group.groupId(),
                    new GroupDescription(group, has, progress(has, offsets.get(group.groupId()))));
        }
    }

    private static List<PartitionProgress> progress(
            List<Member> members, @Nullable OffsetFetchResponseGroup offsets) {
        Map<TopicPartition, String> owners = new HashMap<>();
        members.forEach(member -> member.assigned().forEach(p -> owners.put(p, member.memberId())));
        SortedMap<TopicPartition, PartitionProgress> all = new TreeMap<>();
        owners.forEach(
                (partition, member) ->
                        all.put(
                                partition,
                                new PartitionProgress(
                                        partition,
                                        OptionalLong.empty(),
                                        OptionalLong.empty(),
                                        OptionalLong.empty(),
                                        member)));
        if (offsets != null) {
            for (OffsetFetchResponseTopics topic : offsets.topics()) {
                for (OffsetFetchResponsePartitions one : topic.partitions()) {
                    TopicPartition partition =
                            new TopicPartition(topic.name(), one.partitionIndex());
                    if (one.committedOffset() >= 0) {
                        all.put(partition, progress(partition, one, owners.get(partition)));
                    }
                }
            }
        }
        return List.copyOf(all.values());
    }

    private static PartitionProgress progress(
            TopicPartition partition, OffsetFetchResponsePartitions one, @Nullable String owner) {
        Optional<Lag> lag = LagTags.lag(one.unknownTags());
        return new PartitionProgress(
                partition,
                OptionalLong.of(one.committedOffset()),
                lag.map(l -> OptionalLong.of(l.records())).orElseGet(OptionalLong::empty),
                lag.filter(l -> l.millis() >= 0)
                        .map(l -> OptionalLong.of(l.millis()))
                        .orElseGet(OptionalLong::empty),
                owner);
    }

    /// Nothing from a broker that is asked about one group at a time only: it is older than any
    /// that tells lags.
    private static Map<String, OffsetFetchResponseGroup> offsets(
            BrokerConnection connection, List<Listed> groups) {
        int version = connection.versions().of(ApiKey.OFFSET_FETCH, connection.address());
        if (version < FIRST_OF_SEVERAL_GROUPS) {
            throw new ClientFailure.Refused(
                    "Asking " + connection.address() + " for the offsets of groups",
                    ErrorCode.UNSUPPORTED_VERSION);
        }
        List<Listed> committing =
                groups.stream().filter(group -> !group.type().equals(SHARE)).toList();
        if (committing.isEmpty()) {
            return Map.of(); // Share groups commit no offsets.
        }
        OffsetFetchRequest request =
                OffsetFetchRequest.builder()
                        .groups(
                                committing.stream()
                                        .map(
                                                group ->
                                                        OffsetFetchRequestGroup.builder()
                                                                .groupId(group.groupId())
                                                                .memberId(null)
                                                                .topics(null)
                                                                .build())
                                        .toList())
                        .unknownTags(LagTags.wanted())
                        .build();
        OffsetFetchResponse answer = connection.call(request, OffsetFetchResponse.class);
        Map<String, OffsetFetchResponseGroup> offsets = new HashMap<>();
        for (OffsetFetchResponseGroup group : answer.groups()) {
            if (group.errorCode() == ErrorCode.GROUP_ID_NOT_FOUND.code()) {
                continue; // It has gone since it was listed.
            }
            Admin.check(
                    "Asking for the offsets of group \"" + group.groupId() + "\"",
                    group.errorCode(),
                    null);
            offsets.put(group.groupId(), group);
        }
        return offsets;
    }

    private static Map<String, List<Member>> members(
            BrokerConnection connection, List<Listed> groups) {
        List<String> modern = new ArrayList<>();
        List<String> classic = new ArrayList<>();
        for (Listed group : groups) {
            switch (group.type()) {
                case CONSUMER -> modern.add(group.groupId());
                case "classic", "" -> classic.add(group.groupId());
                default -> {} // Their members hold no partitions for themselves alone.
            }
        }
        Map<String, List<Member>> members = new HashMap<>();
        if (!classic.isEmpty()) {
            connection
                    .call(
                            DescribeGroupsRequest.builder().groups(classic).build(),
                            DescribeGroupsResponse.class)
                    .groups()
                    .forEach(
                            group ->
                                    members.put(
                                            group.groupId(),
                                            group.members().stream()
                                                    .map(GroupQuestions::member)
                                                    .toList()));
        }
        if (!modern.isEmpty()) {
            connection
                    .call(
                            ConsumerGroupDescribeRequest.builder().groupIds(modern).build(),
                            ConsumerGroupDescribeResponse.class)
                    .groups()
                    .stream()
                    .filter(group -> group.errorCode() == ErrorCode.NONE.code())
                    .forEach(
                            group ->
                                    members.put(
                                            group.groupId(),
                                            group.members().stream()
                                                    .map(GroupQuestions::member)
                                                    .toList()));
        }
        return members;
    }

    private static Member member(DescribeGroupsResponse.DescribedGroupMember member) {
        return new Member(
                member.memberId(),
                member.groupInstanceId(),
                member.clientId(),
                member.clientHost(),
                GroupBytes.partitions(member.memberAssignment()));
    }

    private static Member member(ConsumerGroupDescribeResponse.Member member) {
        List<TopicPartition> assigned = new ArrayList<>();
        member.assignment()
                .topicPartitions()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                number ->
                                                        assigned.add(
                                                                new TopicPartition(
                                                                        topic.topicName(),
                                                                        number))));
        return new Member(
                member.memberId(),
                member.instanceId(),
                member.clientId(),
                member.clientHost(),
                assigned);
    }
}
