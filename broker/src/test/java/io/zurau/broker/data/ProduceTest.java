package io.zurau.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.Answer;
import io.zurau.broker.partition.Located;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceRequest.PartitionProduceData;
import io.zurau.protocol.message.ProduceRequest.TopicProduceData;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.zurau.protocol.message.RemoveTopicRecord;
import io.zurau.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class ProduceTest {
    private static final int VERSION = 12;

    @TempDir Path directory;
    private DataFixture data;
    private Uuid topicId;

    @BeforeEach
    void open() {
        data = new DataFixture(directory);
        topicId = data.topic("t", 2, Map.of());
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void recordsAreStoredWhenTheirProducerIsAnswered() throws Exception {
        // When
        PartitionProduceResponse first = produce(-1, "t", DataFixture.batch(3));
        PartitionProduceResponse second = produce(-1, "t", DataFixture.batch(2));

        // Then
        assertThat(first.errorCode()).isZero();
        assertThat(first.baseOffset()).isZero();
        assertThat(second.baseOffset()).isEqualTo(3);
        assertThat(second.logStartOffset()).isZero();
        assertThat(second.logAppendTimeMs()).isEqualTo(-1);
        assertThat(data.leader("t", 0).highWatermark()).isEqualTo(5);
        assertThat(data.leader("t", 0).log().storedEndOffset()).isEqualTo(5);
    }

    @Test
    void acksThatNobodyKnowsAreRefused() throws Exception {
        assertThat(produce(2, "t", DataFixture.batch(1)).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUIRED_ACKS.code());
    }

    @Test
    void withoutAcksThereIsNoAnswerAndTroubleClosesTheConnection() throws Exception {
        // When
        Answer fine = data.route(request(0, "t", DataFixture.batch(1)), VERSION);
        Answer trouble = data.route(request(0, "nobody", DataFixture.batch(1)), VERSION);

        // Then
        assertThat(fine).isInstanceOf(Answer.None.class);
        assertThat(trouble).isInstanceOf(Answer.Closing.class);
        assertThat(data.leader("t", 0).log().logEndOffset()).isOne();
    }

    @Test
    void eachPartitionIsAnsweredForItself() throws Exception {
        // Given
        ProduceRequest request =
                ProduceRequest.builder()
                        .acks((short) -1)
                        .timeoutMs(5000)
                        .topicData(
                                List.of(
                                        topic("t", partition(0, DataFixture.batch(1))),
                                        topic("t", partition(7, DataFixture.batch(1))),
                                        topic("nobody", partition(0, DataFixture.batch(1))),
                                        topic("t", partition(1, null))))
                        .build();

        // When
        ProduceResponse response = data.ask(request, VERSION);

        // Then
        assertThat(response.responses())
                .extracting(topic -> topic.partitionResponses().getFirst().errorCode())
                .containsExactly(
                        ErrorCode.NONE.code(),
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
                        ErrorCode.INVALID_RECORD.code());
    }

    @Test
    void topicsMayBeNamedByTheirIds() throws Exception {
        // Given
        ProduceRequest known = byId(topicId);
        ProduceRequest unknown = byId(new Uuid(1, 2));

        // When, then
        assertThat(only(data.ask(known, 13)).errorCode()).isZero();
        assertThat(only(data.ask(unknown, 13)).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    private static ProduceRequest byId(Uuid id) {
        return ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(5000)
                .topicData(
                        List.of(
                                TopicProduceData.builder()
                                        .topicId(id)
                                        .partitionData(List.of(partition(0, DataFixture.batch(1))))
                                        .build()))
                .build();
    }

    @Test
    void badBatchesAreRefusedAndNotStored() throws Exception {
        ByteBuffer good = DataFixture.batch(2).toBuffer();
        ByteBuffer twoBatches =
                ByteBuffer.allocate(2 * good.remaining())
                        .put(good.duplicate())
                        .put(good.duplicate());
        ByteBuffer oldMagic = copy(good).put(16, (byte) 1);
        ByteBuffer badCrc = copy(good);
        badCrc.put(badCrc.limit() - 1, (byte) ~badCrc.get(badCrc.limit() - 1));
        ByteBuffer cut = copy(good).slice(0, good.remaining() - 3);
        ByteBuffer shortLength = copy(good).putInt(8, 3);

        assertRefused(Payload.of(twoBatches.flip()), ErrorCode.INVALID_RECORD);
        assertRefused(Payload.of(oldMagic), ErrorCode.INVALID_RECORD);
        assertRefused(Payload.of(badCrc), ErrorCode.CORRUPT_MESSAGE);
        assertRefused(Payload.of(cut), ErrorCode.INVALID_RECORD);
        assertRefused(Payload.of(shortLength), ErrorCode.CORRUPT_MESSAGE);
        assertRefused(Payload.EMPTY, ErrorCode.INVALID_RECORD);
        assertRefused(transactional(), ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        assertThat(data.leader("t", 0).log().logEndOffset()).isZero();
    }

    private void assertRefused(Payload records, ErrorCode code) throws InterruptedException {
        PartitionProduceResponse answer = produce(-1, "t", records);
        assertThat(answer.errorCode()).isEqualTo(code.code());
        assertThat(answer.baseOffset()).isEqualTo(-1);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private static Payload transactional() {
        return oneRecord(new RecordBatchBuilder(100).producer(7, (short) 0, 0).transactional(true));
    }

    private static Payload idempotent(long producerId, int sequence) {
        return oneRecord(new RecordBatchBuilder(100).producer(producerId, (short) 0, sequence));
    }

    private static Payload oneRecord(RecordBatchBuilder builder) {
        try (Compressors compressors = new Compressors()) {
            builder.append(1, null, DataFixture.bytes("v"), List.of());
            return Payload.of(copy(builder.build(compressors)));
        }
    }

    @Test
    void aRecordWithoutTheKeyThatCompactionNeedsIsNamed() throws Exception {
        // Given
        data.topic("compacted", 1, Map.of("cleanup.policy", "compact"));

        // When
        PartitionProduceResponse answer = produce(-1, "compacted", DataFixture.batch(2));

        // Then
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_RECORD.code());
        assertThat(answer.recordErrors().getFirst().batchIndex()).isZero();
        assertThat(answer.errorMessage()).isNotEmpty();
        assertThat(answer.logStartOffset()).isZero();
    }

    @Test
    void zstdNeedsAVersionThatKnowsIt() throws Exception {
        // Given
        Payload batch = oneRecord(new RecordBatchBuilder(100).compression(Compression.ZSTD));

        // When, then
        assertThat(only(data.ask(request(-1, "t", batch), 6)).errorCode())
                .isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE.code());
        assertThat(only(data.ask(request(-1, "t", batch), 7)).errorCode()).isZero();
    }

    @Test
    void nobodyWritesToInternalTopics() throws Exception {
        // Given
        data.topic("__consumer_offsets", 1, Map.of());

        // When, then
        assertThat(produce(-1, "__consumer_offsets", DataFixture.batch(1)).errorCode())
                .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void theAppendTimeIsToldWhereTheTopicAsksForIt() throws Exception {
        // Given
        data.topic("stamped", 1, Map.of("message.timestamp.type", "LogAppendTime"));

        // When
        PartitionProduceResponse answer = produce(-1, "stamped", DataFixture.batch(1));

        // Then
        assertThat(answer.logAppendTimeMs())
                .isCloseTo(
                        System.currentTimeMillis(), org.assertj.core.data.Offset.offset(10_000L));
    }

    @Test
    void moreReplicasThanThereAreCannotBeAskedFor() throws Exception {
        // Given
        data.topic("careful", 1, Map.of("min.insync.replicas", "2"));

        // When, then
        assertThat(produce(-1, "careful", DataFixture.batch(1)).errorCode()).isZero();
    }

    @Test
    void aTopicThatIsGoneTakesNothing() throws Exception {
        // When
        data.apply(List.of(RemoveTopicRecord.builder().topicId(topicId).build()));

        // Then
        assertThat(produce(-1, "t", DataFixture.batch(1)).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        Uuid again = data.topic("t", 1, Map.of());
        assertThat(again).isNotEqualTo(topicId);
        assertThat(produce(-1, "t", DataFixture.batch(1)).baseOffset()).isZero();
    }

    @Test
    void aProducerThatKnowsALeaderBeforeItselfDoesIsNotRefused() throws Exception {
        // Given
        Uuid id = data.replicated("moving", 2, List.of(2, 1));
        CompletableFuture<Answer> sent = new CompletableFuture<>();

        // When: its request is here before the news
        Thread producer =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                sent.complete(
                                        data.route(
                                                request(1, "moving", DataFixture.batch(1)),
                                                VERSION));
                            } catch (InterruptedException e) {
                                sent.completeExceptionally(e);
                            }
                        });
        while (producer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        data.lead(id);

        // Then
        assertThat(sent.get()).isNotNull();
        assertThat(data.leader("moving", 0).log().logEndOffset()).isOne();
    }

    @Test
    void whoHasLedRefusesAtOnce() throws Exception {
        // Given
        Uuid id = data.replicated("moved", DataFixture.NODE, List.of(1, 2));
        data.lead(id, 2);

        // When, then
        assertThat(data.partitions.find("moved", 0))
                .isEqualTo(new Located.NotHere(ErrorCode.NOT_LEADER_OR_FOLLOWER, false));
    }

    @Test
    void aProducersSecondBatchDoesNotOvertakeItsRefusedFirst() throws Exception {
        // Given: the first one comes before this node leads the topic, the second one after
        Uuid id = data.replicated("new", 2, List.of(2, 1));
        ProduceRequest first = request(1, "new", idempotent(7, 0));
        ProduceRequest second = request(1, "new", idempotent(7, 1));
        int tooEarly = only(data.ask(first, VERSION)).errorCode();
        data.lead(id);

        // When
        int overtaking = only(data.ask(second, VERSION)).errorCode();
        PartitionProduceResponse again = only(data.ask(first, VERSION));
        PartitionProduceResponse following = only(data.ask(second, VERSION));
        int otherProducer =
                only(data.ask(request(1, "new", idempotent(8, 9)), VERSION)).errorCode();

        // Then
        assertThat(tooEarly).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(overtaking).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(again.baseOffset()).isZero();
        assertThat(following.baseOffset()).isOne();
        assertThat(otherProducer).isZero();
    }

    @Test
    void whatWasRefusedHereAndTakenElsewhereHoldsNothingUp() throws Exception {
        // Given: the first batch went to another leader in the end, whose log came here
        Uuid id = data.replicated("back", 2, List.of(2, 1));
        data.ask(request(1, "back", idempotent(7, 0)), VERSION);
        data.follower("back").append(DataFixture.EPOCH, idempotent(7, 0).toBuffer(), 0, 1);
        data.lead(id);

        // When, then
        assertThat(only(data.ask(request(1, "back", idempotent(7, 1)), VERSION)).errorCode())
                .isZero();
    }

    private PartitionProduceResponse produce(int acks, String topic, Payload records)
            throws InterruptedException {
        return only(data.ask(request(acks, topic, records), VERSION));
    }

    private static ProduceRequest request(int acks, String topic, Payload records) {
        return DataFixture.produce(acks, topic, 0, records);
    }

    private static PartitionProduceResponse only(ProduceResponse response) {
        return response.responses().getFirst().partitionResponses().getFirst();
    }

    private static TopicProduceData topic(String name, PartitionProduceData partition) {
        return TopicProduceData.builder().name(name).partitionData(List.of(partition)).build();
    }

    private static PartitionProduceData partition(
            int index, @org.jspecify.annotations.Nullable Payload records) {
        return PartitionProduceData.builder().index(index).records(records).build();
    }
}
