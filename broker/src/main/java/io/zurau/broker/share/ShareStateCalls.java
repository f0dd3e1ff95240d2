package io.zurau.broker.share;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.coordinator.share.ShareState;
import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.coordinator.share.StateBatch;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.DeleteShareGroupStateRequest;
import io.zurau.protocol.message.DeleteShareGroupStateResponse;
import io.zurau.protocol.message.InitializeShareGroupStateRequest;
import io.zurau.protocol.message.InitializeShareGroupStateResponse;
import io.zurau.protocol.message.ReadShareGroupStateRequest;
import io.zurau.protocol.message.ReadShareGroupStateResponse;
import io.zurau.protocol.message.ReadShareGroupStateSummaryRequest;
import io.zurau.protocol.message.ReadShareGroupStateSummaryResponse;
import io.zurau.protocol.message.WriteShareGroupStateRequest;
import io.zurau.protocol.message.WriteShareGroupStateResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Questions about single share partitions, put to the broker that coordinates them.
///
/// @param connection nobody else uses it meanwhile
record ShareStateCalls(PeerConnection connection) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int UNKNOWN = -1;

    private <R extends ApiResponse> R call(ApiRequest request, Class<R> type)
            throws IOException, InterruptedException {
        return connection.call(request, request.apiKey().highestVersion(), type, PATIENCE);
    }

    private static ShareStateOutcome outcome(
            short code, @Nullable String message, @Nullable ShareState state) {
        ErrorCode known = ErrorCode.forCode(code);
        return known == ErrorCode.NONE
                ? new ShareStateOutcome(known, null, state)
                : ShareStateOutcome.refused(known, message == null ? known.message() : message);
    }

    private static <T> T only(List<T> results) throws IOException {
        if (results.size() != 1) {
            throw new IOException(
                    "One share partition was asked for, and %d are answered."
                            .formatted(results.size()));
        }
        return results.getFirst();
    }

    ShareStateOutcome initialize(SharePartitionKey key, int stateEpoch, long startOffset)
            throws IOException, InterruptedException {
        var partition =
                InitializeShareGroupStateRequest.PartitionData.builder()
                        .partition(key.partition())
                        .stateEpoch(stateEpoch)
                        .startOffset(startOffset)
                        .build();
        var request =
                InitializeShareGroupStateRequest.builder()
                        .groupId(key.groupId())
                        .topics(
                                List.of(
                                        InitializeShareGroupStateRequest.InitializeStateData
                                                .builder()
                                                .topicId(key.topicId())
                                                .partitions(List.of(partition))
                                                .build()))
                        .build();
        var response = call(request, InitializeShareGroupStateResponse.class);
        var result = only(only(response.results()).partitions());
        return outcome(result.errorCode(), result.errorMessage(), null);
    }

    ShareStateOutcome read(SharePartitionKey key, int leaderEpoch)
            throws IOException, InterruptedException {
        var partition =
                ReadShareGroupStateRequest.PartitionData.builder()
                        .partition(key.partition())
                        .leaderEpoch(leaderEpoch)
                        .build();
        var request =
                ReadShareGroupStateRequest.builder()
                        .groupId(key.groupId())
                        .topics(
                                List.of(
                                        ReadShareGroupStateRequest.ReadStateData.builder()
                                                .topicId(key.topicId())
                                                .partitions(List.of(partition))
                                                .build()))
                        .build();
        var response = call(request, ReadShareGroupStateResponse.class);
        var result = only(only(response.results()).partitions());
        List<StateBatch> batches =
                result.stateBatches().stream()
                        .map(
                                batch ->
                                        new StateBatch(
                                                batch.firstOffset(),
                                                batch.lastOffset(),
                                                batch.deliveryState(),
                                                batch.deliveryCount()))
                        .toList();
        return outcome(
                result.errorCode(),
                result.errorMessage(),
                new ShareState(
                        UNKNOWN,
                        result.stateEpoch(),
                        leaderEpoch,
                        result.startOffset(),
                        UNKNOWN,
                        batches,
                        UNKNOWN,
                        UNKNOWN));
    }

    ShareStateOutcome write(SharePartitionKey key, ShareStates.Report report)
            throws IOException, InterruptedException {
        var partition =
                WriteShareGroupStateRequest.PartitionData.builder()
                        .partition(key.partition())
                        .stateEpoch(report.stateEpoch())
                        .leaderEpoch(report.leaderEpoch())
                        .startOffset(report.startOffset())
                        .deliveryCompleteCount(report.deliveryCompleteCount())
                        .stateBatches(
                                report.batches().stream()
                                        .map(
                                                batch ->
                                                        WriteShareGroupStateRequest.StateBatch
                                                                .builder()
                                                                .firstOffset(batch.firstOffset())
                                                                .lastOffset(batch.lastOffset())
                                                                .deliveryState(
                                                                        batch.deliveryState())
                                                                .deliveryCount(
                                                                        batch.deliveryCount())
                                                                .build())
                                        .toList())
                        .build();
        var request =
                WriteShareGroupStateRequest.builder()
                        .groupId(key.groupId())
                        .topics(
                                List.of(
                                        WriteShareGroupStateRequest.WriteStateData.builder()
                                                .topicId(key.topicId())
                                                .partitions(List.of(partition))
                                                .build()))
                        .build();
        var response = call(request, WriteShareGroupStateResponse.class);
        var result = only(only(response.results()).partitions());
        return outcome(result.errorCode(), result.errorMessage(), null);
    }

    ShareStateOutcome delete(SharePartitionKey key) throws IOException, InterruptedException {
        var partition =
                DeleteShareGroupStateRequest.PartitionData.builder()
                        .partition(key.partition())
                        .build();
        var request =
                DeleteShareGroupStateRequest.builder()
                        .groupId(key.groupId())
                        .topics(
                                List.of(
                                        DeleteShareGroupStateRequest.DeleteStateData.builder()
                                                .topicId(key.topicId())
                                                .partitions(List.of(partition))
                                                .build()))
                        .build();
        var response = call(request, DeleteShareGroupStateResponse.class);
        var result = only(only(response.results()).partitions());
        return outcome(result.errorCode(), result.errorMessage(), null);
    }

    ShareStateOutcome summarize(SharePartitionKey key) throws IOException, InterruptedException {
        var partition =
                ReadShareGroupStateSummaryRequest.PartitionData.builder()
                        .partition(key.partition())
                        .leaderEpoch(UNKNOWN)
                        .build();
        var request =
                ReadShareGroupStateSummaryRequest.builder()
                        .groupId(key.groupId())
                        .topics(
                                List.of(
                                        ReadShareGroupStateSummaryRequest.ReadStateSummaryData
                                                .builder()
                                                .topicId(key.topicId())
                                                .partitions(List.of(partition))
                                                .build()))
                        .build();
        var response = call(request, ReadShareGroupStateSummaryResponse.class);
        var result = only(only(response.results()).partitions());
        return outcome(
                result.errorCode(),
                result.errorMessage(),
                new ShareState(
                        UNKNOWN,
                        result.stateEpoch(),
                        result.leaderEpoch(),
                        result.startOffset(),
                        result.deliveryCompleteCount(),
                        List.of(),
                        UNKNOWN,
                        UNKNOWN));
    }
}
