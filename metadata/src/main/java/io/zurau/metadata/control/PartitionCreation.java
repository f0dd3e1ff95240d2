package io.zurau.metadata.control;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreatePartitionsRequest;
import io.zurau.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import io.zurau.protocol.message.CreatePartitionsResponse;
import io.zurau.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One decision about a request to give topics more partitions.
///
/// **Owner:** the thread that decides.
final class PartitionCreation {
    private final ClusterImage image;
    private final NewPartitions newPartitions;
    private final List<MetadataRecord> records = new ArrayList<>();

    private PartitionCreation(ClusterImage image, ControllerConfig config) {
        this.image = image;
        this.newPartitions = new NewPartitions(image, config);
    }

    static Command<CreatePartitionsResponse> command(
            CreatePartitionsRequest request, ControllerConfig config) {
        return image -> new PartitionCreation(image, config).decide(request);
    }

    private Decision<CreatePartitionsResponse> decide(CreatePartitionsRequest request) {
        Set<String> duplicates =
                Duplicates.among(
                        request.topics().stream().map(CreatePartitionsTopic::name).toList());
        Map<String, CreatePartitionsTopicResult> results = new LinkedHashMap<>();
        for (CreatePartitionsTopic topic : request.topics()) {
            Optional<Refusal> refusal =
                    duplicates.contains(topic.name())
                            ? Optional.of(Refusal.duplicateTopicName())
                            : add(topic);
            results.put(topic.name(), result(topic, refusal));
        }
        CreatePartitionsResponse response =
                CreatePartitionsResponse.builder().results(List.copyOf(results.values())).build();
        return request.validateOnly()
                ? Decision.answer(response)
                : new Decision<>(records, response);
    }

    private static CreatePartitionsTopicResult result(
            CreatePartitionsTopic topic, Optional<Refusal> refusal) {
        return CreatePartitionsTopicResult.builder()
                .name(topic.name())
                .errorCode(refusal.map(Refusal::error).orElse(ErrorCode.NONE))
                .errorMessage(refusal.map(Refusal::reason).orElse(null))
                .build();
    }

    private Optional<Refusal> add(CreatePartitionsTopic asked) {
        Optional<TopicImage> topic = image.topics().named(asked.name());
        if (topic.isEmpty()) {
            return Refusal.of(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.message());
        }
        int present = topic.get().partitions().size();
        if (asked.count() == present) {
            return Refusal.of(
                    ErrorCode.INVALID_PARTITIONS,
                    "Topic already has %d partition(s).".formatted(present));
        }
        if (asked.count() < present) {
            return Refusal.of(
                    ErrorCode.INVALID_PARTITIONS,
                    "The topic %s currently has %d partition(s); %d would not be an increase."
                            .formatted(asked.name(), present, asked.count()));
        }
        return switch (newPartitions.added(
                asked, topic.get().partitions(), topic.get().replicationFactor())) {
            case NewPartitions.Plan.Refused plan -> Optional.of(plan.refusal());
            case NewPartitions.Plan.Made plan -> {
                record(topic.get(), plan.partitions());
                yield Optional.empty();
            }
        };
    }

    private void record(TopicImage topic, List<PartitionImage> partitions) {
        int present = topic.partitions().size();
        for (int i = 0; i < partitions.size(); i++) {
            records.add(partitions.get(i).record(topic.id(), present + i));
        }
    }
}
