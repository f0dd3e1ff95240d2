package io.zurau.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.partition.Acks;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.PendingAck;
import io.zurau.broker.partition.TransactionMarker;
import io.zurau.log.AppendOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.zurau.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Records of transactions, and the markers that end these, in one partition.
@Timeout(20)
final class TransactionalProduceTest {
    private static final int VERIFYING = 11;
    private static final int ADDING = 12;
    private static final long PRODUCER = 7;

    @TempDir Path directory;
    private DataFixture data;
    private PartitionLeader leader;

    @BeforeEach
    void open() {
        data = new DataFixture(directory);
        data.topic("t", 1, Map.of());
        leader = data.leader("t", 0);
    }

    @AfterEach
    void close() {
        data.close();
    }

    private ErrorCode produce(int version, int epoch, int sequence) throws InterruptedException {
        ProduceRequest request =
                DataFixture.produce(-1, "t", 0, Payload.of(batch(epoch, sequence))).toBuilder()
                        .transactionalId("id")
                        .build();
        PartitionProduceResponse answer =
                data.ask(request, version).responses().getFirst().partitionResponses().getFirst();
        return ErrorCode.forCode(answer.errorCode());
    }

    private static ByteBuffer batch(int epoch, int sequence) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(100)
                        .producer(PRODUCER, (short) epoch, sequence)
                        .transactional(true);
        builder.append(1, null, DataFixture.bytes("v"), List.of());
        try (Compressors compressors = new Compressors()) {
            ByteBuffer built = builder.build(compressors);
            return ByteBuffer.allocate(built.remaining()).put(built).flip();
        }
    }

    private ErrorCode end(int epoch, int coordinatorEpoch, boolean bumped) {
        return end(epoch, coordinatorEpoch, bumped, -1, -1);
    }

    private ErrorCode end(
            int epoch, int coordinatorEpoch, boolean bumped, long transaction, int leaderEpoch) {
        return code(
                leader.transactions()
                        .end(
                                new TransactionMarker(
                                        PRODUCER,
                                        (short) epoch,
                                        coordinatorEpoch,
                                        true,
                                        bumped,
                                        transaction,
                                        leaderEpoch)));
    }

    private static ErrorCode code(PendingAck ack) {
        return switch (ack.outcome()) {
            case AppendOutcome.Appended _ -> ErrorCode.NONE;
            case AppendOutcome.Refused refused -> refused.code();
        };
    }

    @Test
    void theFirstRecordsAreTakenOnceTheCoordinatorKnowsOfThem() throws Exception {
        // When
        ErrorCode first = produce(ADDING, 0, 0);
        data.answers = _ -> ErrorCode.TRANSACTION_ABORTABLE; // Not asked any more.
        ErrorCode second = produce(ADDING, 0, 1);

        // Then
        assertThat(first).isEqualTo(ErrorCode.NONE);
        assertThat(second).isEqualTo(ErrorCode.NONE);
        assertThat(leader.lastStableOffset()).isZero();
    }

    @Test
    void whatTheCoordinatorSaysIsToldInWordsOfTheVersion() throws Exception {
        Map<ErrorCode, ErrorCode> old =
                Map.of(
                        ErrorCode.TRANSACTION_ABORTABLE, ErrorCode.INVALID_TXN_STATE,
                        ErrorCode.PRODUCER_FENCED, ErrorCode.INVALID_PRODUCER_EPOCH,
                        ErrorCode.CONCURRENT_TRANSACTIONS, ErrorCode.NOT_ENOUGH_REPLICAS,
                        ErrorCode.NOT_COORDINATOR, ErrorCode.NOT_ENOUGH_REPLICAS,
                        ErrorCode.INVALID_PRODUCER_ID_MAPPING,
                                ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        for (Map.Entry<ErrorCode, ErrorCode> words : old.entrySet()) {
            data.answers = _ -> words.getKey();
            assertThat(produce(VERIFYING - 1, 0, 0)).isEqualTo(words.getValue());
        }
        data.answers = _ -> ErrorCode.TRANSACTION_ABORTABLE;
        assertThat(produce(VERIFYING, 0, 0)).isEqualTo(ErrorCode.TRANSACTION_ABORTABLE);
        assertThat(leader.log().logEndOffset()).isZero();
    }

    @Test
    void anEndInBetweenMakesAPermissionVoid() {
        // Given
        Object early = leader.transactions().request(PRODUCER, (short) 0, false).orElseThrow();

        // When
        ErrorCode ended = end(0, 3, false);
        ErrorCode late = code(leader.transactions().append(batch(0, 0), Acks.ALL, early));
        Object fresh = leader.transactions().request(PRODUCER, (short) 0, false).orElseThrow();
        ErrorCode inTime = code(leader.transactions().append(batch(0, 0), Acks.ALL, fresh));

        // Then
        assertThat(ended).isEqualTo(ErrorCode.NONE);
        assertThat(late).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(inTime).isEqualTo(ErrorCode.NONE);
    }

    /// Its client hears of the end, and begins the next transaction, before this partition does.
    @Test
    void anEndKeepsAPermissionOfTheNextEpoch() throws Exception {
        // Given
        produce(ADDING, 0, 0);
        Object next = leader.transactions().request(PRODUCER, (short) 1, true).orElseThrow();

        // When
        ErrorCode ended = end(1, 3, true);
        ErrorCode begun = code(leader.transactions().append(batch(1, 0), Acks.ALL, next));
        ErrorCode endedToo = end(2, 3, true);
        ErrorCode late = code(leader.transactions().append(batch(1, 1), Acks.ALL, next));

        // Then
        assertThat(ended).isEqualTo(ErrorCode.NONE);
        assertThat(begun).isEqualTo(ErrorCode.NONE);
        assertThat(endedToo).isEqualTo(ErrorCode.NONE);
        assertThat(late).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    }

    @Test
    void anEndOfAnEarlierTransactionDoesNotEndTheNextOne() throws Exception {
        // Given
        produce(ADDING, 0, 0);
        end(1, 3, true);
        produce(ADDING, 1, 0);

        // When
        ErrorCode again = end(1, 3, true);
        ErrorCode ownEnd = end(2, 3, true);
        ErrorCode twice = end(2, 3, true);

        // Then
        assertThat(again).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(ownEnd).isEqualTo(ErrorCode.NONE);
        assertThat(twice).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anEndThatWasDelayedDoesNotEndTheNextTransactionOfAnOldClient() throws Exception {
        // Given
        int epoch = leader.leaderEpoch();
        produce(VERIFYING, 0, 0);
        end(0, 3, false, 100, epoch);
        ErrorCode twice = end(0, 3, false, 100, epoch);
        produce(VERIFYING, 0, 1);

        // When
        ErrorCode delayed = end(0, 3, false, 100, epoch);
        ErrorCode forAnotherLeader = end(0, 3, false, 101, epoch - 1);
        ErrorCode ownEnd = end(0, 3, false, 101, epoch);

        // Then
        assertThat(twice).isEqualTo(ErrorCode.NONE);
        assertThat(delayed).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(forAnotherLeader).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(ownEnd).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anOlderCoordinatorIsFenced() throws Exception {
        // Given
        produce(ADDING, 0, 0);
        end(0, 3, false);
        produce(ADDING, 0, 1);

        // When, then
        assertThat(end(0, 2, false)).isEqualTo(ErrorCode.TRANSACTION_COORDINATOR_FENCED);
        assertThat(end(0, 4, false)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anOldProducerIsFenced() throws Exception {
        // Given
        produce(ADDING, 3, 0);

        // When, then
        assertThat(produce(ADDING, 2, 0)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(end(2, 3, false)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    }

    @Test
    void withAnEpochPerTransactionTheFirstRecordHasTheFirstNumber() throws Exception {
        assertThat(produce(ADDING, 0, 5)).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(produce(VERIFYING, 0, 5)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aBatchOutsideTheOpenTransactionIsRefused() throws Exception {
        // Given
        produce(ADDING, 0, 0);
        ByteBuffer outside;
        RecordBatchBuilder builder =
                new RecordBatchBuilder(100).producer(PRODUCER, (short) 0, 1).transactional(false);
        builder.append(1, null, DataFixture.bytes("v"), List.of());
        try (Compressors compressors = new Compressors()) {
            outside = builder.build(compressors);
        }

        // When
        var answer =
                data.ask(DataFixture.produce(-1, "t", 0, Payload.of(outside)), ADDING)
                        .responses()
                        .getFirst()
                        .partitionResponses()
                        .getFirst();

        // Then
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_TXN_STATE.code());
    }
}
