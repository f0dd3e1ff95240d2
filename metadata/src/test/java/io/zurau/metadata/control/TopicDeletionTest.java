package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.oneBroker;
import static io.zurau.metadata.TestRecords.topic;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import io.zurau.protocol.message.DeleteTopicsResponse;
import io.zurau.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which topics are deleted, and what is said about those that are not.
final class TopicDeletionTest {
    private ClusterImage image =
            with(with(oneBroker(), topic("orders", id(1), 2)), topic("other", id(2), 1));

    private List<DeletableTopicResult> delete(DeleteTopicState... topics) {
        return delete(DeleteTopicsRequest.builder().topics(List.of(topics)).build());
    }

    private List<DeletableTopicResult> delete(DeleteTopicsRequest request) {
        Decision<DeleteTopicsResponse> decision = TopicDeletion.command(request).decide(image);
        image = decision.applied(image);
        return decision.answer().responses();
    }

    private static DeleteTopicState asked(@Nullable String name, Uuid id) {
        return DeleteTopicState.builder().name(name).topicId(id).build();
    }

    private static void assertRefused(DeletableTopicResult result, ErrorCode error) {
        assertThat(ErrorCode.forCode(result.errorCode())).isEqualTo(error);
    }

    @Test
    void aTopicIsDeletedByNameOrIdWithItsSettings() {
        // Given
        image = with(image, List.of(ConfigResource.topic("orders").record("retention.ms", "1")));

        // When
        List<DeletableTopicResult> results = delete(asked("orders", Uuid.ZERO), asked(null, id(2)));

        // Then
        assertThat(results)
                .extracting(
                        DeletableTopicResult::name,
                        DeletableTopicResult::topicId,
                        DeletableTopicResult::errorCode)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("orders", id(1), (short) 0),
                        org.assertj.core.groups.Tuple.tuple("other", id(2), (short) 0));
        assertThat(image.topics().all()).isEmpty();
        assertThat(image.configs().resources()).isEmpty();
    }

    @Test
    void oldVersionsListNames() {
        // When
        List<DeletableTopicResult> results =
                delete(DeleteTopicsRequest.builder().topicNames(List.of("orders", "none")).build());

        // Then
        assertThat(results).hasSize(2);
        assertRefused(results.get(0), ErrorCode.NONE);
        assertRefused(results.get(1), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void whatIsNotThereOrNotNamedOnceIsRefused() {
        // When
        List<DeletableTopicResult> results =
                delete(
                        asked("none", Uuid.ZERO),
                        asked(null, id(9)),
                        asked(null, Uuid.ZERO),
                        asked("other", id(2)));

        // Then
        assertRefused(results.get(0), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertRefused(results.get(1), ErrorCode.UNKNOWN_TOPIC_ID);
        assertRefused(results.get(2), ErrorCode.INVALID_REQUEST);
        assertRefused(results.get(3), ErrorCode.INVALID_REQUEST);
        assertThat(image.topics().byName()).containsKeys("orders", "other");
    }

    @Test
    void aTopicNamedTwiceIsNotDeleted() {
        // When
        List<DeletableTopicResult> byName =
                delete(asked("orders", Uuid.ZERO), asked("orders", Uuid.ZERO));
        List<DeletableTopicResult> byId = delete(asked(null, id(2)), asked(null, id(2)));

        // Then
        assertThat(byName).hasSize(1);
        assertRefused(byName.getFirst(), ErrorCode.INVALID_REQUEST);
        assertThat(byId).hasSize(1);
        assertRefused(byId.getFirst(), ErrorCode.INVALID_REQUEST);
        assertThat(image.topics().byName()).containsKeys("orders", "other");
    }

    @Test
    void aTopicNamedByNameAndByIdIsNotDeleted() {
        // When
        List<DeletableTopicResult> results = delete(asked("orders", Uuid.ZERO), asked(null, id(1)));

        // Then
        assertThat(results).hasSize(1);
        assertRefused(results.getFirst(), ErrorCode.INVALID_REQUEST);
        assertThat(image.topics().byName()).containsKeys("orders", "other");
    }
}
