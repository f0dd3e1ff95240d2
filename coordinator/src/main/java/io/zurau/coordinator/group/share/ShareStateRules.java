package io.zurau.coordinator.group.share;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Changes of what the share coordinator keeps for a group. The group notes what is being done
/// before it is done, and when it is done, so that what was interrupted can be repeated.
public final class ShareStateRules {
    private final ShareGroup group;
    private final Topics topics;
    private final Turn<GroupTimer> turn;

    public ShareStateRules(ShareGroup group, Topics topics, Turn<GroupTimer> turn) {
        this.group = group;
        this.topics = topics;
        this.turn = turn;
    }

    public ShareStateAnswer change(ShareStateChange change) {
        return switch (change) {
            case ShareStateChange.Initialized done -> {
                store(group.kept().initialized(done.order().topics()));
                yield answer(new TreeMap<>());
            }
            case ShareStateChange.NotInitialized failed -> {
                store(group.kept().notInitialized(failed.order().topics()));
                yield answer(new TreeMap<>());
            }
            case ShareStateChange.Deleted done -> {
                store(group.kept().deleted(done.topicIds()));
                yield answer(new TreeMap<>());
            }
            case ShareStateChange.Look _ -> answer(group.kept().initialized());
            case ShareStateChange.Move move -> group.isInUse() ? inUse() : move(move.offsets());
            case ShareStateChange.DeleteTopics delete ->
                    group.isInUse() ? inUse() : delete(delete.names());
            case ShareStateChange.DeleteAll _ -> group.isInUse() ? inUse() : deleteAll();
        };
    }

    /// What the log cannot take is left out: what was noted before is repeated some time.
    ///
    /// @return whether the log can take it
    private boolean store(KeptPartitions next) {
        if (next.equals(group.kept())) {
            return true;
        }
        StoredRecord record = ShareRecords.kept(group.groupId(), next);
        if (!turn.fits(record.toRecord())) {
            ShareHeartbeat.warnOfKept(group, turn);
            return false;
        }
        group.store(record, turn);
        return true;
    }

    private ShareStateAnswer answer(SortedMap<Uuid, KeptPartitions.Topic> partitions) {
        return ShareStateAnswer.of(ShareStateOrder.of(group.groupId(), group.epoch(), partitions));
    }

    private ShareStateAnswer inUse() {
        return ShareStateAnswer.refused(
                group.groupId(),
                ErrorCode.NON_EMPTY_GROUP,
                "The share group %s is not empty.".formatted(group.groupId()));
    }

    /// Partitions that there are not are left out.
    private ShareStateAnswer move(Map<String, Map<Integer, Long>> wanted) {
        TreeMap<Uuid, SortedMap<Integer, Long>> offsets = new TreeMap<>();
        TreeMap<Uuid, String> names = new TreeMap<>();
        wanted.forEach(
                (name, partitions) ->
                        topics.named(name)
                                .ifPresent(
                                        topic -> {
                                            SortedMap<Integer, Long> existing =
                                                    existing(topic, partitions);
                                            if (!existing.isEmpty()) {
                                                offsets.put(topic.id(), existing);
                                            }
                                            names.put(topic.id(), name);
                                        }));
        ShareStateOrder order = new ShareStateOrder(group.groupId(), group.epoch(), offsets, names);
        if (!store(group.kept().initialize(order.topics()))) {
            return tooLarge();
        }
        group.told(offsets.keySet(), turn.nowMs());
        return ShareStateAnswer.of(order);
    }

    private ShareStateAnswer tooLarge() {
        return ShareStateAnswer.refused(
                group.groupId(),
                ErrorCode.INVALID_REQUEST,
                "The share group %s needs a record of more than %d bytes."
                        .formatted(group.groupId(), turn.largestRecord()));
    }

    private static SortedMap<Integer, Long> existing(
            TopicImage topic, Map<Integer, Long> partitions) {
        TreeMap<Integer, Long> existing = new TreeMap<>(partitions);
        existing.keySet().removeIf(index -> topic.partition(index).isEmpty());
        return existing;
    }

    /// Topics of which nothing is kept are left out.
    private ShareStateAnswer delete(List<String> names) {
        KeptPartitions next = group.kept();
        TreeMap<Uuid, KeptPartitions.Topic> deleted = new TreeMap<>();
        for (String name : names) {
            Optional<TopicImage> topic = topics.named(name);
            if (topic.isEmpty()) {
                continue;
            }
            KeptPartitions.Topic known = next.initialized().get(topic.get().id());
            if (known != null) {
                deleted.put(topic.get().id(), known);
                next = next.delete(topic.get().id());
            } else if (next.deleting().containsKey(topic.get().id())) {
                deleted.put(topic.get().id(), whole(topic.get()));
            }
        }
        return store(next) ? answer(deleted) : tooLarge();
    }

    private static KeptPartitions.Topic whole(TopicImage topic) {
        TreeSet<Integer> partitions = new TreeSet<>();
        for (int i = 0; i < topic.partitions().size(); i++) {
            partitions.add(i);
        }
        return new KeptPartitions.Topic(topic.name(), partitions);
    }

    /// Where deletion was interrupted before, it is repeated.
    private ShareStateAnswer deleteAll() {
        KeptPartitions next = group.kept().deleteAll();
        TreeMap<Uuid, KeptPartitions.Topic> deleted = new TreeMap<>();
        next.deleting()
                .keySet()
                .forEach(id -> topics.withId(id).ifPresent(topic -> deleted.put(id, whole(topic))));
        return store(next) ? answer(deleted) : tooLarge();
    }

    /// Topics were deleted, and the share coordinator knows by itself.
    public void topicsDeleted(Set<String> names) {
        store(group.kept().withoutTopics(names));
    }
}
