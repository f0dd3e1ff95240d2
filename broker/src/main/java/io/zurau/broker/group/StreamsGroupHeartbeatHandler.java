package io.zurau.broker.group;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.streams.InternalTopic;
import io.zurau.coordinator.group.streams.StreamsHeartbeatAnswer;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.TopicNames;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TopicInfo;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Topology;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.Status;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Passes a heartbeat of a streams group (KIP-1071) to the coordinator, and makes the internal
/// topics that it finds missing before it answers. The next heartbeat finds them.
final class StreamsGroupHeartbeatHandler implements RequestHandler<StreamsGroupHeartbeatRequest> {
    private static final short BROKERS_DEFAULT = -1;
    private static final byte MISSING_INTERNAL_TOPICS = 3;

    private final GroupCoordinator groups;
    private final Controller controller;

    StreamsGroupHeartbeatHandler(GroupCoordinator groups, Controller controller) {
        this.groups = groups;
        this.controller = controller;
    }

    @Override
    public ApiKey api() {
        return ApiKey.STREAMS_GROUP_HEARTBEAT;
    }

    @Override
    public Answer handle(StreamsGroupHeartbeatRequest request, RequestContext context) {
        String fault = request.topology() == null ? null : fault(request.topology());
        if (fault != null) {
            return refusal(ErrorCode.STREAMS_INVALID_TOPOLOGY, fault);
        }
        String clientId = context.clientId();
        Pending<StreamsHeartbeatAnswer> pending =
                groups.streams()
                        .heartbeat(
                                request,
                                new ClientContext(
                                        clientId == null ? "" : clientId,
                                        "/" + context.clientHost(),
                                        context.version()));
        return (Answer.Pending) () -> withTopicsMade(pending.await());
    }

    private static Answer refusal(ErrorCode code, String message) {
        return Answer.of(
                StreamsGroupHeartbeatResponse.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build());
    }

    private static @Nullable String fault(Topology topology) {
        Collection<String> topics =
                topology.subtopologies().stream()
                        .flatMap(
                                subtopology ->
                                        Stream.of(
                                                        subtopology.sourceTopics(),
                                                        subtopology.repartitionSinkTopics(),
                                                        names(
                                                                subtopology
                                                                        .repartitionSourceTopics()),
                                                        names(subtopology.stateChangelogTopics()))
                                                .flatMap(Collection::stream))
                        .collect(Collectors.toCollection(TreeSet::new));
        String internal =
                topics.stream().filter(TopicNames::isInternal).collect(Collectors.joining(","));
        if (!internal.isEmpty()) {
            return "Use of Kafka internal topics %s in a Kafka Streams topology is prohibited."
                    .formatted(internal);
        }
        String invalid =
                topics.stream()
                        .filter(topic -> TopicNames.problem(topic).isPresent())
                        .collect(Collectors.joining(","));
        return invalid.isEmpty()
                ? null
                : "Topic names %s are not valid topic names.".formatted(invalid);
    }

    private static List<String> names(List<TopicInfo> topics) {
        return topics.stream().map(TopicInfo::name).toList();
    }

    private StreamsGroupHeartbeatResponse withTopicsMade(StreamsHeartbeatAnswer answer) {
        if (answer.missing().isEmpty()) {
            return answer.response();
        }
        String problems =
                controller
                        .createTopics(
                                CreateTopicsRequest.builder()
                                        .topics(
                                                answer.missing().stream()
                                                        .map(StreamsGroupHeartbeatHandler::creation)
                                                        .toList())
                                        .build(),
                                ApiKey.CREATE_TOPICS.highestVersion())
                        .topics()
                        .stream()
                        .filter(StreamsGroupHeartbeatHandler::isRefused)
                        .map(topic -> "%s (%s)".formatted(topic.name(), topic.errorMessage()))
                        .collect(Collectors.joining(", "));
        return problems.isEmpty()
                ? answer.response()
                : withDetail(answer.response(), "; Creation failed: " + problems + ".");
    }

    /// Another member's heartbeat may have been first.
    private static boolean isRefused(CreatableTopicResult topic) {
        return topic.errorCode() != ErrorCode.NONE.code()
                && topic.errorCode() != ErrorCode.TOPIC_ALREADY_EXISTS.code();
    }

    private static CreatableTopic creation(InternalTopic topic) {
        return CreatableTopic.builder()
                .name(topic.name())
                .numPartitions(topic.partitions())
                .replicationFactor(
                        topic.replicationFactor() == 0
                                ? BROKERS_DEFAULT
                                : topic.replicationFactor())
                .configs(
                        topic.settings().entrySet().stream()
                                .map(
                                        setting ->
                                                CreatableTopicConfig.builder()
                                                        .name(setting.getKey())
                                                        .value(setting.getValue())
                                                        .build())
                                .toList())
                .build();
    }

    private static StreamsGroupHeartbeatResponse withDetail(
            StreamsGroupHeartbeatResponse response, String more) {
        List<Status> statuses = response.status();
        return statuses == null
                ? response
                : response.toBuilder()
                        .status(
                                statuses.stream()
                                        .map(
                                                status ->
                                                        status.statusCode()
                                                                        == MISSING_INTERNAL_TOPICS
                                                                ? status.toBuilder()
                                                                        .statusDetail(
                                                                                status
                                                                                                .statusDetail()
                                                                                        + more)
                                                                        .build()
                                                                : status)
                                        .toList())
                        .build();
    }
}
