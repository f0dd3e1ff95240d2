package io.zurau.metadata.control;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import io.zurau.protocol.message.DeleteTopicsResponse;
import io.zurau.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.RemoveTopicRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One decision about a request to delete topics, each named either by its name or by its id.
///
/// **Owner:** the thread that decides.
final class TopicDeletion {
    private final ClusterImage image;
    private final Set<Uuid> deleted = new LinkedHashSet<>();
    private final List<DeletableTopicResult> results = new ArrayList<>();

    private TopicDeletion(ClusterImage image) {
        this.image = image;
    }

    static Command<DeleteTopicsResponse> command(DeleteTopicsRequest request) {
        return image -> new TopicDeletion(image).decide(request);
    }

    private Decision<DeleteTopicsResponse> decide(DeleteTopicsRequest request) {
        List<DeleteTopicState> topics = topics(request);
        Set<String> duplicateNames =
                Duplicates.among(
                        topics.stream()
                                .map(DeleteTopicState::name)
                                .filter(Objects::nonNull)
                                .toList());
        Set<Uuid> duplicateIds =
                Duplicates.among(
                        topics.stream()
                                .map(DeleteTopicState::topicId)
                                .filter(id -> !id.equals(Uuid.ZERO))
                                .toList());
        Set<String> names =
                topics.stream()
                        .map(DeleteTopicState::name)
                        .filter(name -> name != null && !duplicateNames.contains(name))
                        .collect(Collectors.toSet());
        Set<Uuid> ids = topics.stream().map(DeleteTopicState::topicId).collect(Collectors.toSet());
        // Of what is named more than once, one result.
        for (DeleteTopicState topic : new LinkedHashSet<>(topics)) {
            String name = topic.name();
            Uuid id = topic.topicId();
            boolean hasId = !id.equals(Uuid.ZERO);
            if (name == null && !hasId) {
                refuse(topic, "Neither topic name nor id were specified.");
            } else if (name != null && hasId) {
                refuse(topic, "You may not specify both topic name and topic id.");
            } else if (name != null && duplicateNames.contains(name)) {
                refuse(topic, "Duplicate topic name.");
            } else if (hasId && duplicateIds.contains(id)) {
                refuse(topic, "Duplicate topic id.");
            } else if (name != null) {
                byName(topic, name, ids);
            } else {
                byId(topic, names);
            }
        }
        List<MetadataRecord> records = new ArrayList<>();
        deleted.forEach(id -> records.add(RemoveTopicRecord.builder().topicId(id).build()));
        return new Decision<>(records, DeleteTopicsResponse.builder().responses(results).build());
    }

    /// Old versions have a list of names.
    private static List<DeleteTopicState> topics(DeleteTopicsRequest request) {
        return Stream.concat(
                        request.topics().stream(),
                        request.topicNames().stream()
                                .map(name -> DeleteTopicState.builder().name(name).build()))
                .toList();
    }

    /// A topic that is also named by its id is not deleted, and answered here.
    private void byName(DeleteTopicState asked, String name, Set<Uuid> ids) {
        Optional<TopicImage> topic = image.topics().named(name);
        if (topic.isPresent() && ids.contains(topic.get().id())) {
            refuse(
                    asked.toBuilder().topicId(topic.get().id()).build(),
                    "The provided topic name maps to an ID that was already supplied.");
        } else {
            delete(asked, topic, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
    }

    private void byId(DeleteTopicState asked, Set<String> names) {
        Optional<TopicImage> topic = image.topics().withId(asked.topicId());
        if (topic.isEmpty() || !names.contains(topic.get().name())) {
            delete(asked, topic, ErrorCode.UNKNOWN_TOPIC_ID);
        }
    }

    private void delete(DeleteTopicState asked, Optional<TopicImage> topic, ErrorCode ifUnknown) {
        if (topic.isEmpty()) {
            results.add(result(asked, ifUnknown, ifUnknown.message()));
        } else {
            deleted.add(topic.get().id());
            results.add(
                    DeletableTopicResult.builder()
                            .name(topic.get().name())
                            .topicId(topic.get().id())
                            .errorCode(ErrorCode.NONE)
                            .errorMessage(null)
                            .build());
        }
    }

    private void refuse(DeleteTopicState asked, String reason) {
        results.add(result(asked, ErrorCode.INVALID_REQUEST, reason));
    }

    private static DeletableTopicResult result(
            DeleteTopicState asked, ErrorCode error, String reason) {
        return DeletableTopicResult.builder()
                .name(asked.name())
                .topicId(asked.topicId())
                .errorCode(error)
                .errorMessage(reason)
                .build();
    }
}
