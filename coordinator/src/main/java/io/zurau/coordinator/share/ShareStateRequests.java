package io.zurau.coordinator.share;

import io.zurau.coordinator.Pending;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.DeleteShareGroupStateRequest;
import io.zurau.protocol.message.DeleteShareGroupStateResponse;
import io.zurau.protocol.message.DeleteShareGroupStateResponse.DeleteStateResult;
import io.zurau.protocol.message.InitializeShareGroupStateRequest;
import io.zurau.protocol.message.InitializeShareGroupStateResponse;
import io.zurau.protocol.message.InitializeShareGroupStateResponse.InitializeStateResult;
import io.zurau.protocol.message.ReadShareGroupStateRequest;
import io.zurau.protocol.message.ReadShareGroupStateResponse;
import io.zurau.protocol.message.ReadShareGroupStateResponse.ReadStateResult;
import io.zurau.protocol.message.ReadShareGroupStateSummaryRequest;
import io.zurau.protocol.message.ReadShareGroupStateSummaryResponse;
import io.zurau.protocol.message.ReadShareGroupStateSummaryResponse.ReadStateSummaryResult;
import io.zurau.protocol.message.WriteShareGroupStateRequest;
import io.zurau.protocol.message.WriteShareGroupStateResponse;
import io.zurau.protocol.message.WriteShareGroupStateResponse.WriteStateResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// The requests about share partitions' states, taken apart by partition.
///
/// A request without a group, or with a topic without partitions, is answered with nothing, as in
/// Kafka.
public final class ShareStateRequests {
    private final ShareStateCoordinator coordinator;

    public ShareStateRequests(ShareStateCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /// One topic of a request.
    private record Topic<P>(Uuid id, List<P> partitions) {}

    /// One topic of an answer.
    private record Answered<A>(Uuid id, List<A> partitions) {}

    private static <P, A> Pending<List<Answered<A>>> ask(
            String groupId, List<Topic<P>> topics, BiFunction<Uuid, P, Pending<A>> ask) {
        if (groupId.isEmpty() || topics.stream().anyMatch(topic -> topic.partitions.isEmpty())) {
            return Pending.done(List.of());
        }
        List<List<Pending<A>>> asked =
                topics.stream()
                        .map(
                                topic ->
                                        topic.partitions.stream()
                                                .map(partition -> ask.apply(topic.id, partition))
                                                .toList())
                        .toList();
        return () -> {
            List<Answered<A>> answered = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                List<A> partitions = new ArrayList<>();
                for (Pending<A> partition : asked.get(i)) {
                    partitions.add(partition.await());
                }
                answered.add(new Answered<>(topics.get(i).id, partitions));
            }
            return answered;
        };
    }

    public Pending<InitializeShareGroupStateResponse> initialize(
            InitializeShareGroupStateRequest request) {
        Pending<List<Answered<InitializeShareGroupStateResponse.PartitionResult>>> answers =
                ask(
                        request.groupId(),
                        request.topics().stream()
                                .map(topic -> new Topic<>(topic.topicId(), topic.partitions()))
                                .toList(),
                        (topicId, partition) ->
                                initialize(
                                        new SharePartitionKey(
                                                request.groupId(), topicId, partition.partition()),
                                        partition));
        return () ->
                InitializeShareGroupStateResponse.builder()
                        .results(
                                answers.await().stream()
                                        .map(
                                                topic ->
                                                        InitializeStateResult.builder()
                                                                .topicId(topic.id)
                                                                .partitions(topic.partitions)
                                                                .build())
                                        .toList())
                        .build();
    }

    private Pending<InitializeShareGroupStateResponse.PartitionResult> initialize(
            SharePartitionKey key, InitializeShareGroupStateRequest.PartitionData wanted) {
        Pending<ShareStateOutcome> pending =
                coordinator.initialize(key, wanted.stateEpoch(), wanted.startOffset());
        return () -> {
            ShareStateOutcome outcome = pending.await();
            return InitializeShareGroupStateResponse.PartitionResult.builder()
                    .partition(key.partition())
                    .errorCode(outcome.code())
                    .errorMessage(outcome.message())
                    .build();
        };
    }

    public Pending<ReadShareGroupStateResponse> read(ReadShareGroupStateRequest request) {
        Pending<List<Answered<ReadShareGroupStateResponse.PartitionResult>>> answers =
                ask(
                        request.groupId(),
                        request.topics().stream()
                                .map(topic -> new Topic<>(topic.topicId(), topic.partitions()))
                                .toList(),
                        (topicId, partition) ->
                                read(
                                        new SharePartitionKey(
                                                request.groupId(), topicId, partition.partition()),
                                        partition.leaderEpoch()));
        return () ->
                ReadShareGroupStateResponse.builder()
                        .results(
                                answers.await().stream()
                                        .map(
                                                topic ->
                                                        ReadStateResult.builder()
                                                                .topicId(topic.id)
                                                                .partitions(topic.partitions)
                                                                .build())
                                        .toList())
                        .build();
    }

    private Pending<ReadShareGroupStateResponse.PartitionResult> read(
            SharePartitionKey key, int leaderEpoch) {
        Pending<ShareStateOutcome> pending = coordinator.read(key, leaderEpoch);
        return () -> {
            ShareStateOutcome outcome = pending.await();
            ReadShareGroupStateResponse.PartitionResult.Builder result =
                    ReadShareGroupStateResponse.PartitionResult.builder()
                            .partition(key.partition())
                            .errorCode(outcome.code())
                            .errorMessage(outcome.message());
            ShareState state = outcome.state();
            return state == null
                    ? result.build()
                    : result.stateEpoch(state.stateEpoch())
                            .startOffset(state.startOffset())
                            .stateBatches(
                                    state.batches().stream().map(ShareStateRequests::told).toList())
                            .build();
        };
    }

    private static ReadShareGroupStateResponse.StateBatch told(StateBatch batch) {
        return ReadShareGroupStateResponse.StateBatch.builder()
                .firstOffset(batch.firstOffset())
                .lastOffset(batch.lastOffset())
                .deliveryState(batch.deliveryState())
                .deliveryCount(batch.deliveryCount())
                .build();
    }

    public Pending<WriteShareGroupStateResponse> write(WriteShareGroupStateRequest request) {
        Pending<List<Answered<WriteShareGroupStateResponse.PartitionResult>>> answers =
                ask(
                        request.groupId(),
                        request.topics().stream()
                                .map(topic -> new Topic<>(topic.topicId(), topic.partitions()))
                                .toList(),
                        (topicId, partition) ->
                                write(
                                        new SharePartitionKey(
                                                request.groupId(), topicId, partition.partition()),
                                        partition));
        return () ->
                WriteShareGroupStateResponse.builder()
                        .results(
                                answers.await().stream()
                                        .map(
                                                topic ->
                                                        WriteStateResult.builder()
                                                                .topicId(topic.id)
                                                                .partitions(topic.partitions)
                                                                .build())
                                        .toList())
                        .build();
    }

    private Pending<WriteShareGroupStateResponse.PartitionResult> write(
            SharePartitionKey key, WriteShareGroupStateRequest.PartitionData wanted) {
        List<StateBatch> batches =
                wanted.stateBatches().stream()
                        .map(
                                batch ->
                                        new StateBatch(
                                                batch.firstOffset(),
                                                batch.lastOffset(),
                                                batch.deliveryState(),
                                                batch.deliveryCount()))
                        .toList();
        Pending<ShareStateOutcome> pending =
                coordinator.write(
                        key,
                        wanted.stateEpoch(),
                        wanted.leaderEpoch(),
                        wanted.startOffset(),
                        wanted.deliveryCompleteCount(),
                        batches);
        return () -> {
            ShareStateOutcome outcome = pending.await();
            return WriteShareGroupStateResponse.PartitionResult.builder()
                    .partition(key.partition())
                    .errorCode(outcome.code())
                    .errorMessage(outcome.message())
                    .build();
        };
    }

    public Pending<DeleteShareGroupStateResponse> delete(DeleteShareGroupStateRequest request) {
        Pending<List<Answered<DeleteShareGroupStateResponse.PartitionResult>>> answers =
                ask(
                        request.groupId(),
                        request.topics().stream()
                                .map(topic -> new Topic<>(topic.topicId(), topic.partitions()))
                                .toList(),
                        (topicId, partition) ->
                                delete(
                                        new SharePartitionKey(
                                                request.groupId(),
                                                topicId,
                                                partition.partition())));
        return () ->
                DeleteShareGroupStateResponse.builder()
                        .results(
                                answers.await().stream()
                                        .map(
                                                topic ->
                                                        DeleteStateResult.builder()
                                                                .topicId(topic.id)
                                                                .partitions(topic.partitions)
                                                                .build())
                                        .toList())
                        .build();
    }

    private Pending<DeleteShareGroupStateResponse.PartitionResult> delete(SharePartitionKey key) {
        Pending<ShareStateOutcome> pending = coordinator.delete(key);
        return () -> {
            ShareStateOutcome outcome = pending.await();
            return DeleteShareGroupStateResponse.PartitionResult.builder()
                    .partition(key.partition())
                    .errorCode(outcome.code())
                    .errorMessage(outcome.message())
                    .build();
        };
    }

    public Pending<ReadShareGroupStateSummaryResponse> summarize(
            ReadShareGroupStateSummaryRequest request) {
        Pending<List<Answered<ReadShareGroupStateSummaryResponse.PartitionResult>>> answers =
                ask(
                        request.groupId(),
                        request.topics().stream()
                                .map(topic -> new Topic<>(topic.topicId(), topic.partitions()))
                                .toList(),
                        (topicId, partition) ->
                                summarize(
                                        new SharePartitionKey(
                                                request.groupId(),
                                                topicId,
                                                partition.partition())));
        return () ->
                ReadShareGroupStateSummaryResponse.builder()
                        .results(
                                answers.await().stream()
                                        .map(
                                                topic ->
                                                        ReadStateSummaryResult.builder()
                                                                .topicId(topic.id)
                                                                .partitions(topic.partitions)
                                                                .build())
                                        .toList())
                        .build();
    }

    private Pending<ReadShareGroupStateSummaryResponse.PartitionResult> summarize(
            SharePartitionKey key) {
        Pending<ShareStateOutcome> pending = coordinator.summarize(key);
        return () -> {
            ShareStateOutcome outcome = pending.await();
            ReadShareGroupStateSummaryResponse.PartitionResult.Builder result =
                    ReadShareGroupStateSummaryResponse.PartitionResult.builder()
                            .partition(key.partition())
                            .errorCode(outcome.code())
                            .errorMessage(outcome.message());
            ShareState state = outcome.state();
            if (state != null) {
                result.stateEpoch(state.stateEpoch())
                        .leaderEpoch(state.leaderEpoch())
                        .startOffset(state.startOffset())
                        .deliveryCompleteCount(state.deliveryCompleteCount());
            } else if (outcome.code() == ErrorCode.NONE) {
                result.startOffset(ShareState.NOT_STARTED)
                        .deliveryCompleteCount(ShareState.UNKNOWN_COUNT);
            }
            return result.build();
        };
    }
}
