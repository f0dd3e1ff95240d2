package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicPolicy;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The partitions that one decision changes, each as it is after the changes so far.
///
/// **Owner:** the thread that decides.
final class PartitionChanges {
    private final ClusterImage cluster;
    private final ClusterConfigs configs;
    private final NewDirectories newDirectories;
    private final Map<Key, PartitionImage> changed = new HashMap<>(); // Asked, never walked.
    private final Map<Uuid, TopicPolicy> policies = new HashMap<>(); // Likewise.
    private final List<MetadataRecord> records;

    private record Key(Uuid topicId, int index) {}

    /// Looks at one partition.
    @FunctionalInterface
    interface Visitor {
        void visit(TopicImage topic, int index, PartitionImage partition);
    }

    private PartitionChanges(
            ClusterImage cluster, ClusterConfigs configs, List<MetadataRecord> records) {
        this.cluster = cluster;
        this.configs = configs;
        this.newDirectories = new NewDirectories(cluster);
        this.records = records;
    }

    static PartitionChanges of(ClusterImage cluster, ClusterConfigs configs) {
        return new PartitionChanges(cluster, configs, new ArrayList<>());
    }

    /// Changes that follow from `first`, with which they are committed.
    ///
    /// @param image before `first`
    static PartitionChanges after(
            List<MetadataRecord> first, ClusterImage image, ClusterConfigs configs) {
        ClusterImage cluster = image.replay(first, image.endOffset() + first.size());
        return new PartitionChanges(cluster, configs, new ArrayList<>(first));
    }

    ClusterImage cluster() {
        return cluster;
    }

    /// All partitions, topic by topic in the order of their names.
    void visit(Visitor visitor) {
        for (TopicImage topic : cluster.topics().all()) {
            visit(topic, visitor);
        }
    }

    void visit(TopicImage topic, Visitor visitor) {
        List<PartitionImage> partitions = topic.partitions();
        for (int index = 0; index < partitions.size(); index++) {
            visitor.visit(topic, index, partitions.get(index));
        }
    }

    TopicPolicy policy(TopicImage topic) {
        return policies.computeIfAbsent(topic.id(), _ -> configs.policy(cluster, topic.name()));
    }

    /// The partition as the changes so far leave it.
    Optional<PartitionImage> partition(TopicImage topic, int index) {
        return Optional.ofNullable(changed.get(new Key(topic.id(), index)))
                .or(() -> topic.partition(index));
    }

    /// Begins a change of a partition, which must exist.
    PartitionChange change(TopicImage topic, int index) {
        return new PartitionChange(
                partition(topic, index).orElseThrow(), policy(topic), cluster, newDirectories);
    }

    /// Takes what was decided for a partition; false if nothing changes.
    boolean add(TopicImage topic, int index, PartitionImage after) {
        PartitionImage before = partition(topic, index).orElseThrow();
        if (after.equals(before)) {
            return false;
        }
        records.add(before.change(topic.id(), index, after));
        changed.put(new Key(topic.id(), index), after);
        return true;
    }

    int size() {
        return changed.size();
    }

    <A> Decision<A> answering(A answer) {
        return new Decision<>(List.copyOf(records), answer);
    }
}
