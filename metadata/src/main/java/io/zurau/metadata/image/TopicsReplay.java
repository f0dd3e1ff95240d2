package io.zurau.metadata.image;

import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The topics' part of a [Replay].
final class TopicsReplay {
    private final TopicsImage before;
    private final Map<Uuid, Draft> drafts = new LinkedHashMap<>();

    /// A topic while records change it; `deleted` once it is gone.
    private static final class Draft {
        final String name;
        final SortedMap<Integer, PartitionImage> partitions = new TreeMap<>();
        boolean deleted;

        Draft(String name, List<PartitionImage> known) {
            this.name = name;
            for (int i = 0; i < known.size(); i++) {
                partitions.put(i, known.get(i));
            }
        }

        TopicImage image(Uuid id) {
            if (!partitions.isEmpty()
                    && (partitions.firstKey() != 0
                            || partitions.lastKey() != partitions.size() - 1)) {
                throw new IllegalStateException(
                        "The partitions of topic " + name + " have gaps in their numbers.");
            }
            return new TopicImage(name, id, List.copyOf(partitions.values()));
        }
    }

    TopicsReplay(TopicsImage before) {
        this.before = before;
    }

    TopicsImage image() {
        if (drafts.isEmpty()) {
            return before;
        }
        NavigableMap<String, TopicImage> topics = new TreeMap<>(before.byName());
        // First what goes, then what comes: a name may have been deleted and created again.
        drafts.values().stream().filter(d -> d.deleted).forEach(d -> topics.remove(d.name));
        drafts.forEach(
                (id, draft) -> {
                    if (!draft.deleted) {
                        topics.put(draft.name, draft.image(id));
                    }
                });
        return new TopicsImage(topics);
    }

    void create(TopicRecord record) {
        drafts.put(record.topicId(), new Draft(record.name(), List.of()));
    }

    /// Returns the name that the topic had.
    String remove(Uuid id) {
        Draft draft = draft(id);
        draft.deleted = true;
        return draft.name;
    }

    /// Adds a partition or replaces it.
    void put(PartitionRecord record) {
        Draft draft = draft(record.topicId());
        int index = record.partitionId();
        draft.partitions.put(index, checked(draft.name, index, partition(record)));
    }

    void change(PartitionChangeRecord record) {
        Draft draft = draft(record.topicId());
        PartitionImage changed =
                draft.partitions.computeIfPresent(
                        record.partitionId(),
                        (index, old) -> checked(draft.name, index, changed(old, record)));
        if (changed == null) {
            throw new IllegalStateException(
                    "A record changes partition %d of topic %s, unknown here."
                            .formatted(record.partitionId(), record.topicId()));
        }
    }

    /// No record may make a partition that contradicts itself.
    private static PartitionImage checked(String topic, int index, PartitionImage partition) {
        partition
                .contradiction()
                .ifPresent(
                        what -> {
                            throw new IllegalStateException(
                                    "A record gives partition %s-%d %s: %s."
                                            .formatted(topic, index, what, partition));
                        });
        return partition;
    }

    /// @param name the topic whose eligible leaders are forgotten; empty for all topics
    void clearEligibleLeaders(String name) {
        for (TopicImage topic : image().all()) { // As far as the records before this one have come.
            if (name.isEmpty() || topic.name().equals(name)) {
                draft(topic.id()).partitions.replaceAll((_, p) -> withoutEligibleLeaders(p));
            }
        }
    }

    private Draft draft(Uuid id) {
        Draft draft =
                drafts.computeIfAbsent(
                        id,
                        _ ->
                                before.withId(id)
                                        .map(t -> new Draft(t.name(), t.partitions()))
                                        .orElseThrow(() -> unknown(id)));
        if (draft.deleted) {
            throw unknown(id);
        }
        return draft;
    }

    private static IllegalStateException unknown(Uuid id) {
        return new IllegalStateException("A record names topic " + id + ", unknown here.");
    }

    private static PartitionImage partition(PartitionRecord record) {
        return new PartitionImage(
                record.replicas(),
                record.directories().isEmpty()
                        ? record.replicas().stream().map(_ -> Uuid.ZERO).toList()
                        : record.directories(),
                record.isr(),
                record.removingReplicas(),
                record.addingReplicas(),
                orElse(record.eligibleLeaderReplicas(), List.of()),
                orElse(record.lastKnownElr(), List.of()),
                record.leader(),
                record.leaderRecoveryState() == 1,
                record.leaderEpoch(),
                record.partitionEpoch());
    }

    private static PartitionImage changed(PartitionImage old, PartitionChangeRecord record) {
        boolean leaderChanges = record.leader() != PartitionImage.LEADER_STAYS;
        List<Integer> replicas = orElse(record.replicas(), old.replicas());
        return new PartitionImage(
                replicas,
                orElse(record.directories(), directories(old, replicas)),
                orElse(record.isr(), old.inSync()),
                orElse(record.removingReplicas(), old.removing()),
                orElse(record.addingReplicas(), old.adding()),
                orElse(record.eligibleLeaderReplicas(), old.eligibleLeaders()),
                orElse(record.lastKnownElr(), old.lastKnownEligible()),
                leaderChanges ? record.leader() : old.leader(),
                record.leaderRecoveryState() == -1
                        ? old.recovering()
                        : record.leaderRecoveryState() == 1,
                leaderChanges ? old.leaderEpoch() + 1 : old.leaderEpoch(),
                old.epoch() + 1);
    }

    /// Where each replica's directory is when the record that changed the replicas does not say.
    private static List<Uuid> directories(PartitionImage old, List<Integer> replicas) {
        return replicas.stream()
                .map(old.replicas()::indexOf)
                .map(at -> at >= 0 ? old.directories().get(at) : Uuid.ZERO)
                .toList();
    }

    private static PartitionImage withoutEligibleLeaders(PartitionImage p) {
        return p.eligibleLeaders().isEmpty() && p.lastKnownEligible().isEmpty()
                ? p
                : new PartitionImage(
                        p.replicas(),
                        p.directories(),
                        p.inSync(),
                        p.removing(),
                        p.adding(),
                        List.of(),
                        List.of(),
                        p.leader(),
                        p.recovering(),
                        p.leaderEpoch(),
                        p.epoch() + 1);
    }

    private static <T> List<T> orElse(@Nullable List<T> value, List<T> otherwise) {
        return Optional.ofNullable(value).orElse(otherwise);
    }
}
