package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ListPartitionReassignmentsRequest;
import io.zurau.protocol.message.ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse.OngoingPartitionReassignment;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse.OngoingTopicReassignment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Tells which partitions are moving between brokers. Kafka's tools ask for it when they describe
/// topics.
final class ListPartitionReassignmentsHandler
        implements RequestHandler<ListPartitionReassignmentsRequest> {
    private final Metadata metadata;

    ListPartitionReassignmentsHandler(Metadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.LIST_PARTITION_REASSIGNMENTS;
    }

    @Override
    public Answer handle(ListPartitionReassignmentsRequest request, RequestContext context) {
        TopicsImage topics = metadata.image().topics();
        List<OngoingTopicReassignment> moving = new ArrayList<>();
        List<ListPartitionReassignmentsTopics> asked = request.topics();
        if (asked == null) {
            topics.all()
                    .forEach(
                            topic ->
                                    add(
                                            topic,
                                            IntStream.range(0, topic.partitions().size()),
                                            moving));
        } else {
            for (ListPartitionReassignmentsTopics one : asked) {
                topics.named(one.name())
                        .ifPresent(
                                topic ->
                                        add(
                                                topic,
                                                one.partitionIndexes().stream()
                                                        .mapToInt(Integer::intValue),
                                                moving));
            }
        }
        return Answer.of(
                ListPartitionReassignmentsResponse.builder()
                        .errorMessage(null)
                        .topics(moving)
                        .build());
    }

    private static void add(
            TopicImage topic, IntStream indexes, List<OngoingTopicReassignment> moving) {
        List<OngoingPartitionReassignment> partitions = new ArrayList<>();
        indexes.forEach(
                index ->
                        topic.partition(index)
                                .filter(PartitionImage::isReassigning)
                                .ifPresent(p -> partitions.add(written(index, p))));
        if (!partitions.isEmpty()) {
            moving.add(
                    OngoingTopicReassignment.builder()
                            .name(topic.name())
                            .partitions(partitions)
                            .build());
        }
    }

    private static OngoingPartitionReassignment written(int index, PartitionImage partition) {
        return OngoingPartitionReassignment.builder()
                .partitionIndex(index)
                .replicas(partition.replicas())
                .addingReplicas(partition.adding())
                .removingReplicas(partition.removing())
                .build();
    }
}
