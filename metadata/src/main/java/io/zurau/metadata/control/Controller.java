package io.zurau.metadata.control;

import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.ConfigAlteration.Altered;
import io.zurau.metadata.control.ConfigAlteration.Asked;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.AlterConfigsRequest;
import io.zurau.protocol.message.AlterConfigsResponse;
import io.zurau.protocol.message.CreatePartitionsRequest;
import io.zurau.protocol.message.CreatePartitionsResponse;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.DeleteTopicsResponse;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse;
import io.zurau.protocol.message.ProducerIdsRecord;
import io.zurau.protocol.message.UpdateFeaturesRequest;
import io.zurau.protocol.message.UpdateFeaturesResponse;
import io.zurau.runtime.Randomness;
import java.util.List;
import java.util.Optional;

/// Changes the cluster. Each method blocks until the change is committed and this node's listeners
/// have been told, or is refused.
///
/// Safe for concurrent use; commands of concurrent callers share a commit. Must not be called by a
/// listener of the metadata. Throws [io.zurau.runtime.StorageFailure] if the metadata log fails.
public final class Controller {
    static final String NOT_COMMITTED =
            "The metadata log refused the change again and again; try again later.";

    private final Deciding deciding;
    private final ReplicationController replication;
    private final ControllerConfig config;
    private final ClusterConfigs configs;
    private final Randomness randomness;

    public Controller(
            MetadataLog log,
            Metadata metadata,
            ControllerConfig config,
            ClusterConfigs configs,
            Randomness randomness) {
        this.deciding = new Deciding(log, metadata);
        this.replication = new ReplicationController(deciding, configs);
        this.config = config;
        this.configs = configs;
        this.randomness = randomness;
    }

    /// The part that deals with brokers, and with who holds and leads partitions.
    public ReplicationController replication() {
        return replication;
    }

    public CreateTopicsResponse createTopics(CreateTopicsRequest request, int version) {
        List<Uuid> ids = request.topics().stream().map(_ -> newId()).toList();
        return deciding.decide(TopicCreation.command(request, ids, config, configs))
                .orElseGet(
                        () ->
                                (CreateTopicsResponse)
                                        request.errorResponse(
                                                ErrorCode.NOT_CONTROLLER, NOT_COMMITTED, version));
    }

    public DeleteTopicsResponse deleteTopics(DeleteTopicsRequest request, int version) {
        if (!config.topicDeletionEnabled()) {
            // Clients that old do not know the newer error.
            ErrorCode error =
                    version < 3 ? ErrorCode.INVALID_REQUEST : ErrorCode.TOPIC_DELETION_DISABLED;
            return (DeleteTopicsResponse)
                    request.errorResponse(error, "Topic deletion is disabled.", version);
        }
        return deciding.decide(TopicDeletion.command(request))
                .orElseGet(
                        () ->
                                (DeleteTopicsResponse)
                                        request.errorResponse(
                                                ErrorCode.NOT_CONTROLLER, NOT_COMMITTED, version));
    }

    public CreatePartitionsResponse createPartitions(CreatePartitionsRequest request, int version) {
        return deciding.decide(PartitionCreation.command(request, config))
                .orElseGet(
                        () ->
                                (CreatePartitionsResponse)
                                        request.errorResponse(
                                                ErrorCode.NOT_CONTROLLER, NOT_COMMITTED, version));
    }

    public IncrementalAlterConfigsResponse incrementalAlterConfigs(
            IncrementalAlterConfigsRequest request) {
        return IncrementalAlterConfigsResponse.builder()
                .responses(
                        alter(
                                        request.resources().stream().map(Asked::of).toList(),
                                        request.validateOnly())
                                .stream()
                                .map(Controller::incrementalResult)
                                .toList())
                .build();
    }

    private static IncrementalAlterConfigsResponse.AlterConfigsResourceResponse incrementalResult(
            Altered altered) {
        return IncrementalAlterConfigsResponse.AlterConfigsResourceResponse.builder()
                .resourceType(altered.resourceType())
                .resourceName(altered.resourceName())
                .errorCode(altered.error())
                .errorMessage(altered.reason())
                .build();
    }

    /// The older API: what a request does not name is unset.
    public AlterConfigsResponse alterConfigs(AlterConfigsRequest request) {
        return AlterConfigsResponse.builder()
                .responses(
                        alter(
                                        request.resources().stream().map(Asked::of).toList(),
                                        request.validateOnly())
                                .stream()
                                .map(Controller::result)
                                .toList())
                .build();
    }

    private static AlterConfigsResponse.AlterConfigsResourceResponse result(Altered altered) {
        return AlterConfigsResponse.AlterConfigsResourceResponse.builder()
                .resourceType(altered.resourceType())
                .resourceName(altered.resourceName())
                .errorCode(altered.error())
                .errorMessage(altered.reason())
                .build();
    }

    private List<Altered> alter(List<Asked> resources, boolean validateOnly) {
        return deciding.decide(ConfigAlteration.command(resources, validateOnly, configs))
                .orElseGet(
                        () ->
                                resources.stream()
                                        .map(
                                                asked ->
                                                        Altered.refused(
                                                                asked,
                                                                new Refusal(
                                                                        ErrorCode.NOT_CONTROLLER,
                                                                        NOT_COMMITTED)))
                                        .toList());
    }

    public UpdateFeaturesResponse updateFeatures(UpdateFeaturesRequest request, int version) {
        return deciding.decide(FeatureUpdate.command(request, version, configs.nodeId()))
                .orElseGet(
                        () ->
                                UpdateFeaturesResponse.builder()
                                        .errorCode(ErrorCode.NOT_CONTROLLER)
                                        .errorMessage(NOT_COMMITTED)
                                        .build());
    }

    /// Gives a broker producer ids that nobody else ever gets; empty if that could not be
    /// committed.
    public Optional<ProducerIdBlock> nextProducerIdBlock(int nodeId, long brokerEpoch) {
        return deciding.decide(
                image -> {
                    long first = image.nextProducerId();
                    long end = Math.addExact(first, ProducerIdBlock.SIZE);
                    return new Decision<>(
                            List.of(
                                    ProducerIdsRecord.builder()
                                            .brokerId(nodeId)
                                            .brokerEpoch(brokerEpoch)
                                            .nextProducerId(end)
                                            .build()),
                            new ProducerIdBlock(first, end));
                });
    }

    /// Never one of the few that Kafka gives a meaning.
    private Uuid newId() {
        Uuid id;
        do {
            id = new Uuid(randomness.nextLong(), randomness.nextLong());
        } while (id.mostSignificantBits() == 0 || id.toString().startsWith("-"));
        return id;
    }
}
