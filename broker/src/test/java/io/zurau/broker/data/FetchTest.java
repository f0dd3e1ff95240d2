package io.zurau.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ReplicaState;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.FetchResponse.FetchableTopicResponse;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.RemoveTopicRecord;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class FetchTest {
    private static final int VERSION = 12;
    private static final int FOR_EVER_MS = 600_000;

    @TempDir Path directory;
    private DataFixture data;
    private Uuid topicId;

    @BeforeEach
    void open() {
        data = new DataFixture(directory);
        topicId = data.topic("t", 3, Map.of());
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void whatWasAcknowledgedIsRead() throws Exception {
        // Given
        produce(0, 3);
        produce(0, 2);

        // When
        PartitionData answer = only(fetch(0, at(0, 0)));

        // Then
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.highWatermark()).isEqualTo(5);
        assertThat(answer.lastStableOffset()).isEqualTo(5);
        assertThat(answer.logStartOffset()).isZero();
        assertThat(answer.abortedTransactions()).isNull();
        assertThat(baseOffsets(answer)).containsExactly(0L, 3L);
    }

    @Test
    void theWholeBatchOfAnOffsetIsGiven() throws Exception {
        // Given
        produce(0, 3);
        produce(0, 2);

        // When, then
        assertThat(baseOffsets(only(fetch(0, at(0, 4))))).containsExactly(3L);
        assertThat(baseOffsets(only(fetch(0, at(0, 5))))).isEmpty();
    }

    @Test
    void offsetsOutsideTheLogAreRefused() throws Exception {
        // Given
        produce(0, 3);

        // When, then
        assertThat(only(fetch(FOR_EVER_MS, at(0, 4))).errorCode())
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
        assertThat(only(fetch(FOR_EVER_MS, at(0, -1))).errorCode())
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
        assertThat(only(fetch(FOR_EVER_MS, at(9, 0))).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void aBrokenLogKeepsNobodyFromTheOthers() throws Exception {
        // Given
        produce(0, 1);
        produce(1, 2);
        data.breakLog("t", 0);

        // When
        FetchResponse answer = data.ask(request(FOR_EVER_MS, at(0, 0), at(1, 0)).build(), VERSION);

        // Then
        List<PartitionData> partitions = answer.responses().getFirst().partitions();
        assertThat(answer.errorCode()).isZero();
        assertThat(partitions.get(0).errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR.code());
        assertThat(baseOffsets(partitions.get(1))).containsExactly(0L);
    }

    @Test
    void aFetchWaitsUntilThereIsSomethingToRead() throws Exception {
        // Given
        CompletableFuture<FetchResponse> waiting =
                inBackground(request(FOR_EVER_MS, at(0, 0), at(1, 0)).build());

        // When
        produce(1, 2);

        // Then
        FetchResponse answer = waiting.get();
        assertThat(baseOffsets(answer.responses().getFirst().partitions().get(1)))
                .containsExactly(0L);
    }

    @Test
    void aFetchWaitsForAsManyBytesAsItAskedFor() throws Exception {
        // Given
        produce(0, 1);
        CompletableFuture<FetchResponse> waiting =
                inBackground(request(FOR_EVER_MS, at(0, 0), at(1, 0)).minBytes(150).build());

        // When
        produce(1, 1);

        // Then
        assertThat(waiting.get().responses().getFirst().partitions())
                .allSatisfy(partition -> assertThat(baseOffsets(partition)).hasSize(1));
    }

    @Test
    void aFetchThatWaitedLongEnoughIsAnsweredWithWhatThereIs() throws Exception {
        // Given
        produce(0, 1);

        // When
        FetchResponse answer = data.ask(request(30, at(0, 0)).minBytes(1_000_000).build(), VERSION);

        // Then
        assertThat(baseOffsets(only(answer))).containsExactly(0L);
    }

    @Test
    void aFetchThatWaitsIsAnsweredWhenItsTopicGoes() throws Exception {
        // Given
        CompletableFuture<FetchResponse> waiting =
                inBackground(request(FOR_EVER_MS, at(0, 0)).build());

        // When
        data.apply(List.of(RemoveTopicRecord.builder().topicId(topicId).build()));

        // Then
        assertThat(only(waiting.get()).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void limitsHoldButForTheFirstBatch() throws Exception {
        // Given
        produce(0, 100);
        produce(0, 100);
        produce(1, 100);

        // When
        FetchResponse small =
                data.ask(request(0, at(0, 0), at(1, 0)).maxBytes(10).build(), VERSION);
        FetchResponse perPartition =
                data.ask(
                        request(0, at(0, 0, 10), at(1, 0, 10)).maxBytes(1_000_000).build(),
                        VERSION);

        // Then
        assertThat(small.responses().getFirst().partitions())
                .extracting(partition -> baseOffsets(partition).size())
                .containsExactly(1, 0);
        assertThat(perPartition.responses().getFirst().partitions())
                .extracting(partition -> baseOffsets(partition).size())
                .containsExactly(1, 0);
    }

    @Test
    void leaderEpochsAreCompared() throws Exception {
        // Given
        produce(0, 1);
        FetchPartition.Builder old = FetchPartition.builder().partitionMaxBytes(1000);

        // When, then
        assertThat(only(fetch(0, old.currentLeaderEpoch(DataFixture.EPOCH - 1))).errorCode())
                .isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.code());
        assertThat(only(fetch(0, old.currentLeaderEpoch(DataFixture.EPOCH + 1))).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH.code());
        assertThat(only(fetch(0, old.currentLeaderEpoch(DataFixture.EPOCH))).errorCode()).isZero();
    }

    @Test
    void aReaderWhoseRecordsWereCutOffIsToldWhereTheyDiverge() throws Exception {
        // Given
        produce(0, 4);
        newEpoch(0);
        newEpoch(0);
        produce(0, 1);

        // When
        PartitionData same = only(fetch(0, at(0, 4).lastFetchedEpoch(DataFixture.EPOCH)));
        PartitionData gone = only(fetch(0, at(0, 5).lastFetchedEpoch(DataFixture.EPOCH + 1)));
        PartitionData unknown = only(fetch(0, at(0, 5).lastFetchedEpoch(DataFixture.EPOCH + 3)));

        // Then
        assertThat(same.divergingEpoch().epoch()).isEqualTo(-1);
        assertThat(baseOffsets(same)).containsExactly(4L);
        assertThat(gone.divergingEpoch().epoch()).isEqualTo(DataFixture.EPOCH);
        assertThat(gone.divergingEpoch().endOffset()).isEqualTo(4);
        assertThat(gone.records()).isEqualTo(Payload.EMPTY);
        assertThat(unknown.errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
    }

    private void newEpoch(int partition) {
        data.apply(
                List.of(
                        PartitionChangeRecord.builder()
                                .topicId(topicId)
                                .partitionId(partition)
                                .leader(DataFixture.NODE)
                                .build()));
    }

    @Test
    void anIncrementalFetchTellsOnlyNews() throws Exception {
        // Given
        produce(0, 1);
        FetchResponse first =
                data.ask(request(0, at(0, 1), at(1, 0)).sessionEpoch(0).build(), VERSION);
        int session = first.sessionId();

        // When
        FetchResponse nothing = data.ask(incremental(session, 1).build(), VERSION);
        produce(1, 1);
        FetchResponse news = data.ask(incremental(session, 2).build(), VERSION);
        FetchResponse wrong = data.ask(incremental(session, 2).build(), VERSION);

        // Then
        assertThat(session).isPositive();
        assertThat(nothing.responses()).isEmpty();
        assertThat(news.sessionId()).isEqualTo(session);
        assertThat(news.responses().getFirst().partitions())
                .extracting(PartitionData::partitionIndex)
                .containsExactly(1);
        assertThat(wrong.errorCode()).isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH.code());
    }

    @Test
    void partitionsTakeTurnsUnderALimit() throws Exception {
        // Given
        for (int i = 0; i < 3; i++) {
            produce(i, 50);
        }
        int session =
                data.ask(
                                request(0, at(0, 0), at(1, 0), at(2, 0))
                                        .sessionEpoch(0)
                                        .maxBytes(10)
                                        .build(),
                                VERSION)
                        .sessionId();

        // When
        List<Integer> served = new ArrayList<>();
        for (int epoch = 1; epoch <= 3; epoch++) {
            FetchResponse answer =
                    data.ask(incremental(session, epoch).maxBytes(10).build(), VERSION);
            answer.responses().stream()
                    .map(FetchableTopicResponse::partitions)
                    .flatMap(List::stream)
                    .filter(partition -> !baseOffsets(partition).isEmpty())
                    .forEach(partition -> served.add(partition.partitionIndex()));
        }

        // Then
        assertThat(served).containsExactly(1, 2, 0);
    }

    @Test
    void topicsMayBeNamedByTheirIds() throws Exception {
        // Given
        produce(0, 1);

        // When
        FetchResponse known = data.ask(byId(topicId), 13);
        FetchResponse unknown = data.ask(byId(new Uuid(1, 2)), 13);

        // Then
        assertThat(baseOffsets(only(known))).containsExactly(0L);
        assertThat(known.responses().getFirst().topicId()).isEqualTo(topicId);
        assertThat(only(unknown).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void whoHoldsNoReplicaIsNoFollower() throws Exception {
        // Given
        FetchRequest follower =
                byId(topicId).toBuilder()
                        .replicaState(ReplicaState.builder().replicaId(2).build())
                        .build();

        // When
        FetchResponse answer = data.ask(follower, 15);

        // Then
        assertThat(only(answer).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    private static FetchRequest byId(Uuid id) {
        return FetchRequest.builder()
                .maxBytes(100_000)
                .topics(
                        List.of(
                                FetchTopic.builder()
                                        .topicId(id)
                                        .partitions(List.of(at(0, 0).build()))
                                        .build()))
                .build();
    }

    private void produce(int partition, int records) throws InterruptedException {
        data.ask(DataFixture.produce(-1, "t", partition, DataFixture.batch(records)), VERSION);
    }

    private FetchResponse fetch(int maxWaitMs, FetchPartition.Builder partition)
            throws InterruptedException {
        return data.ask(request(maxWaitMs, partition).build(), VERSION);
    }

    private CompletableFuture<FetchResponse> inBackground(FetchRequest request) {
        CompletableFuture<FetchResponse> answer = new CompletableFuture<>();
        Thread waiting =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        answer.complete(data.ask(request, VERSION));
                                    } catch (InterruptedException | RuntimeException e) {
                                        answer.completeExceptionally(e);
                                    }
                                });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return answer;
    }

    private static FetchPartition.Builder at(int partition, long offset) {
        return at(partition, offset, 100_000);
    }

    private static FetchPartition.Builder at(int partition, long offset, int maxBytes) {
        return FetchPartition.builder()
                .partition(partition)
                .fetchOffset(offset)
                .partitionMaxBytes(maxBytes);
    }

    private static FetchRequest.Builder request(
            int maxWaitMs, FetchPartition.Builder... partitions) {
        List<FetchPartition> built = new ArrayList<>();
        for (FetchPartition.Builder partition : partitions) {
            built.add(partition.build());
        }
        return FetchRequest.builder()
                .maxWaitMs(maxWaitMs)
                .minBytes(1)
                .maxBytes(1_000_000)
                .topics(List.of(FetchTopic.builder().topic("t").partitions(built).build()));
    }

    private static FetchRequest.Builder incremental(int session, int epoch) {
        return FetchRequest.builder().maxBytes(100_000).sessionId(session).sessionEpoch(epoch);
    }

    private static PartitionData only(FetchResponse response) {
        return response.responses().getFirst().partitions().getFirst();
    }

    private static List<Long> baseOffsets(PartitionData answer) {
        @Nullable Payload records = answer.records();
        List<Long> offsets = new ArrayList<>();
        if (records != null) {
            for (RecordBatch batch : RecordBatches.whole(records.toBuffer())) {
                offsets.add(batch.baseOffset());
            }
        }
        return offsets;
    }
}
