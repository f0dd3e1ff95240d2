package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Partitions;
import io.zurau.log.LogDirectories;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.message.AddRaftVoterRequest;
import io.zurau.protocol.message.AlterConfigsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.CreatePartitionsRequest;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.RemoveRaftVoterRequest;
import io.zurau.protocol.message.UnregisterBrokerRequest;
import io.zurau.protocol.message.UpdateFeaturesRequest;
import java.util.List;
import java.util.Map;

/// The handlers of the APIs that tell about the cluster and change it.
public final class AdminHandlers {
    private AdminHandlers() {}

    /// @param internalTopics how the brokers' own topics are made when a client asks for them, by
    ///   name
    public static List<RequestHandler<?>> handlers(
            AdminConfig config,
            Metadata metadata,
            MetadataLog metadataLog,
            Controller controller,
            ClusterConfigs configs,
            LogLevels logLevels,
            LogDirectories directories,
            Partitions partitions,
            Map<String, CreatableTopic> internalTopics) {
        return List.of(
                new MetadataHandler(metadata, new TopicCreator(controller, internalTopics), config),
                new DescribeClusterHandler(metadata),
                new DescribeTopicPartitionsHandler(metadata, config),
                new DescribeConfigsHandler(metadata, configs, logLevels),
                new DescribeLogDirsHandler(directories, partitions.directoryChanges()),
                new AlterReplicaLogDirsHandler(directories, partitions.directoryChanges()),
                new DescribeProducersHandler(partitions),
                new ListPartitionReassignmentsHandler(metadata),
                new ListConfigResourcesHandler(metadata),
                new DescribeQuorumHandler(metadataLog),
                new Simple<>(
                        ApiKey.ELECT_LEADERS,
                        (ElectLeadersRequest request, int version) ->
                                controller.replication().electLeaders(request, version)),
                new Simple<>(
                        ApiKey.ALTER_PARTITION_REASSIGNMENTS,
                        (AlterPartitionReassignmentsRequest request, int version) ->
                                controller.replication().alterReassignments(request)),
                new Simple<>(
                        ApiKey.ADD_RAFT_VOTER,
                        (AddRaftVoterRequest request, int version) ->
                                VoterRequests.add(request, metadata.image(), metadataLog)),
                new Simple<>(
                        ApiKey.REMOVE_RAFT_VOTER,
                        (RemoveRaftVoterRequest request, int version) ->
                                VoterRequests.remove(request, metadata.image(), metadataLog)),
                new Simple<>(
                        ApiKey.UNREGISTER_BROKER,
                        (UnregisterBrokerRequest request, int version) ->
                                controller.replication().unregisterBroker(request)),
                new Simple<>(
                        ApiKey.UPDATE_FEATURES,
                        (UpdateFeaturesRequest request, int version) ->
                                controller.updateFeatures(request, version)),
                new Simple<>(
                        ApiKey.CREATE_TOPICS,
                        (CreateTopicsRequest request, int version) ->
                                controller.createTopics(request, version)),
                new Simple<>(
                        ApiKey.DELETE_TOPICS,
                        (DeleteTopicsRequest request, int version) ->
                                controller.deleteTopics(request, version)),
                new Simple<>(
                        ApiKey.CREATE_PARTITIONS,
                        (CreatePartitionsRequest request, int version) ->
                                controller.createPartitions(request, version)),
                new Simple<>(
                        ApiKey.ALTER_CONFIGS,
                        (AlterConfigsRequest request, int version) ->
                                controller.alterConfigs(request)),
                new IncrementalAlterConfigsHandler(controller, configs.nodeId(), logLevels),
                new DescribeClientQuotasHandler(),
                new DescribeUserScramCredentialsHandler());
    }

    /// A handler that needs no more of its request than the version.
    private record Simple<Q extends ApiRequest>(ApiKey api, Answering<Q> answering)
            implements RequestHandler<Q> {
        @FunctionalInterface
        interface Answering<Q> {
            ApiResponse answer(Q request, int version);
        }

        @Override
        public Answer handle(Q request, RequestContext context) {
            return Answer.of(answering.answer(request, context.version()));
        }
    }
}
