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
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.zurau.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Commits offsets of topics that exist. From version 10 on topics come by id.
final class OffsetCommitHandler implements RequestHandler<OffsetCommitRequest> {
    static final int FIRST_VERSION_WITH_TOPIC_IDS = 10;

    private final GroupCoordinator groups;
    private final Metadata metadata;

    OffsetCommitHandler(GroupCoordinator groups, Metadata metadata) {
        this.groups = groups;
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.OFFSET_COMMIT;
    }

    @Override
    public Answer handle(OffsetCommitRequest request, RequestContext context) {
        boolean byId = context.version() >= FIRST_VERSION_WITH_TOPIC_IDS;
        TopicsImage topics = metadata.image().topics();
        List<OffsetCommitRequestTopic> known = new ArrayList<>();
        List<OffsetCommitResponseTopic> refused = new ArrayList<>();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            Optional<TopicImage> found =
                    byId ? topics.withId(topic.topicId()) : topics.named(topic.name());
            if (found.isEmpty()) {
                refused.add(
                        refusal(
                                topic,
                                topic.partitions(),
                                byId
                                        ? ErrorCode.UNKNOWN_TOPIC_ID
                                        : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            } else {
                divide(topic, found.get(), known, refused);
            }
        }
        if (known.isEmpty()) {
            return Answer.of(OffsetCommitResponse.builder().topics(refused).build());
        }
        Pending<OffsetCommitResponse> pending =
                groups.commitOffsets(request.toBuilder().topics(known).build(), context.version());
        return PassingHandler.later(() -> joined(pending.await(), refused));
    }

    /// Partitions that the topic does not have are refused.
    private static void divide(
            OffsetCommitRequestTopic topic,
            TopicImage image,
            List<OffsetCommitRequestTopic> known,
            List<OffsetCommitResponseTopic> refused) {
        List<OffsetCommitRequestPartition> there = new ArrayList<>();
        List<OffsetCommitRequestPartition> missing = new ArrayList<>();
        for (OffsetCommitRequestPartition partition : topic.partitions()) {
            boolean exists = image.partition(partition.partitionIndex()).isPresent();
            (exists ? there : missing).add(partition);
        }
        OffsetCommitRequestTopic named =
                topic.toBuilder().name(image.name()).topicId(image.id()).build();
        if (!missing.isEmpty()) {
            refused.add(refusal(named, missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        }
        if (!there.isEmpty()) {
            known.add(named.toBuilder().partitions(there).build());
        }
    }

    private static OffsetCommitResponseTopic refusal(
            OffsetCommitRequestTopic topic,
            List<OffsetCommitRequestPartition> partitions,
            ErrorCode code) {
        return OffsetCommitResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.topicId())
                .partitions(
                        partitions.stream()
                                .map(
                                        partition ->
                                                OffsetCommitResponsePartition.builder()
                                                        .partitionIndex(partition.partitionIndex())
                                                        .errorCode(code)
                                                        .build())
                                .toList())
                .build();
    }

    /// A topic of which some partitions were refused appears once, with all of them.
    private static OffsetCommitResponse joined(
            OffsetCommitResponse response, List<OffsetCommitResponseTopic> refused) {
        if (refused.isEmpty()) {
            return response;
        }
        Map<String, OffsetCommitResponseTopic> all = new LinkedHashMap<>();
        refused.forEach(topic -> all.merge(key(topic), topic, OffsetCommitHandler::both));
        response.topics().forEach(topic -> all.merge(key(topic), topic, OffsetCommitHandler::both));
        return response.toBuilder().topics(List.copyOf(all.values())).build();
    }

    private static String key(OffsetCommitResponseTopic topic) {
        return topic.name() + "/" + topic.topicId();
    }

    private static OffsetCommitResponseTopic both(
            OffsetCommitResponseTopic one, OffsetCommitResponseTopic other) {
        List<OffsetCommitResponsePartition> partitions = new ArrayList<>(one.partitions());
        partitions.addAll(other.partitions());
        return other.toBuilder().partitions(partitions).build();
    }
}
