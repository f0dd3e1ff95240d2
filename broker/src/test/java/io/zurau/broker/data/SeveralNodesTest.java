package io.zurau.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FenceBrokerRecord;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ReplicaState;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What clients and followers get where several nodes have replicas: KIP-951, KIP-392, KIP-73. This
/// is node 1; nodes 2 and 3 stand in another rack.
@Timeout(20)
final class SeveralNodesTest {
    private static final int FOR_EVER_MS = 600_000;
    private static final int NAMED = 12;

    @TempDir Path directory;
    private DataFixture data;
    private Uuid ledId;
    private Uuid followedId;

    @BeforeEach
    void open() {
        data = new DataFixture(directory);
        data.broker(1, "here");
        data.broker(2, "there");
        data.broker(3, "there");
        ledId = data.replicated("led", 1, List.of(1, 2, 3));
        followedId = data.replicated("followed", 2, List.of(2, 1));
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void aProducerIsToldWhoLeads() throws Exception {
        // When
        ProduceResponse answer =
                data.ask(DataFixture.produce(1, "followed", 0, DataFixture.batch(1)), 10);

        // Then
        var partition = answer.responses().getFirst().partitionResponses().getFirst();
        assertThat(partition.errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(partition.currentLeader().leaderId()).isEqualTo(2);
        assertThat(partition.currentLeader().leaderEpoch()).isEqualTo(DataFixture.EPOCH);
        assertThat(answer.nodeEndpoints())
                .singleElement()
                .satisfies(
                        node -> {
                            assertThat(node.nodeId()).isEqualTo(2);
                            assertThat(node.host()).isEqualTo("host");
                            assertThat(node.port()).isEqualTo(2);
                            assertThat(node.rack()).isEqualTo("there");
                        });
    }

    @Test
    void whoCannotBeReachedIsNamedWithoutAnAddress() throws Exception {
        // Given
        data.apply(List.of(FenceBrokerRecord.builder().id(2).epoch(2).build()));

        // When
        ProduceResponse answer =
                data.ask(DataFixture.produce(1, "followed", 0, DataFixture.batch(1)), 12);

        // Then
        assertThat(
                        answer.responses()
                                .getFirst()
                                .partitionResponses()
                                .getFirst()
                                .currentLeader()
                                .leaderId())
                .isEqualTo(2);
        assertThat(answer.nodeEndpoints()).isEmpty();
    }

    /// A leader that is cut off from the metadata asks so whether it was replaced.
    @Test
    void aFollowerTellsWhichLeaderEpochsAreOver() throws Exception {
        assertThat(epochAsked(DataFixture.EPOCH - 1)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(epochAsked(DataFixture.EPOCH)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(epochAsked(DataFixture.EPOCH + 1)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
        assertThat(epochAsked(-1)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    private ErrorCode epochAsked(int currentLeaderEpoch) throws Exception {
        OffsetForLeaderEpochResponse answer =
                data.ask(
                        OffsetForLeaderEpochRequest.builder()
                                .topics(
                                        List.of(
                                                OffsetForLeaderTopic.builder()
                                                        .topic("followed")
                                                        .partitions(
                                                                List.of(
                                                                        OffsetForLeaderPartition
                                                                                .builder()
                                                                                .partition(0)
                                                                                .currentLeaderEpoch(
                                                                                        currentLeaderEpoch)
                                                                                .build()))
                                                        .build()))
                                .build(),
                        4);
        return ErrorCode.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    @Test
    void aConsumerWithAnOldEpochIsToldWhoLeads() throws Exception {
        // When
        FetchResponse old = fetch(followedId, at(0).currentLeaderEpoch(DataFixture.EPOCH - 1), 16);
        FetchResponse before =
                fetch(followedId, at(0).currentLeaderEpoch(DataFixture.EPOCH - 1), 15);

        // Then
        assertThat(only(old).errorCode()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.code());
        assertThat(only(old).currentLeader().leaderId()).isEqualTo(2);
        assertThat(old.nodeEndpoints()).hasSize(1);
        assertThat(only(before).currentLeader().leaderId()).isEqualTo(-1);
        assertThat(before.nodeEndpoints()).isEmpty();
    }

    @Test
    void errorsThatAreNotAboutLeadersNameNone() throws Exception {
        // When
        FetchResponse answer = fetch(followedId, at(7).currentLeaderEpoch(DataFixture.EPOCH), 16);

        // Then
        assertThat(only(answer).errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
        assertThat(only(answer).currentLeader().leaderId()).isEqualTo(-1);
    }

    @Test
    void aConsumerIsSentToAFollowerInItsRackThatHasWhatItWants() throws Exception {
        // Given
        produce(3);
        followerFetches(2, 0);
        followerFetches(3, 2);

        // Then
        assertThat(preferred("there", 0)).isEqualTo(3);
        assertThat(preferred("there", 2)).isEqualTo(3);
        assertThat(preferred("there", 3)).isEqualTo(-1);
        assertThat(preferred("here", 0)).isEqualTo(-1);
        assertThat(preferred("nowhere", 0)).isEqualTo(-1);
        assertThat(preferred("", 0)).isEqualTo(-1);

        // When
        data.apply(List.of(FenceBrokerRecord.builder().id(3).epoch(3).build()));

        // Then
        assertThat(preferred("there", 0)).isEqualTo(2);
    }

    @Test
    void aFollowerServesWhatIsBelowItsHighWatermark() throws Exception {
        // Given
        follow(3, 2);
        follow(1, 3);

        // Then
        assertThat(only(consume(0)).highWatermark()).isEqualTo(3);
        assertThat(bytes(consume(0))).isPositive();
        assertThat(bytes(consume(3))).isZero();
        assertThat(only(consume(4)).errorCode()).isZero();
        assertThat(bytes(consume(4))).isZero();
        FetchPartition.Builder behind = at(5).currentLeaderEpoch(DataFixture.EPOCH);
        assertThat(only(data.ask(named(0, behind).build(), 11)).errorCode())
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
    }

    @Test
    void whoMayMeanTheLeaderIsNotToldTheFollowersEnd() throws Exception {
        // Given
        follow(1, 1);

        // Then: no epoch, so perhaps by old metadata
        assertThat(only(consume(2)).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void clientsThatDoNotKnowOfFollowersAreNotServedByThem() throws Exception {
        // Given
        follow(1, 1);

        // Then
        assertThat(only(data.ask(named(0, at(0)).build(), 10)).errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void aConsumerThatWaitsAtAFollowerIsWokenByItsHighWatermark() throws Exception {
        // Given
        follow(1, 0);
        CompletableFuture<FetchResponse> waiting = inBackground(named(FOR_EVER_MS, at(0)).build());

        // When
        data.follower("followed").append(DataFixture.EPOCH, ByteBuffer.allocate(0), 0, 1);

        // Then
        assertThat(bytes(waiting.get())).isPositive();
    }

    @Test
    void aConsumerThatWaitsAtAFollowerIsAnsweredWhenThatBecomesTheLeader() throws Exception {
        // Given
        CompletableFuture<FetchResponse> waiting = inBackground(named(FOR_EVER_MS, at(0)).build());

        // When
        data.apply(
                List.of(
                        PartitionChangeRecord.builder()
                                .topicId(followedId)
                                .partitionId(0)
                                .leader(DataFixture.NODE)
                                .build()));

        // Then
        assertThat(waiting.get().errorCode()).isZero();
        assertThat(bytes(consume(0))).isZero();
    }

    @Test
    void aFollowerIsToldAHigherHighWatermarkAtOnce() throws Exception {
        // Given: one that has all records, but not the newest high watermark
        produce(1);
        followerFetches(3, 1);
        int session = followerFetches(2, 1).sessionId();
        FetchRequest next =
                follower(2)
                        .maxWaitMs(FOR_EVER_MS)
                        .sessionId(session)
                        .sessionEpoch(1)
                        .topics(List.of())
                        .build();
        produce(1);
        FetchResponse records = data.ask(next, NAMED);
        CompletableFuture<FetchResponse> waiting =
                inBackground(
                        next.toBuilder()
                                .sessionEpoch(2)
                                .topics(List.of(topic("led", at(2))))
                                .build());

        // When
        followerFetches(3, 2);

        // Then
        assertThat(bytes(records)).isPositive();
        assertThat(only(waiting.get()).highWatermark()).isEqualTo(2);
    }

    @Test
    void aThrottledFollowerThatIsOutOfSyncGetsNothingOnceTheQuotaIsUsedUp() throws Exception {
        // Given: node 3 is out of sync, and nothing is allowed
        produce(3);
        data.set(ConfigResource.broker(DataFixture.NODE), "leader.replication.throttled.rate", "0");
        data.apply(
                List.of(
                        PartitionChangeRecord.builder()
                                .topicId(ledId)
                                .partitionId(0)
                                .isr(List.of(1, 2))
                                .build()));
        assertThat(bytes(followerFetches(3, 0))).isPositive();

        // When
        data.set(ConfigResource.topic("led"), "leader.replication.throttled.replicas", "0:1");

        // Then
        assertThat(bytes(followerFetches(3, 0))).isZero();
        assertThat(only(followerFetches(3, 0)).errorCode()).isZero();
        assertThat(bytes(followerFetches(2, 0))).isPositive();

        // When
        data.set(ConfigResource.topic("led"), "leader.replication.throttled.replicas", "0:2,1:1");

        // Then
        assertThat(bytes(followerFetches(3, 0))).isPositive();
    }

    @Test
    void aThrottledFollowerDoesNotFetchWhileItIsOutOfSyncAndTheQuotaIsUsedUp() {
        // Given
        data.set(
                ConfigResource.broker(DataFixture.NODE),
                "follower.replication.throttled.rate",
                "0");
        data.set(ConfigResource.topic("followed"), "follower.replication.throttled.replicas", "*");
        assertThat(data.follower("followed").isHeldBack()).isFalse();

        // When
        data.apply(
                List.of(
                        PartitionChangeRecord.builder()
                                .topicId(followedId)
                                .partitionId(0)
                                .isr(List.of(2))
                                .build()));

        // Then
        assertThat(data.follower("followed").isHeldBack()).isTrue();
    }

    private void produce(int records) throws InterruptedException {
        data.ask(DataFixture.produce(1, "led", 0, DataFixture.batch(records)), NAMED);
    }

    private FetchResponse followerFetches(int node, long offset) throws InterruptedException {
        return data.ask(follower(node).topics(List.of(topic("led", at(offset)))).build(), NAMED);
    }

    private static FetchRequest.Builder follower(int node) {
        return FetchRequest.builder().replicaId(node).sessionEpoch(0).minBytes(1).maxBytes(100_000);
    }

    /// The follower here appends, and hears of a high watermark.
    private void follow(int records, long highWatermark) {
        ByteBuffer batch = DataFixture.batch(records).toBuffer();
        long end = data.follower("followed").log().logEndOffset();
        batch.putLong(0, end);
        data.follower("followed").append(DataFixture.EPOCH, batch, 0, highWatermark);
    }

    private int preferred(String rack, long offset) throws InterruptedException {
        FetchRequest request =
                named(0, at(0)).rackId(rack).topics(List.of(topic("led", at(offset)))).build();
        PartitionData answer = only(data.ask(request, NAMED));
        assertThat(answer.errorCode()).isZero();
        return answer.preferredReadReplica();
    }

    private FetchResponse consume(long offset) throws InterruptedException {
        return data.ask(named(0, at(offset)).build(), 11);
    }

    private FetchResponse fetch(Uuid topicId, FetchPartition.Builder partition, int version)
            throws InterruptedException {
        FetchTopic topic =
                FetchTopic.builder()
                        .topicId(topicId)
                        .partitions(List.of(partition.build()))
                        .build();
        return data.ask(named(0, partition).topics(List.of(topic)).build(), version);
    }

    private static FetchRequest.Builder named(int maxWaitMs, FetchPartition.Builder partition) {
        return FetchRequest.builder()
                .replicaState(ReplicaState.builder().build())
                .maxWaitMs(maxWaitMs)
                .minBytes(1)
                .maxBytes(100_000)
                .topics(List.of(topic("followed", partition)));
    }

    private static FetchTopic topic(String name, FetchPartition.Builder partition) {
        return FetchTopic.builder().topic(name).partitions(List.of(partition.build())).build();
    }

    private static FetchPartition.Builder at(long offset) {
        return FetchPartition.builder()
                .fetchOffset(offset)
                .logStartOffset(0)
                .partitionMaxBytes(100_000);
    }

    private CompletableFuture<FetchResponse> inBackground(FetchRequest request) {
        CompletableFuture<FetchResponse> answer = new CompletableFuture<>();
        Thread waiting =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        answer.complete(data.ask(request, NAMED));
                                    } catch (InterruptedException | RuntimeException e) {
                                        answer.completeExceptionally(e);
                                    }
                                });
        while (waiting.getState() != Thread.State.TIMED_WAITING && !answer.isDone()) {
            Thread.onSpinWait();
        }
        assertThat(answer).isNotDone();
        return answer;
    }

    private static PartitionData only(FetchResponse response) {
        return response.responses().getFirst().partitions().getFirst();
    }

    private static int bytes(FetchResponse response) {
        Payload records = only(response).records();
        return records == null ? 0 : records.sizeInBytes();
    }
}
