package io.zurau.broker.group;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.zurau.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import java.util.ArrayList;
import java.util.List;
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
        TopicsImage topics = metadata.image().topics();
        boolean byId = context.version() >= FIRST_VERSION_WITH_TOPIC_IDS;
        List<OffsetCommitRequestTopic> known = new ArrayList<>();
        List<OffsetCommitResponseTopic> unknown = new ArrayList<>();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            Optional<TopicImage> found =
                    byId ? topics.withId(topic.topicId()) : topics.named(topic.name());
            if (found.isPresent()) {
                known.add(
                        topic.toBuilder()
                                .name(found.get().name())
                                .topicId(found.get().id())
                                .build());
            } else {
                unknown.add(
                        refusal(
                                topic,
                                byId
                                        ? ErrorCode.UNKNOWN_TOPIC_ID
                                        : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            }
        }
        if (known.isEmpty() && !unknown.isEmpty()) {
            return Answer.of(OffsetCommitResponse.builder().topics(unknown).build());
        }
        Pending<OffsetCommitResponse> pending =
                groups.commitOffsets(request.toBuilder().topics(known).build(), context.version());
        return GroupHandlers.later(() -> joined(pending.await(), unknown));
    }

    private static OffsetCommitResponseTopic refusal(
            OffsetCommitRequestTopic topic, ErrorCode code) {
        return OffsetCommitResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.topicId())
                .partitions(
                        topic.partitions().stream()
                                .map(
                                        partition ->
                                                OffsetCommitResponsePartition.builder()
                                                        .partitionIndex(partition.partitionIndex())
                                                        .errorCode(code)
                                                        .build())
                                .toList())
                .build();
    }

    private static OffsetCommitResponse joined(
            OffsetCommitResponse response, List<OffsetCommitResponseTopic> unknown) {
        if (unknown.isEmpty()) {
            return response;
        }
        List<OffsetCommitResponseTopic> all = new ArrayList<>(unknown);
        all.addAll(response.topics());
        return response.toBuilder().topics(all).build();
    }
}
