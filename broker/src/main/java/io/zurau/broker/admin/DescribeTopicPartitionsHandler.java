package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.TopicNames;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeTopicPartitionsRequest;
import io.zurau.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import io.zurau.protocol.message.DescribeTopicPartitionsResponse;
import io.zurau.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import io.zurau.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Tells about partitions, topic by topic in the order of their names, a limited number at a time
/// (KIP-966).
final class DescribeTopicPartitionsHandler
        implements RequestHandler<DescribeTopicPartitionsRequest> {
    private final Metadata metadata;
    private final int limit;

    DescribeTopicPartitionsHandler(Metadata metadata, AdminConfig config) {
        this.metadata = metadata;
        this.limit = config.largestTopicDescription();
    }

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_TOPIC_PARTITIONS;
    }

    @Override
    public Answer handle(DescribeTopicPartitionsRequest request, RequestContext context) {
        DescribeTopicPartitionsRequest.Cursor cursor = request.cursor();
        boolean all = request.topics().isEmpty();
        if (cursor != null && cursor.partitionIndex() < 0) {
            return refused(
                    "The cursor's partition " + cursor.partitionIndex() + " is negative.",
                    request,
                    context);
        }
        if (cursor != null
                && !all
                && request.topics().stream().noneMatch(t -> t.name().equals(cursor.topicName()))) {
            return refused(
                    "The cursor's topic %s is not among those asked for."
                            .formatted(cursor.topicName()),
                    request,
                    context);
        }
        ClusterImage image = metadata.image();
        Collection<String> names =
                all
                        ? image.topics().byName().keySet()
                        : request.topics().stream().map(TopicRequest::name).toList();
        NavigableSet<String> wanted = new TreeSet<>(names);
        if (cursor != null) {
            wanted = wanted.tailSet(cursor.topicName(), true);
        }
        int most = Math.clamp(request.responsePartitionLimit(), 1, limit);
        return Answer.of(new Page(image, context.listener(), most).describe(wanted, cursor, all));
    }

    private static Answer refused(
            String reason, DescribeTopicPartitionsRequest request, RequestContext context) {
        return Answer.of(
                request.errorResponse(ErrorCode.INVALID_REQUEST, reason, context.version()));
    }

    /// One answer. **Owner:** the thread that makes it.
    private static final class Page {
        private final ClusterImage image;
        private final String listener;
        private final List<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>();
        private int room; // For partitions.

        Page(ClusterImage image, String listener, int room) {
            this.image = image;
            this.listener = listener;
            this.room = room;
        }

        DescribeTopicPartitionsResponse describe(
                Collection<String> names,
                DescribeTopicPartitionsRequest.@Nullable Cursor cursor,
                boolean all) {
            for (String name : names) {
                if (room == 0) {
                    return response(name, 0);
                }
                Optional<TopicImage> topic = image.topics().named(name);
                int first =
                        cursor != null && cursor.topicName().equals(name)
                                ? cursor.partitionIndex()
                                : 0;
                if (topic.isPresent()) {
                    int end = add(topic.get(), first);
                    if (end < topic.get().partitions().size()) {
                        return response(name, end);
                    }
                } else if (!all) {
                    topics.add(unknown(name));
                }
            }
            return DescribeTopicPartitionsResponse.builder().topics(topics).build();
        }

        private DescribeTopicPartitionsResponse response(String nextTopic, int nextPartition) {
            return DescribeTopicPartitionsResponse.builder()
                    .topics(topics)
                    .nextCursor(
                            DescribeTopicPartitionsResponse.Cursor.builder()
                                    .topicName(nextTopic)
                                    .partitionIndex(nextPartition)
                                    .build())
                    .build();
        }

        /// Returns the partition to go on with, exclusive end of what was added.
        private int add(TopicImage topic, int first) {
            int end = (int) Math.min(topic.partitions().size(), (long) first + room);
            topics.add(
                    DescribeTopicPartitionsResponseTopic.builder()
                            .name(topic.name())
                            .topicId(topic.id())
                            .isInternal(TopicNames.isInternal(topic.name()))
                            .partitions(
                                    IntStream.range(first, end)
                                            .mapToObj(index -> partition(topic, index))
                                            .toList())
                            .topicAuthorizedOperations(Operations.onTopic(true))
                            .build());
            room -= Math.max(0, end - first);
            return end;
        }

        private DescribeTopicPartitionsResponsePartition partition(TopicImage topic, int index) {
            PartitionImage partition = topic.partitions().get(index);
            PartitionView view =
                    PartitionView.of(partition, image, listener, ErrorCode.LISTENER_NOT_FOUND);
            return DescribeTopicPartitionsResponsePartition.builder()
                    .errorCode(view.error())
                    .partitionIndex(index)
                    .leaderId(view.leader())
                    .leaderEpoch(view.leaderEpoch())
                    .replicaNodes(view.replicas())
                    .isrNodes(view.inSync())
                    .eligibleLeaderReplicas(partition.eligibleLeaders())
                    .lastKnownElr(partition.lastKnownEligible())
                    .offlineReplicas(view.offline())
                    .build();
        }

        private static DescribeTopicPartitionsResponseTopic unknown(String name) {
            return DescribeTopicPartitionsResponseTopic.builder()
                    .errorCode(
                            TopicNames.problem(name).isPresent()
                                    ? ErrorCode.INVALID_TOPIC_EXCEPTION
                                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                    .name(name)
                    .isInternal(TopicNames.isInternal(name))
                    .build();
        }
    }
}
