package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.ConfigEntry;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// One decision about a request to create topics: each that is acceptable is created, whatever
/// becomes of the others.
///
/// **Owner:** the thread that decides.
final class TopicCreation {
    private final ClusterImage image;
    private final ClusterConfigs configs;
    private final TopicNames.Collisions collisions;
    private final NewPartitions newPartitions;
    private final List<MetadataRecord> records = new ArrayList<>();

    private TopicCreation(ClusterImage image, ControllerConfig config, ClusterConfigs configs) {
        this.image = image;
        this.configs = configs;
        this.collisions = new TopicNames.Collisions(image.topics());
        this.newPartitions = new NewPartitions(image, config);
    }

    /// @param ids one for each topic of the request
    static Command<CreateTopicsResponse> command(
            CreateTopicsRequest request,
            List<Uuid> ids,
            ControllerConfig config,
            ClusterConfigs configs) {
        return image -> new TopicCreation(image, config, configs).decide(request, ids);
    }

    private Decision<CreateTopicsResponse> decide(CreateTopicsRequest request, List<Uuid> ids) {
        Set<String> duplicates =
                Duplicates.among(request.topics().stream().map(CreatableTopic::name).toList());
        Map<String, CreatableTopicResult> results = new LinkedHashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            CreatableTopic topic = request.topics().get(i);
            results.put(
                    topic.name(),
                    duplicates.contains(topic.name())
                            ? refused(topic, Refusal.duplicateTopicName())
                            : create(topic, ids.get(i)));
        }
        CreateTopicsResponse response =
                CreateTopicsResponse.builder().topics(List.copyOf(results.values())).build();
        return request.validateOnly()
                ? Decision.answer(response)
                : new Decision<>(records, response);
    }

    private CreatableTopicResult create(CreatableTopic topic, Uuid id) {
        SortedMap<String, String> values = new TreeMap<>();
        Optional<Refusal> problem =
                nameProblem(topic.name()).or(() -> configProblem(topic, values));
        if (problem.isPresent()) {
            return refused(topic, problem.get());
        }
        return switch (newPartitions.of(topic)) {
            case NewPartitions.Plan.Refused plan -> refused(topic, plan.refusal());
            case NewPartitions.Plan.Made plan -> {
                record(topic.name(), id, values, plan.partitions());
                yield created(topic.name(), id, values, plan.partitions());
            }
        };
    }

    private Optional<Refusal> nameProblem(String name) {
        if (name.equals(TopicNames.CLUSTER_METADATA)) {
            return Refusal.of(
                    ErrorCode.INVALID_REQUEST, "Topic %s cannot be created.".formatted(name));
        }
        if (image.topics().named(name).isPresent()) {
            return Refusal.of(
                    ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '%s' already exists.".formatted(name));
        }
        return TopicNames.problem(name)
                .or(
                        () ->
                                collisions
                                        .of(name)
                                        .map(
                                                other ->
                                                        "Topic '%s' collides with existing topic: %s."
                                                                .formatted(name, other)))
                .map(reason -> new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, reason));
    }

    /// @param values what shall be set on the topic is put there
    private Optional<Refusal> configProblem(CreatableTopic topic, Map<String, String> values) {
        List<String> withoutValue = new ArrayList<>();
        for (CreatableTopicConfig config : topic.configs()) {
            String value = config.value();
            if (value == null) {
                withoutValue.add(config.name());
            } else {
                values.put(config.name(), value);
            }
        }
        if (!withoutValue.isEmpty()) {
            return Refusal.of(
                    ErrorCode.INVALID_CONFIG,
                    "Null value not supported for topic configs: "
                            + String.join(",", withoutValue));
        }
        return configs.problemOnTopic(image, values)
                .map(reason -> new Refusal(ErrorCode.INVALID_CONFIG, reason));
    }

    private void record(
            String name,
            Uuid id,
            SortedMap<String, String> values,
            List<PartitionImage> partitions) {
        values.forEach((key, value) -> records.add(ConfigResource.topic(name).record(key, value)));
        records.add(TopicRecord.builder().name(name).topicId(id).build());
        for (int index = 0; index < partitions.size(); index++) {
            records.add(partitions.get(index).record(id, index));
        }
    }

    private CreatableTopicResult created(
            String name,
            Uuid id,
            SortedMap<String, String> values,
            List<PartitionImage> partitions) {
        return CreatableTopicResult.builder()
                .name(name)
                .topicId(id)
                .errorCode(ErrorCode.NONE)
                .errorMessage(null)
                .numPartitions(partitions.size())
                .replicationFactor((short) partitions.getFirst().replicas().size())
                .configs(
                        configs.describeTopic(image, values).stream()
                                .map(TopicCreation::config)
                                .toList())
                .build();
    }

    private static CreatableTopicConfigs config(ConfigEntry entry) {
        return CreatableTopicConfigs.builder()
                .name(entry.name())
                .value(entry.value())
                .readOnly(entry.readOnly())
                .configSource(entry.source().code())
                .isSensitive(entry.secret())
                .build();
    }

    private static CreatableTopicResult refused(CreatableTopic topic, Refusal refusal) {
        return CreatableTopicResult.builder()
                .name(topic.name())
                .errorCode(refusal.error())
                .errorMessage(refusal.reason())
                .build();
    }
}
