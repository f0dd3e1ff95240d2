package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.TopicNames;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.zurau.protocol.message.MetadataResponse.MetadataResponsePartition;
import io.zurau.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Tells clients which brokers there are and who leads which partition; creates topics that are
/// asked for, where that is wanted.
///
/// Differs from Kafka: a topic that is created by being asked for is in the same answer, not in a
/// later one.
final class MetadataHandler implements RequestHandler<MetadataRequest> {
    /// Below, an empty list means all topics; from it on, null does.
    private static final int EMPTY_MEANS_NONE_FROM = 1;

    private static final int LISTENER_NOT_FOUND_FROM = 6;
    private static final int TOPIC_IDS_FROM = 12;

    private final Metadata metadata;
    private final TopicCreator creator;
    private final boolean autoCreates;

    MetadataHandler(Metadata metadata, TopicCreator creator, AdminConfig config) {
        this.metadata = metadata;
        this.creator = creator;
        this.autoCreates = config.autoCreateTopics();
    }

    @Override
    public ApiKey api() {
        return ApiKey.METADATA;
    }

    @Override
    public Answer handle(MetadataRequest request, RequestContext context) {
        Optional<String> problem = problem(request, context.version());
        return Answer.of(
                problem.isPresent()
                        ? request.errorResponse(
                                ErrorCode.INVALID_REQUEST, problem.get(), context.version())
                        : answer(request, context));
    }

    private static Optional<String> problem(MetadataRequest request, int version) {
        List<MetadataRequestTopic> topics = request.topics();
        if (topics == null || version >= TOPIC_IDS_FROM) {
            return Optional.empty();
        }
        if (topics.stream().anyMatch(topic -> topic.name() == null)) {
            return Optional.of("Topic name can not be null for version " + version + ".");
        }
        if (topics.stream().anyMatch(topic -> !topic.topicId().equals(Uuid.ZERO))) {
            return Optional.of(
                    "Topic IDs are not supported in requests of version " + version + ".");
        }
        return Optional.empty();
    }

    /// The topics asked for; null for all.
    static @Nullable List<MetadataRequestTopic> asked(MetadataRequest request, int version) {
        List<MetadataRequestTopic> topics = request.topics();
        boolean all = topics == null || (topics.isEmpty() && version < EMPTY_MEANS_NONE_FROM);
        return all ? null : topics;
    }

    private MetadataResponse answer(MetadataRequest request, RequestContext context) {
        List<MetadataRequestTopic> asked = asked(request, context.version());
        Map<String, ErrorCode> notCreated =
                asked != null && autoCreates && request.allowAutoTopicCreation()
                        ? createMissing(asked)
                        : Map.of();
        ClusterImage image = metadata.image();
        TopicWriter writer =
                new TopicWriter(image, context, request.includeTopicAuthorizedOperations());
        List<MetadataResponseTopic> topics =
                asked == null
                        ? image.topics().all().stream().map(writer::known).toList()
                        : writer.asked(asked, notCreated);
        return MetadataResponse.builder()
                .brokers(brokers(image, context.listener()))
                .clusterId(image.clusterId())
                .controllerId(controller(image))
                .topics(topics)
                .clusterAuthorizedOperations(
                        Operations.onCluster(request.includeClusterAuthorizedOperations()))
                .build();
    }

    /// Returns why the topics that could not be created were not.
    private Map<String, ErrorCode> createMissing(List<MetadataRequestTopic> asked) {
        ClusterImage image = metadata.image();
        Set<String> missing = new LinkedHashSet<>();
        for (MetadataRequestTopic topic : asked) {
            String name = topic.name();
            if (name != null
                    && topic.topicId().equals(Uuid.ZERO)
                    && image.topics().named(name).isEmpty()
                    && TopicNames.problem(name).isEmpty()) {
                missing.add(name);
            }
        }
        if (missing.isEmpty()) {
            return Map.of();
        }
        Map<String, ErrorCode> notCreated = new LinkedHashMap<>();
        for (CreatableTopicResult result : creator.create(missing)) {
            if (result.errorCode() != ErrorCode.NONE.code()) {
                notCreated.put(result.name(), ErrorCode.forCode(result.errorCode()));
            }
        }
        return notCreated;
    }

    static List<MetadataResponseBroker> brokers(ClusterImage image, String listener) {
        List<MetadataResponseBroker> brokers = new ArrayList<>();
        for (BrokerImage broker : image.brokers().values()) {
            if (broker.fenced()) {
                continue;
            }
            Optional<Endpoint> endpoint = broker.endpoint(listener);
            endpoint.ifPresent(
                    at ->
                            brokers.add(
                                    MetadataResponseBroker.builder()
                                            .nodeId(broker.nodeId())
                                            .host(at.host())
                                            .port(at.port())
                                            .rack(broker.rack())
                                            .build()));
        }
        return brokers;
    }

    /// Every broker takes requests for the controller, so clients are shown the first that lives;
    /// -1 for none.
    static int controller(ClusterImage image) {
        return image.brokers().values().stream()
                .filter(broker -> !broker.fenced())
                .mapToInt(BrokerImage::nodeId)
                .findFirst()
                .orElse(-1);
    }

    /// Writes topics as one request wants them.
    private record TopicWriter(ClusterImage image, RequestContext context, boolean operations) {
        List<MetadataResponseTopic> asked(
                List<MetadataRequestTopic> topics, Map<String, ErrorCode> notCreated) {
            Set<MetadataResponseTopic> written = new LinkedHashSet<>();
            boolean byId = topics.stream().anyMatch(t -> !t.topicId().equals(Uuid.ZERO));
            for (MetadataRequestTopic topic : topics) {
                String name = topic.name();
                if (byId) {
                    if (!topic.topicId().equals(Uuid.ZERO)) {
                        written.add(withId(topic.topicId()));
                    }
                } else if (name != null) {
                    written.add(
                            image.topics()
                                    .named(name)
                                    .map(this::known)
                                    .orElseGet(() -> unknown(name, notCreated)));
                }
            }
            return List.copyOf(written);
        }

        MetadataResponseTopic known(TopicImage topic) {
            return MetadataResponseTopic.builder()
                    .name(topic.name())
                    .topicId(topic.id())
                    .isInternal(TopicNames.isInternal(topic.name()))
                    .partitions(
                            IntStream.range(0, topic.partitions().size())
                                    .mapToObj(index -> partition(topic, index))
                                    .toList())
                    .topicAuthorizedOperations(Operations.onTopic(operations))
                    .build();
        }

        private MetadataResponsePartition partition(TopicImage topic, int index) {
            PartitionView view =
                    PartitionView.of(
                            topic.partitions().get(index),
                            image,
                            context.listener(),
                            context.version() >= LISTENER_NOT_FOUND_FROM
                                    ? ErrorCode.LISTENER_NOT_FOUND
                                    : ErrorCode.LEADER_NOT_AVAILABLE);
            return MetadataResponsePartition.builder()
                    .errorCode(view.error())
                    .partitionIndex(index)
                    .leaderId(view.leader())
                    .leaderEpoch(view.leaderEpoch())
                    .replicaNodes(view.replicas())
                    .isrNodes(view.inSync())
                    .offlineReplicas(view.offline())
                    .build();
        }

        private MetadataResponseTopic withId(Uuid id) {
            return image.topics()
                    .withId(id)
                    .map(this::known)
                    .orElseGet(
                            () ->
                                    MetadataResponseTopic.builder()
                                            .errorCode(ErrorCode.UNKNOWN_TOPIC_ID)
                                            .name(null)
                                            .topicId(id)
                                            .build());
        }

        private MetadataResponseTopic unknown(String name, Map<String, ErrorCode> notCreated) {
            ErrorCode error =
                    TopicNames.problem(name).isPresent()
                            ? ErrorCode.INVALID_TOPIC_EXCEPTION
                            : notCreated.getOrDefault(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            return MetadataResponseTopic.builder()
                    .errorCode(error)
                    .name(name)
                    .isInternal(TopicNames.isInternal(name))
                    .build();
        }
    }
}
