package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.oneBroker;
import static io.zurau.metadata.TestRecords.topic;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreatePartitionsRequest;
import io.zurau.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import io.zurau.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import io.zurau.protocol.message.CreatePartitionsResponse;
import io.zurau.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How topics get more partitions.
final class PartitionCreationTest {
    private ClusterImage image = with(oneBroker(), topic("orders", id(1), 3));

    private CreatePartitionsTopicResult add(boolean validateOnly, CreatePartitionsTopic... topics) {
        CreatePartitionsRequest request =
                CreatePartitionsRequest.builder()
                        .topics(List.of(topics))
                        .validateOnly(validateOnly)
                        .build();
        Decision<CreatePartitionsResponse> decision =
                PartitionCreation.command(request, new ControllerConfig(1, 1, true)).decide(image);
        image = decision.applied(image);
        return decision.answer().results().getFirst();
    }

    private static CreatePartitionsTopic asked(String name, int count, Integer... brokers) {
        List<CreatePartitionsAssignment> assignments =
                java.util.Arrays.stream(brokers)
                        .map(
                                b ->
                                        CreatePartitionsAssignment.builder()
                                                .brokerIds(List.of(b))
                                                .build())
                        .toList();
        return CreatePartitionsTopic.builder()
                .name(name)
                .count(count)
                .assignments(assignments.isEmpty() ? null : assignments)
                .build();
    }

    private void assertRefused(CreatePartitionsTopicResult result, ErrorCode error, String reason) {
        assertThat(ErrorCode.forCode(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).contains(reason);
        assertThat(image.topics().named("orders").orElseThrow().partitions()).hasSize(3);
    }

    @Test
    void theNewPartitionsFollowTheOldOnes() {
        // When
        CreatePartitionsTopicResult result = add(false, asked("orders", 5));

        // Then
        assertThat(result.errorCode()).isZero();
        assertThat(result.errorMessage()).isNull();
        assertThat(image.topics().named("orders").orElseThrow().partitions())
                .hasSize(5)
                .allMatch(partition -> partition.leader() == 1);
    }

    @Test
    void aTopicOnlyGrows() {
        assertRefused(
                add(false, asked("orders", 3)),
                ErrorCode.INVALID_PARTITIONS,
                "Topic already has 3 partition(s)");
        assertRefused(
                add(false, asked("orders", 2)),
                ErrorCode.INVALID_PARTITIONS,
                "2 would not be an increase");
    }

    @Test
    void unknownAndRepeatedTopicsAreRefused() {
        assertRefused(
                add(false, asked("none", 5)), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "partition");
        assertRefused(
                add(false, asked("orders", 5), asked("orders", 6)),
                ErrorCode.INVALID_REQUEST,
                "Duplicate topic name");
    }

    @Test
    void aPlacementByHandHasOneLinePerNewPartition() {
        assertRefused(
                add(false, asked("orders", 5, 1)),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "Attempted to add 2 additional partition(s), but only 1 assignment(s)");
        assertRefused(
                add(false, asked("orders", 4, 9)),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "no such broker");
        assertThat(add(false, asked("orders", 4, 1)).errorCode()).isZero();
    }

    @Test
    void validatingChangesNothing() {
        // When
        CreatePartitionsTopicResult result = add(true, asked("orders", 5));

        // Then
        assertThat(result.errorCode()).isZero();
        assertThat(image.topics().named("orders").orElseThrow().partitions()).hasSize(3);
    }
}
