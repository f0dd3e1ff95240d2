package io.zurau.broker.transaction;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.TxnOffsetCommitRequest;
import io.zurau.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import io.zurau.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import io.zurau.protocol.message.TxnOffsetCommitResponse;
import io.zurau.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import io.zurau.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Commits offsets as part of a transaction, after its coordinator has said that the group's
/// partition is part of it; from version 5 on it becomes so (KIP-890). From version 6 on topics
/// come by id.
final class TxnOffsetCommitHandler implements RequestHandler<TxnOffsetCommitRequest> {
    private static final int LAST_VERSION_WITHOUT_LOADING = 1;
    private static final int FIRST_VERSION_WITH_ABORTABLE = 4;
    private static final int FIRST_VERSION_ADDING = 5;
    private static final int FIRST_VERSION_WITH_TOPIC_IDS = 6;

    private final CoordinatorTopic topic;
    private final GroupCoordinator groups;
    private final Partitions partitions;
    private final Enlisting enlisting;

    TxnOffsetCommitHandler(
            CoordinatorTopic topic,
            GroupCoordinator groups,
            Partitions partitions,
            Enlisting enlisting) {
        this.topic = topic;
        this.groups = groups;
        this.partitions = partitions;
        this.enlisting = enlisting;
    }

    @Override
    public ApiKey api() {
        return ApiKey.TXN_OFFSET_COMMIT;
    }

    @Override
    public Answer handle(TxnOffsetCommitRequest request, RequestContext context)
            throws InterruptedException {
        int version = context.version();
        Sorted sorted = sort(request, version);
        if (sorted.known.isEmpty()) {
            return Answer.of(TxnOffsetCommitResponse.builder().topics(sorted.refused).build());
        }
        TxnOffsetCommitRequest known = request.toBuilder().topics(sorted.known).build();
        if (request.groupId().isEmpty()) {
            return Answer.of(refusal(known, sorted, ErrorCode.INVALID_GROUP_ID, version));
        }
        TopicPartition partition =
                new TopicPartition(topic.name(), topic.partitionOf(request.groupId()));
        Optional<PartitionLeader> leader = partitions.leader(partition);
        if (leader.isEmpty()) {
            return Answer.of(refusal(known, sorted, ErrorCode.NOT_COORDINATOR, version));
        }
        Optional<Object> permission =
                leader.get()
                        .transactions()
                        .request(request.producerId(), request.producerEpoch(), false);
        if (permission.isPresent()) {
            ErrorCode code = confirm(known, partition, version);
            if (code != ErrorCode.NONE) {
                return Answer.of(refusal(known, sorted, code, version));
            }
        }
        @Nullable Object shown = permission.orElse(null);
        Pending<TxnOffsetCommitResponse> pending = groups.commitPending(known, version, shown);
        return PassingHandler.later(() -> joined(pending.await(), sorted, version));
    }

    private ErrorCode confirm(TxnOffsetCommitRequest request, TopicPartition partition, int version)
            throws InterruptedException {
        ErrorCode code =
                enlisting
                        .confirm(
                                new Enlisting.Transaction(
                                        request.transactionalId(),
                                        request.producerId(),
                                        request.producerEpoch()),
                                Set.of(partition),
                                version >= FIRST_VERSION_ADDING)
                        .apply(partition);
        return switch (code) {
            case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE ->
                    version >= FIRST_VERSION_WITH_ABORTABLE ? code : ErrorCode.INVALID_TXN_STATE;
            // The group's coordinator is the right one: the client shall only come again.
            case CONCURRENT_TRANSACTIONS,
                    NETWORK_EXCEPTION,
                    COORDINATOR_NOT_AVAILABLE,
                    NOT_COORDINATOR ->
                    ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
            default -> code;
        };
    }

    /// @param known topics that exist, with names and ids
    private record Sorted(
            List<TxnOffsetCommitRequestTopic> known, List<TxnOffsetCommitResponseTopic> refused) {}

    private Sorted sort(TxnOffsetCommitRequest request, int version) {
        boolean byId = version >= FIRST_VERSION_WITH_TOPIC_IDS;
        TopicsImage topics = partitions.image().topics();
        Sorted sorted = new Sorted(new ArrayList<>(), new ArrayList<>());
        for (TxnOffsetCommitRequestTopic topic : request.topics()) {
            Optional<TopicImage> found =
                    byId ? topics.withId(topic.topicId()) : topics.named(topic.name());
            if (found.isEmpty()) {
                ErrorCode code =
                        byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
                sorted.refused.add(refusal(topic, topic.partitions(), code));
            } else {
                sort(topic, found.get(), sorted);
            }
        }
        return sorted;
    }

    private static void sort(TxnOffsetCommitRequestTopic topic, TopicImage image, Sorted sorted) {
        List<TxnOffsetCommitRequestPartition> there = new ArrayList<>();
        List<TxnOffsetCommitRequestPartition> missing = new ArrayList<>();
        for (TxnOffsetCommitRequestPartition partition : topic.partitions()) {
            boolean exists = image.partition(partition.partitionIndex()).isPresent();
            (exists ? there : missing).add(partition);
        }
        TxnOffsetCommitRequestTopic named =
                topic.toBuilder().name(image.name()).topicId(image.id()).build();
        if (!missing.isEmpty()) {
            sorted.refused.add(refusal(named, missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        }
        if (!there.isEmpty()) {
            sorted.known.add(named.toBuilder().partitions(there).build());
        }
    }

    private static TxnOffsetCommitResponseTopic refusal(
            TxnOffsetCommitRequestTopic topic,
            List<TxnOffsetCommitRequestPartition> partitions,
            ErrorCode code) {
        return TxnOffsetCommitResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.topicId())
                .partitions(
                        partitions.stream()
                                .map(
                                        partition ->
                                                TxnOffsetCommitResponsePartition.builder()
                                                        .partitionIndex(partition.partitionIndex())
                                                        .errorCode(code)
                                                        .build())
                                .toList())
                .build();
    }

    private static TxnOffsetCommitResponse refusal(
            TxnOffsetCommitRequest known, Sorted sorted, ErrorCode code, int version) {
        List<TxnOffsetCommitResponseTopic> topics =
                known.topics().stream()
                        .map(topic -> refusal(topic, topic.partitions(), code))
                        .toList();
        return joined(TxnOffsetCommitResponse.builder().topics(topics).build(), sorted, version);
    }

    private static TxnOffsetCommitResponse joined(
            TxnOffsetCommitResponse response, Sorted sorted, int version) {
        List<TxnOffsetCommitResponseTopic> topics = new ArrayList<>(sorted.refused);
        for (TxnOffsetCommitResponseTopic topic : response.topics()) {
            topics.add(version <= LAST_VERSION_WITHOUT_LOADING ? old(topic) : topic);
        }
        return TxnOffsetCommitResponse.builder().topics(topics).build();
    }

    /// Old clients do not come again while a coordinator loads.
    private static TxnOffsetCommitResponseTopic old(TxnOffsetCommitResponseTopic topic) {
        return topic.toBuilder()
                .partitions(topic.partitions().stream().map(TxnOffsetCommitHandler::old).toList())
                .build();
    }

    private static TxnOffsetCommitResponsePartition old(
            TxnOffsetCommitResponsePartition partition) {
        return partition.errorCode() == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code()
                ? partition.toBuilder().errorCode(ErrorCode.COORDINATOR_NOT_AVAILABLE).build()
                : partition;
    }
}
