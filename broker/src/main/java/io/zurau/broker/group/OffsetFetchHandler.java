package io.zurau.broker.group;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.zurau.protocol.message.OffsetFetchResponse;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads committed offsets. Up to version 7 of one group, from version 8 on of several; from
/// version 10 on topics come by id.
final class OffsetFetchHandler implements RequestHandler<OffsetFetchRequest> {
    private static final int LAST_VERSION_WITH_ONE_GROUP = 7;
    private static final long NO_OFFSET = -1;

    private final GroupCoordinator groups;
    private final Metadata metadata;

    OffsetFetchHandler(GroupCoordinator groups, Metadata metadata) {
        this.groups = groups;
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.OFFSET_FETCH;
    }

    @Override
    public Answer handle(OffsetFetchRequest request, RequestContext context) {
        int version = context.version();
        if (version <= LAST_VERSION_WITH_ONE_GROUP) {
            Pending<OffsetFetchResponseGroup> pending =
                    groups.fetchOffsets(alone(request), request.requireStable());
            return PassingHandler.later(() -> alone(pending.await(), request, version));
        }
        List<Pending<OffsetFetchResponseGroup>> pending = new ArrayList<>();
        for (OffsetFetchRequestGroup group : request.groups()) {
            pending.add(
                    version >= OffsetCommitHandler.FIRST_VERSION_WITH_TOPIC_IDS
                            ? fetchById(group, request.requireStable())
                            : groups.fetchOffsets(group, request.requireStable()));
        }
        return PassingHandler.later(
                () -> {
                    List<OffsetFetchResponseGroup> fetched = new ArrayList<>();
                    for (Pending<OffsetFetchResponseGroup> one : pending) {
                        fetched.add(one.await());
                    }
                    return OffsetFetchResponse.builder().groups(fetched).build();
                });
    }

    private static OffsetFetchRequestGroup alone(OffsetFetchRequest request) {
        List<OffsetFetchRequestTopic> topics = request.topics();
        return OffsetFetchRequestGroup.builder()
                .groupId(request.groupId())
                .topics(
                        topics == null
                                ? null
                                : topics.stream().map(OffsetFetchHandler::modern).toList())
                .build();
    }

    private static OffsetFetchRequestTopics modern(OffsetFetchRequestTopic topic) {
        return OffsetFetchRequestTopics.builder()
                .name(topic.name())
                .partitionIndexes(topic.partitionIndexes())
                .build();
    }

    private static ApiResponse alone(
            OffsetFetchResponseGroup group, OffsetFetchRequest request, int version) {
        if (group.errorCode() != ErrorCode.NONE.code()) {
            return request.errorResponse(ErrorCode.forCode(group.errorCode()), version);
        }
        return OffsetFetchResponse.builder()
                .topics(group.topics().stream().map(OffsetFetchHandler::old).toList())
                .build();
    }

    private static OffsetFetchResponseTopic old(OffsetFetchResponseTopics topic) {
        return OffsetFetchResponseTopic.builder()
                .name(topic.name())
                .partitions(topic.partitions().stream().map(OffsetFetchHandler::old).toList())
                .build();
    }

    private static OffsetFetchResponsePartition old(OffsetFetchResponsePartitions partition) {
        return OffsetFetchResponsePartition.builder()
                .partitionIndex(partition.partitionIndex())
                .committedOffset(partition.committedOffset())
                .committedLeaderEpoch(partition.committedLeaderEpoch())
                .metadata(partition.metadata())
                .errorCode(partition.errorCode())
                .build();
    }

    private Pending<OffsetFetchResponseGroup> fetchById(
            OffsetFetchRequestGroup group, boolean stable) {
        List<OffsetFetchRequestTopics> asked = group.topics();
        if (asked == null) {
            Pending<OffsetFetchResponseGroup> pending = groups.fetchOffsets(group, stable);
            return () -> identified(pending.await());
        }
        TopicsImage topics = metadata.image().topics();
        List<OffsetFetchRequestTopics> known = new ArrayList<>();
        List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
        for (OffsetFetchRequestTopics topic : asked) {
            Optional<TopicImage> found = topics.withId(topic.topicId());
            if (found.isPresent()) {
                known.add(topic.toBuilder().name(found.get().name()).build());
            } else {
                unknown.add(refusal(topic));
            }
        }
        Pending<OffsetFetchResponseGroup> pending =
                groups.fetchOffsets(group.toBuilder().topics(known).build(), stable);
        return () -> joined(pending.await(), unknown);
    }

    /// Offsets of topics without an id, because they are gone, cannot be told.
    private OffsetFetchResponseGroup identified(OffsetFetchResponseGroup group) {
        TopicsImage topics = metadata.image().topics();
        List<OffsetFetchResponseTopics> identified = new ArrayList<>();
        for (OffsetFetchResponseTopics topic : group.topics()) {
            topics.named(topic.name())
                    .ifPresent(
                            found -> identified.add(topic.toBuilder().topicId(found.id()).build()));
        }
        return group.toBuilder().topics(identified).build();
    }

    private static OffsetFetchResponseTopics refusal(OffsetFetchRequestTopics topic) {
        return OffsetFetchResponseTopics.builder()
                .topicId(topic.topicId())
                .partitions(
                        topic.partitionIndexes().stream()
                                .map(
                                        index ->
                                                OffsetFetchResponsePartitions.builder()
                                                        .partitionIndex(index)
                                                        .committedOffset(NO_OFFSET)
                                                        .metadata("")
                                                        .errorCode(ErrorCode.UNKNOWN_TOPIC_ID)
                                                        .build())
                                .toList())
                .build();
    }

    private static OffsetFetchResponseGroup joined(
            OffsetFetchResponseGroup group, List<OffsetFetchResponseTopics> unknown) {
        if (unknown.isEmpty() || group.errorCode() != ErrorCode.NONE.code()) {
            return group;
        }
        List<OffsetFetchResponseTopics> all = new ArrayList<>(unknown);
        all.addAll(group.topics());
        return group.toBuilder().topics(all).build();
    }
}
