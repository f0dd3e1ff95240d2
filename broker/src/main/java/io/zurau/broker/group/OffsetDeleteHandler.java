package io.zurau.broker.group;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.OffsetDeleteRequest;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.zurau.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.zurau.protocol.message.OffsetDeleteResponse;
import io.zurau.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import io.zurau.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Deletes offsets of partitions that exist; those of other topics go with their topic.
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
        Map<String, List<OffsetDeleteResponsePartition>> refused = new LinkedHashMap<>();
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            List<OffsetDeleteRequestPartition> there = new ArrayList<>();
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                if (exists(topics, topic.name(), partition.partitionIndex())) {
                    there.add(partition);
                } else {
                    refused.computeIfAbsent(topic.name(), name -> new ArrayList<>())
                            .add(refusal(partition));
                }
            }
            if (!there.isEmpty()) {
                known.add(topic.toBuilder().partitions(there).build());
            }
        }
        Pending<OffsetDeleteResponse> pending =
                groups.deleteOffsets(request.toBuilder().topics(known).build());
        return PassingHandler.later(() -> joined(pending.await(), refused));
    }

    private static boolean exists(TopicsImage topics, String topic, int partition) {
        return topics.named(topic).flatMap(image -> image.partition(partition)).isPresent();
    }

    private static OffsetDeleteResponsePartition refusal(OffsetDeleteRequestPartition partition) {
        return OffsetDeleteResponsePartition.builder()
                .partitionIndex(partition.partitionIndex())
                .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                .build();
    }

    /// A topic of which some partitions were refused appears once, with all of them; an error of
    /// the whole request names no topics.
    private static OffsetDeleteResponse joined(
            OffsetDeleteResponse response,
            Map<String, List<OffsetDeleteResponsePartition>> refused) {
        if (refused.isEmpty() || response.errorCode() != ErrorCode.NONE.code()) {
            return response;
        }
        Map<String, List<OffsetDeleteResponsePartition>> all = new LinkedHashMap<>(refused);
        for (OffsetDeleteResponseTopic topic : response.topics()) {
            all.computeIfAbsent(topic.name(), name -> new ArrayList<>()).addAll(topic.partitions());
        }
        return response.toBuilder()
                .topics(
                        all.entrySet().stream()
                                .map(
                                        topic ->
                                                OffsetDeleteResponseTopic.builder()
                                                        .name(topic.getKey())
                                                        .partitions(topic.getValue())
                                                        .build())
                                .toList())
                .build();
    }
}
