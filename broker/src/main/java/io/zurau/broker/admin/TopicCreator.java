package io.zurau.broker.admin;

import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.TopicNames;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Creates the topics that clients ask for before they exist.
final class TopicCreator {
    private static final int LEFT_OPEN = -1;

    private final Controller controller;
    private final Map<String, CreatableTopic> internalTopics;

    /// @param internalTopics how the brokers' own topics are made, by name
    TopicCreator(Controller controller, Map<String, CreatableTopic> internalTopics) {
        this.controller = controller;
        this.internalTopics = internalTopics;
    }

    /// Returns a result for each name.
    List<CreatableTopicResult> create(Collection<String> names) {
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(names.stream().map(this::topic).toList())
                        .build();
        CreateTopicsResponse response =
                controller.createTopics(request, ApiKey.CREATE_TOPICS.highestVersion());
        return response.topics();
    }

    private CreatableTopic topic(String name) {
        CreatableTopic internal = TopicNames.isInternal(name) ? internalTopics.get(name) : null;
        return internal != null
                ? internal
                : CreatableTopic.builder()
                        .name(name)
                        .numPartitions(LEFT_OPEN)
                        .replicationFactor((short) LEFT_OPEN)
                        .build();
    }
}
