package io.zurau.broker.group;

import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Tells the coordinator which partitions of its topic this broker leads, and which topics were
/// deleted.
///
/// **Guard:** none; called by the one thread that tells about images.
final class LedPartitions implements MetadataListener {
    private final int nodeId;
    private final GroupCoordinator coordinator;

    LedPartitions(int nodeId, GroupCoordinator coordinator) {
        this.nodeId = nodeId;
        this.coordinator = coordinator;
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        if (before.topics() == after.topics()) {
            return;
        }
        follow(before, after);
        Set<String> deleted = new TreeSet<>();
        for (TopicImage topic : before.topics().all()) {
            if (isGone(topic, after)) {
                deleted.add(topic.name());
            }
        }
        if (!deleted.isEmpty()) {
            coordinator.topicsDeleted(deleted);
        }
    }

    private void follow(ClusterImage before, ClusterImage after) {
        Optional<TopicImage> old = before.topics().named(OffsetsTopic.NAME);
        Set<Integer> led = led(after.topics().named(OffsetsTopic.NAME));
        boolean recreated = old.isPresent() && isGone(old.get(), after);
        for (int partition : led(old)) {
            if (recreated || !led.contains(partition)) {
                unload(partition);
            }
        }
        led.forEach(coordinator::load);
    }

    private static boolean isGone(TopicImage topic, ClusterImage after) {
        return after.topics()
                .named(topic.name())
                .filter(now -> now.id().equals(topic.id()))
                .isEmpty();
    }

    private void unload(int partition) {
        try {
            coordinator.unload(partition);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Set<Integer> led(Optional<TopicImage> topic) {
        Set<Integer> led = new TreeSet<>();
        if (topic.isPresent()) {
            for (int i = 0; i < topic.get().partitions().size(); i++) {
                if (topic.get().partitions().get(i).leader() == nodeId) {
                    led.add(i);
                }
            }
        }
        return led;
    }
}
