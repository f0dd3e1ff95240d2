package io.zurau.broker.coordinator;

import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Tells a coordinator which partitions of its topic this broker leads, and which topics were
/// deleted.
///
/// A partition that another broker may have led in between, which its epoch tells, is loaded again.
///
/// **Guard:** none; called by the one thread that tells about images.
public final class LedPartitions implements MetadataListener {
    private final int nodeId;
    private final String topicName;
    private final Hosting coordinator;

    /// What a coordinator is told.
    public interface Hosting {
        /// This broker leads the partition from now on.
        void load(int partition);

        /// This broker leads the partition still, but another one may have led it in between. Does
        /// not wait for anybody: who waits in the partition is not refused by now.
        void reload(int partition);

        /// This broker does not lead the partition any more.
        void unload(int partition) throws InterruptedException;

        void topicsDeleted(Set<String> names);
    }

    public LedPartitions(int nodeId, String topicName, Hosting coordinator) {
        this.nodeId = nodeId;
        this.topicName = topicName;
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
        Optional<TopicImage> old = before.topics().named(topicName);
        Map<Integer, Integer> led = led(after.topics().named(topicName));
        boolean recreated = old.isPresent() && isGone(old.get(), after);
        led(old).forEach(
                        (partition, epoch) -> {
                            Integer now = led.get(partition);
                            if (recreated || now == null) {
                                unload(partition);
                            } else if (!epoch.equals(now)) {
                                coordinator.reload(partition);
                            }
                        });
        led.keySet().forEach(coordinator::load);
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

    /// @return leader epochs by partition
    private Map<Integer, Integer> led(Optional<TopicImage> topic) {
        Map<Integer, Integer> led = new TreeMap<>();
        if (topic.isPresent()) {
            for (int i = 0; i < topic.get().partitions().size(); i++) {
                PartitionImage partition = topic.get().partitions().get(i);
                if (partition.leader() == nodeId) {
                    led.put(i, partition.leaderEpoch());
                }
            }
        }
        return led;
    }
}
