package io.zurau.broker.share;

import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.coordinator.LedPartitions;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.broker.coordinator.TopicLog;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.share.ShareCoordinatorConfig;
import io.zurau.coordinator.share.ShareStateCoordinator;
import io.zurau.coordinator.share.ShareStateRequests;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DeleteShareGroupStateRequest;
import io.zurau.protocol.message.InitializeShareGroupStateRequest;
import io.zurau.protocol.message.ReadShareGroupStateRequest;
import io.zurau.protocol.message.ReadShareGroupStateSummaryRequest;
import io.zurau.protocol.message.WriteShareGroupStateRequest;
import io.zurau.runtime.Seams;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Share groups as a part of the broker, but for their members: the coordinator of what they have
/// done, and the leaders' side of fetching. Started after the partitions, and closed before them.
public final class ShareService implements AutoCloseable, LedPartitions.Hosting {
    private static final String TOPIC = "__share_group_state";

    /// For each so much of the heap, one partition in a share session, which takes an eighth of it.
    private static final long BYTES_PER_PARTITION = 1_024;

    private final TopicLog log;
    private final CoordinatorTopic topic;
    private final ShareStateCoordinator coordinator;
    private final ShareStates states;
    private final SharePartitions sharePartitions;
    private final List<RequestHandler<?>> handlers;

    /// @param maxFetchBytes of one answer
    /// @param limits of a group
    public static ShareService start(
            ShareCoordinatorConfig config,
            int maxFetchBytes,
            Function<String, ShareGroupConfig> limits,
            Controller controller,
            Partitions partitions,
            Peers peers) {
        ShareService service =
                new ShareService(config, maxFetchBytes, limits, controller, partitions, peers);
        Metadata metadata = peers.metadata();
        ClusterImage none = ClusterImage.empty(metadata.image().clusterId());
        metadata.listen(new LedPartitions(peers.nodeId(), TOPIC, service), none);
        metadata.listen(service.sharePartitions, none);
        return service;
    }

    private ShareService(
            ShareCoordinatorConfig config,
            int maxFetchBytes,
            Function<String, ShareGroupConfig> limits,
            Controller controller,
            Partitions partitions,
            Peers peers) {
        Metadata metadata = peers.metadata();
        Seams seams = peers.seams();
        this.topic =
                new CoordinatorTopic(
                        new CoordinatorTopic.Shape(
                                TOPIC,
                                config.topicPartitions(),
                                config.topicReplicationFactor(),
                                config.topicMinInSync(),
                                config.topicSegmentBytes(),
                                CoordinatorTopic.Cleanup.BY_COORDINATOR),
                        metadata,
                        controller);
        this.log = new TopicLog(TOPIC, partitions, peers);
        this.coordinator =
                new ShareStateCoordinator(
                        config, log, topic::partitionCount, metadata::image, seams);
        this.states = new ShareStates(topic, coordinator, peers);
        this.sharePartitions = new SharePartitions(partitions, states, limits, seams);
        ShareSessions sessions =
                new ShareSessions(
                        config.maxSessions(),
                        Runtime.getRuntime().maxMemory() / BYTES_PER_PARTITION);
        Acknowledging acknowledging = new Acknowledging(sharePartitions);
        ShareGroupGate gate =
                new ShareGroupGate(metadata, sessions, sharePartitions, acknowledging, limits);
        ShareStateRequests requests = new ShareStateRequests(coordinator);
        this.handlers =
                List.of(
                        new ShareFetchHandler(
                                gate,
                                sessions,
                                sharePartitions,
                                acknowledging,
                                maxFetchBytes,
                                seams.clock()),
                        new ShareAcknowledgeHandler(gate, sessions, acknowledging),
                        new PassingHandler<InitializeShareGroupStateRequest>(
                                ApiKey.INITIALIZE_SHARE_GROUP_STATE,
                                (request, _) -> requests.initialize(request)),
                        new PassingHandler<ReadShareGroupStateRequest>(
                                ApiKey.READ_SHARE_GROUP_STATE,
                                (request, _) -> requests.read(request)),
                        new PassingHandler<WriteShareGroupStateRequest>(
                                ApiKey.WRITE_SHARE_GROUP_STATE,
                                (request, _) -> requests.write(request)),
                        new PassingHandler<DeleteShareGroupStateRequest>(
                                ApiKey.DELETE_SHARE_GROUP_STATE,
                                (request, _) -> requests.delete(request)),
                        new PassingHandler<ReadShareGroupStateSummaryRequest>(
                                ApiKey.READ_SHARE_GROUP_STATE_SUMMARY,
                                (request, _) -> requests.summarize(request)));
    }

    /// How the topic that the states live in is made.
    public CoordinatorTopic topic() {
        return topic;
    }

    /// The states of share partitions, wherever they are.
    public ShareStates states() {
        return states;
    }

    public List<RequestHandler<?>> handlers() {
        return handlers;
    }

    @Override
    public void load(int partition) {
        coordinator.load(partition);
    }

    @Override
    public void reload(int partition) {
        coordinator.reload(partition);
    }

    @Override
    public void unload(int partition) throws InterruptedException {
        coordinator.unload(partition);
    }

    @Override
    public void topicsDeleted(Set<String> names) {
        coordinator.topicsDeleted();
    }

    /// Answers everybody who waits, and takes no more.
    @Override
    public void close() {
        states.close();
        sharePartitions.close();
        log.close();
        try {
            coordinator.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
