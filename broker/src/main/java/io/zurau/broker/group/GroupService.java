package io.zurau.broker.group;

import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.coordinator.LedPartitions;
import io.zurau.broker.coordinator.TopicLog;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.peer.Peers;
import io.zurau.broker.share.ShareStates;
import io.zurau.coordinator.group.GroupConfig;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.runtime.Seams;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The group coordinator as a part of the broker. Started after the partitions, which must hear of
/// changes of the metadata before it, and closed before them.
public final class GroupService implements AutoCloseable, LedPartitions.Hosting {
    private static final String TOPIC = "__consumer_offsets";
    private static final int CLUSTERS_MIN_IN_SYNC = 0;

    private final GroupCoordinator coordinator;
    private final TopicLog log;
    private final CoordinatorTopic topic;
    private final List<RequestHandler<?>> handlers;

    private GroupService(
            GroupCoordinator coordinator,
            TopicLog log,
            CoordinatorTopic topic,
            ShareGroupStates shareStates,
            EndOffsets ends,
            Metadata metadata,
            Controller controller) {
        this.coordinator = coordinator;
        this.log = log;
        this.topic = topic;
        List<RequestHandler<?>> all =
                new ArrayList<>(
                        GroupHandlers.handlers(coordinator, shareStates, metadata, controller));
        all.addAll(ShareGroupHandlers.handlers(coordinator, shareStates, ends, metadata));
        this.handlers = List.copyOf(all);
    }

    /// @param configs of single groups
    /// @param shareStates what share groups have done
    public static GroupService start(
            int nodeId,
            GroupConfig config,
            GroupConfigs configs,
            Metadata metadata,
            Controller controller,
            Partitions partitions,
            ShareStates shareStates,
            Peers peers,
            Seams seams) {
        CoordinatorTopic topic =
                new CoordinatorTopic(
                        new CoordinatorTopic.Shape(
                                TOPIC,
                                config.offsetsTopicPartitions(),
                                config.offsetsTopicReplicationFactor(),
                                CLUSTERS_MIN_IN_SYNC,
                                config.offsetsTopicSegmentBytes()),
                        metadata,
                        controller);
        TopicLog log = new TopicLog(TOPIC, partitions, peers);
        GroupCoordinator coordinator =
                new GroupCoordinator(
                        config, configs, log, topic::partitionCount, metadata::image, seams);
        GroupService service =
                new GroupService(
                        coordinator,
                        log,
                        topic,
                        new ShareGroupStates(coordinator, shareStates, seams.tasks()),
                        new EndOffsets(partitions, peers),
                        metadata,
                        controller);
        metadata.listen(
                new LedPartitions(nodeId, TOPIC, service),
                ClusterImage.empty(metadata.image().clusterId()));
        return service;
    }

    public List<RequestHandler<?>> handlers() {
        return handlers;
    }

    /// The topic that groups live in.
    public CoordinatorTopic topic() {
        return topic;
    }

    public GroupCoordinator coordinator() {
        return coordinator;
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
        coordinator.topicsDeleted(names);
    }

    /// Answers everybody who waits, and takes no more.
    @Override
    public void close() {
        log.close();
        try {
            coordinator.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
