package io.zurau.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DeleteRecordsRequest;
import io.zurau.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import io.zurau.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import io.zurau.protocol.message.DeleteRecordsResponse;
import io.zurau.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// ListOffsets, DeleteRecords and OffsetForLeaderEpoch over a topic of seven records with the times
/// 1000 to 1003 and 500 to 502.
@Timeout(20)
final class OffsetsTest {
    private static final int NEWEST = 11;

    @TempDir Path directory;
    private DataFixture data;

    @BeforeEach
    void open() throws Exception {
        data = new DataFixture(directory);
        data.topic("t", 1, Map.of());
        data.ask(DataFixture.produce(-1, "t", 0, DataFixture.batch(4, 1000)), 12);
        data.ask(DataFixture.produce(-1, "t", 0, DataFixture.batch(3, 500)), 12);
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void theEndsOfALogAreFound() throws Exception {
        assertFound(-1, -1, 7);
        assertFound(-2, -1, 0);
        assertFound(-4, -1, 0);
        assertFound(-5, -1, -1);
        assertFound(-6, -1, -1);
    }

    @Test
    void recordsAreFoundByTheirTime() throws Exception {
        assertFound(-3, 1003, 3);
        assertFound(0, 1000, 0);
        assertFound(1002, 1002, 2);
        assertFound(1004, -1, -1);
    }

    private void assertFound(long asked, long timestamp, long offset) throws Exception {
        ListOffsetsPartitionResponse answer = list(asked, -1, NEWEST);
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.timestamp()).as("timestamp for %d", asked).isEqualTo(timestamp);
        assertThat(answer.offset()).as("offset for %d", asked).isEqualTo(offset);
    }

    @Test
    void specialTimesNeedAVersionThatKnowsThem() throws Exception {
        assertThat(list(-3, -1, 6).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
        assertThat(list(-6, -1, 10).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
        assertThat(list(-3, -1, 7).errorCode()).isZero();
        assertThat(list(-7, -1, NEWEST).errorCode())
                .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
    }

    @Test
    void offsetsAreToldOnlyToThoseWithTheRightEpoch() throws Exception {
        assertThat(list(-1, DataFixture.EPOCH, NEWEST).leaderEpoch()).isEqualTo(DataFixture.EPOCH);
        assertThat(list(-1, DataFixture.EPOCH - 1, NEWEST).errorCode())
                .isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.code());
    }

    @Test
    void versionsThatKnowNoEpochsAreToldNone() throws Exception {
        assertThat(list(-1, -1, 3).leaderEpoch()).isEqualTo(-1);
        assertThat(list(-1, -1, 4).leaderEpoch()).isEqualTo(DataFixture.EPOCH);
    }

    @Test
    void aPartitionThatIsAskedForTwiceIsRefused() throws Exception {
        // Given
        ListOffsetsPartition partition = ListOffsetsPartition.builder().timestamp(-1).build();

        // When
        ListOffsetsResponse answer = data.ask(request(List.of(partition, partition)), NEWEST);

        // Then
        assertThat(answer.topics().getFirst().partitions())
                .extracting(ListOffsetsPartitionResponse::errorCode)
                .containsExactly(ErrorCode.INVALID_REQUEST.code());
    }

    @Test
    void deletingRecordsMovesTheStart() throws Exception {
        assertDeleted(2, 2);
        assertDeleted(1, 2);
        assertFound(-2, -1, 2);
        assertDeleted(-1, 7);
        assertFound(-2, -1, 7);
    }

    private void assertDeleted(long offset, long lowWatermark) throws Exception {
        DeleteRecordsPartitionResult answer = delete("t", offset);
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.lowWatermark()).isEqualTo(lowWatermark);
    }

    @Test
    void whatIsNotThereOrMustStayIsNotDeleted() throws Exception {
        // Given
        data.topic("compacted", 1, Map.of("cleanup.policy", "compact"));
        data.topic("__consumer_offsets", 1, Map.of());

        // When, then
        assertThat(delete("t", 8).errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
        assertThat(delete("t", -2).errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
        assertThat(delete("nobody", 1).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(delete("compacted", 0).errorCode()).isEqualTo(ErrorCode.POLICY_VIOLATION.code());
        assertThat(delete("__consumer_offsets", 0).errorCode())
                .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void theEndOfAnEpochIsFound() throws Exception {
        assertThat(epochEnd(DataFixture.EPOCH).endOffset()).isEqualTo(7);
        assertThat(epochEnd(DataFixture.EPOCH).leaderEpoch()).isEqualTo(DataFixture.EPOCH);
        assertThat(epochEnd(DataFixture.EPOCH + 1).endOffset()).isEqualTo(-1);
    }

    private EpochEndOffset epochEnd(int epoch) throws Exception {
        OffsetForLeaderEpochResponse response =
                data.ask(
                        OffsetForLeaderEpochRequest.builder()
                                .topics(
                                        List.of(
                                                OffsetForLeaderTopic.builder()
                                                        .topic("t")
                                                        .partitions(
                                                                List.of(
                                                                        OffsetForLeaderPartition
                                                                                .builder()
                                                                                .leaderEpoch(epoch)
                                                                                .build()))
                                                        .build()))
                                .build(),
                        4);
        return response.topics().getFirst().partitions().getFirst();
    }

    private DeleteRecordsPartitionResult delete(String topic, long offset) throws Exception {
        DeleteRecordsResponse response =
                data.ask(
                        DeleteRecordsRequest.builder()
                                .topics(
                                        List.of(
                                                DeleteRecordsTopic.builder()
                                                        .name(topic)
                                                        .partitions(
                                                                List.of(
                                                                        DeleteRecordsPartition
                                                                                .builder()
                                                                                .offset(offset)
                                                                                .build()))
                                                        .build()))
                                .build(),
                        2);
        return response.topics().getFirst().partitions().getFirst();
    }

    private ListOffsetsPartitionResponse list(long timestamp, int epoch, int version)
            throws Exception {
        ListOffsetsResponse response =
                data.ask(
                        request(
                                List.of(
                                        ListOffsetsPartition.builder()
                                                .timestamp(timestamp)
                                                .currentLeaderEpoch(epoch)
                                                .build())),
                        version);
        return response.topics().getFirst().partitions().getFirst();
    }

    private static ListOffsetsRequest request(List<ListOffsetsPartition> partitions) {
        return ListOffsetsRequest.builder()
                .replicaId(-1)
                .topics(
                        List.of(
                                ListOffsetsTopic.builder()
                                        .name("t")
                                        .partitions(partitions)
                                        .build()))
                .build();
    }
}
