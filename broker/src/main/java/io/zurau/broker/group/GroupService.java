package io.zurau.broker.group;

import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Partitions;
import io.zurau.coordinator.group.GroupConfig;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.runtime.Seams;
import java.util.List;

/// The group coordinator as a part of the broker. Started after the partitions, which must hear of
/// changes of the metadata before it, and closed before them.
public final class GroupService implements AutoCloseable {
    private final GroupCoordinator coordinator;
    private final OffsetsTopic topic;
    private final List<RequestHandler<?>> handlers;

    private GroupService(
            GroupCoordinator coordinator, OffsetsTopic topic, List<RequestHandler<?>> handlers) {
        this.coordinator = coordinator;
        this.topic = topic;
        this.handlers = handlers;
    }

    public static GroupService start(
            int nodeId,
            GroupConfig config,
            Metadata metadata,
            Controller controller,
            Partitions partitions,
            Seams seams) {
        OffsetsTopic topic = new OffsetsTopic(config, metadata, controller);
        GroupLog log = new GroupLog(partitions, seams.clock());
        GroupCoordinator coordinator =
                new GroupCoordinator(config, log, topic::partitionCount, seams);
        LedPartitions led = new LedPartitions(nodeId, coordinator);
        metadata.listen(led, ClusterImage.empty(metadata.image().clusterId()));
        return new GroupService(
                coordinator, topic, GroupHandlers.handlers(coordinator, topic, metadata));
    }

    public List<RequestHandler<?>> handlers() {
        return handlers;
    }

    /// How the topic that groups live in is made.
    public CreatableTopic offsetsTopic() {
        return topic.creation();
    }

    /// Answers everybody who waits, and takes no more.
    @Override
    public void close() {
        try {
            coordinator.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
