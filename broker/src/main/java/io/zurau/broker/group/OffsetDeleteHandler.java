package io.zurau.broker.group;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.OffsetDeleteRequest;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.zurau.protocol.message.OffsetDeleteResponse;
import io.zurau.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import io.zurau.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import java.util.ArrayList;
import java.util.List;

/// Deletes offsets of topics that exist; those of other topics go with their topic.
final class OffsetDeleteHandler implements RequestHandler<OffsetDeleteRequest> {
    private final GroupCoordinator groups;
    private final Metadata metadata;

    OffsetDeleteHandler(GroupCoordinator groups, Metadata metadata) {
        this.groups = groups;
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.OFFSET_DELETE;
    }

    @Override
    public Answer handle(OffsetDeleteRequest request, RequestContext context) {
        TopicsImage topics = metadata.image().topics();
        List<OffsetDeleteRequestTopic> known = new ArrayList<>();
        List<OffsetDeleteResponseTopic> unknown = new ArrayList<>();
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            if (topics.named(topic.name()).isPresent()) {
                known.add(topic);
            } else {
                unknown.add(refusal(topic));
            }
        }
        Pending<OffsetDeleteResponse> pending =
                groups.deleteOffsets(request.toBuilder().topics(known).build());
        return GroupHandlers.later(() -> joined(pending.await(), unknown));
    }

    private static OffsetDeleteResponseTopic refusal(OffsetDeleteRequestTopic topic) {
        return OffsetDeleteResponseTopic.builder()
                .name(topic.name())
                .partitions(
                        topic.partitions().stream()
                                .map(
                                        partition ->
                                                OffsetDeleteResponsePartition.builder()
                                                        .partitionIndex(partition.partitionIndex())
                                                        .errorCode(
                                                                ErrorCode
                                                                        .UNKNOWN_TOPIC_OR_PARTITION)
                                                        .build())
                                .toList())
                .build();
    }

    /// An error of the whole request names no topics.
    private static OffsetDeleteResponse joined(
            OffsetDeleteResponse response, List<OffsetDeleteResponseTopic> unknown) {
        if (unknown.isEmpty() || response.errorCode() != ErrorCode.NONE.code()) {
            return response;
        }
        List<OffsetDeleteResponseTopic> all = new ArrayList<>(unknown);
        all.addAll(response.topics());
        return response.toBuilder().topics(all).build();
    }
}
