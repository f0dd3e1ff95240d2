package io.zurau.broker.admin;

import static io.zurau.broker.admin.AdminFixture.ask;
import static io.zurau.broker.admin.AdminFixture.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import io.zurau.metadata.log.QuorumState.Member;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.DescribeQuorumRequest;
import io.zurau.protocol.message.DescribeQuorumRequest.PartitionData;
import io.zurau.protocol.message.DescribeQuorumRequest.TopicData;
import io.zurau.protocol.message.DescribeQuorumResponse;
import io.zurau.protocol.message.DescribeQuorumResponse.ReplicaState;
import io.zurau.protocol.message.MetadataRecord;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What clients are told about the quorum.
final class DescribeQuorumHandlerTest {
    private static final QuorumState QUORUM =
            new QuorumState(
                    new Leadership(2, 7),
                    100,
                    List.of(
                            new Member(1, new Uuid(5, 1), "one", 9093, 90, 1000, 1001),
                            new Member(2, new Uuid(5, 2), "two", 9093, 100, -1, 1002)),
                    List.of(new Member(3, Uuid.ZERO, "", 0, -1, -1, -1)));

    /// A log of which only the quorum is asked.
    private static final class QuorumOnly implements MetadataLog {
        @Override
        public long endOffset() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void subscribe(Consumer<ClusterImage> subscriber) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void subscribeLeadership(Consumer<Leadership> subscriber) {
            throw new UnsupportedOperationException();
        }

        @Override
        public QuorumState quorum() {
            return QUORUM;
        }

        @Override
        public void close() {}
    }

    private static DescribeQuorumResponse describe(String topic, int version)
            throws InterruptedException {
        DescribeQuorumRequest request =
                DescribeQuorumRequest.builder()
                        .topics(
                                List.of(
                                        TopicData.builder()
                                                .topicName(topic)
                                                .partitions(
                                                        List.of(
                                                                PartitionData.builder()
                                                                        .partitionIndex(0)
                                                                        .build()))
                                                .build()))
                        .build();
        return ask(
                new DescribeQuorumHandler(new QuorumOnly()),
                request,
                version,
                DescribeQuorumResponse::read);
    }

    @Test
    void everyVersionTellsWhoLeadsAndHowFarEachIs() throws InterruptedException {
        for (int version = 0; version <= 2; version++) {
            // When
            DescribeQuorumResponse response = describe("__cluster_metadata", version);

            // Then
            DescribeQuorumResponse.PartitionData partition =
                    response.topics().getFirst().partitions().getFirst();
            assertThat(response.errorCode()).isZero();
            assertThat(partition.errorCode()).isZero();
            assertThat(partition.leaderId()).isEqualTo(2);
            assertThat(partition.leaderEpoch()).isEqualTo(7);
            assertThat(partition.highWatermark()).isEqualTo(100);
            assertThat(partition.currentVoters())
                    .extracting(ReplicaState::replicaId)
                    .containsExactly(1, 2);
            assertThat(partition.currentVoters().getFirst().lastFetchTimestamp())
                    .isEqualTo(version == 0 ? -1 : 1000);
            assertThat(partition.observers())
                    .extracting(ReplicaState::logEndOffset)
                    .containsExactly(-1L);
            assertThat(response.nodes()).hasSize(version < 2 ? 0 : 2);
        }
    }

    @Test
    void aNewClientLearnsWhereTheQuorumListens() throws InterruptedException {
        // When
        DescribeQuorumResponse response = describe("__cluster_metadata", 2);

        // Then
        assertThat(response.nodes().getFirst().listeners())
                .singleElement()
                .satisfies(
                        listener -> {
                            assertThat(listener.host()).isEqualTo("one");
                            assertThat(listener.port()).isEqualTo(9093);
                        });
        assertThat(
                        response.topics()
                                .getFirst()
                                .partitions()
                                .getFirst()
                                .currentVoters()
                                .getFirst()
                                .replicaDirectoryId())
                .isEqualTo(new Uuid(5, 1));
    }

    @Test
    void noOtherTopicHasAQuorum() throws InterruptedException {
        for (int version = 0; version <= 2; version++) {
            assertThat(
                            error(
                                    describe("orders", version)
                                            .topics()
                                            .getFirst()
                                            .partitions()
                                            .getFirst()
                                            .errorCode()))
                    .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
    }
}
