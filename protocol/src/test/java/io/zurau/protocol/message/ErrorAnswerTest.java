package io.zurau.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.junit.jupiter.api.Test;

class ErrorAnswerTest {
    /// Kafka repeats the error of the top in every partition here; its clients look at the top.
    private static final Set<ApiKeys> TOP_IS_ENOUGH =
            EnumSet.of(
                    ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
                    ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS,
                    ApiKeys.ELECT_LEADERS,
                    ApiKeys.FETCH);

    /// Kafka answers once what a random request names twice.
    private static final Set<ApiKeys> DOUBLES_COUNT_ONCE =
            EnumSet.of(ApiKeys.PRODUCE, ApiKeys.WRITE_TXN_MARKERS);

    @Test
    void kafkasClientsFindTheErrorWhereKafkaPutsIt() {
        int compared = 0;
        for (ApiKeys key : ApiKeys.values()) {
            if (key.hasValidVersion()) {
                for (int version : Pairs.request(key).versions()) {
                    for (int seed = 0; seed < 10; seed++) {
                        compared += compare(key, version, seed) ? 1 : 0;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(2800);
    }

    /// False if Kafka's own class refuses the random request.
    private static boolean compare(ApiKeys key, int version, int seed) {
        // Given
        String what = key + " version " + version + " seed " + seed;
        ByteBuffer bytes = Pairs.request(key).random(version, seed);
        Optional<Map<Errors, Integer>> kafkas = kafkasErrors(key, version, bytes);
        if (kafkas.isEmpty()) {
            return false;
        }

        // When
        ApiRequest request = (ApiRequest) Pairs.request(key).weRead(bytes, version);
        ApiResponse answer = request.errorResponse(ErrorCode.INVALID_REQUEST, version);
        ByteBuffer written = Pair.weWrite(answer, version);

        // Then
        AbstractResponse read =
                AbstractResponse.parseResponse(
                        key, new ByteBufferAccessor(written), (short) version);
        if (TOP_IS_ENOUGH.contains(key)) {
            assertThat(topError(answer, version).orElse(ErrorCode.INVALID_REQUEST.code()))
                    .as(what)
                    .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        } else if (DOUBLES_COUNT_ONCE.contains(key)) {
            assertThat(read.errorCounts().keySet()).as(what).isEqualTo(kafkas.get().keySet());
        } else if (key != ApiKeys.DESCRIBE_LOG_DIRS || version >= 3) {
            assertThat(read.errorCounts()).as(what).isEqualTo(kafkas.get());
        }
        return true;
    }

    private static Optional<Map<Errors, Integer>> kafkasErrors(
            ApiKeys key, int version, ByteBuffer bytes) {
        try {
            ByteBufferAccessor in = new ByteBufferAccessor(bytes.duplicate());
            AbstractRequest request =
                    AbstractRequest.parseRequest(key, (short) version, in).request;
            AbstractResponse response = request.getErrorResponse(new InvalidRequestException("no"));
            // Null where a producer waits for no acknowledgement.
            return Optional.ofNullable(response).map(AbstractResponse::errorCounts);
        } catch (IllegalArgumentException | NullPointerException e) {
            return Optional.empty();
        }
    }

    private static Optional<Short> topError(ApiResponse answer, int version) {
        return switch (answer) {
            case AlterPartitionReassignmentsResponse response -> Optional.of(response.errorCode());
            case DescribeUserScramCredentialsResponse response -> Optional.of(response.errorCode());
            case ElectLeadersResponse response when version >= 1 ->
                    Optional.of(response.errorCode());
            case FetchResponse response when version >= 7 -> Optional.of(response.errorCode());
            default -> Optional.empty();
        };
    }

    @Test
    void olderFetchesFindTheErrorInEveryPartition() {
        // Given
        FetchRequest request =
                FetchRequest.builder().topics(List.of(topic("a", 0, 1), topic("b", 7))).build();

        // When
        FetchResponse answer =
                (FetchResponse) request.errorResponse(ErrorCode.TOPIC_AUTHORIZATION_FAILED, 4);

        // Then
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.responses())
                .extracting(FetchResponse.FetchableTopicResponse::topic)
                .containsExactly("a", "b");
        assertThat(answer.responses().getFirst().partitions())
                .allMatch(it -> it.errorCode() == 29 && it.highWatermark() == -1)
                .extracting(FetchResponse.PartitionData::partitionIndex)
                .containsExactly(0, 1);
    }

    private static FetchRequest.FetchTopic topic(String name, int... partitions) {
        return FetchRequest.FetchTopic.builder()
                .topic(name)
                .partitions(
                        Arrays.stream(partitions)
                                .mapToObj(
                                        number ->
                                                FetchRequest.FetchPartition.builder()
                                                        .partition(number)
                                                        .build())
                                .toList())
                .build();
    }

    @Test
    void theSentenceGoesWhereThereIsAPlaceForIt() {
        // Given
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(
                                List.of(
                                        CreateTopicsRequest.CreatableTopic.builder()
                                                .name("orders")
                                                .build()))
                        .build();

        // When
        CreateTopicsResponse answer =
                (CreateTopicsResponse)
                        request.errorResponse(ErrorCode.NOT_CONTROLLER, "Node 3 is.", 7);

        // Then
        assertThat(answer.topics().getFirst())
                .isEqualTo(
                        CreateTopicsResponse.CreatableTopicResult.builder()
                                .name("orders")
                                .errorCode(ErrorCode.NOT_CONTROLLER)
                                .errorMessage("Node 3 is.")
                                .build());
    }
}
