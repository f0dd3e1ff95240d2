package io.zurau.coordinator.group.assignor;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// For members that subscribe to different topics. Everyone keeps what it has; what nobody has goes
/// to the subscriber with the least; then partitions move from the richest subscriber of their
/// topic to the poorest, topic by topic, as long as that makes them more equal.
///
/// Topics with few subscribers for many partitions come first: there is the least choice.
final class LevelledShares {
    /// Every round makes members more equal; the rounds after that many would change little.
    private static final int MOST_ROUNDS = 16;

    private final Assignor.Demand demand;
    private final Map<Uuid, List<String>> subscribers = new TreeMap<>();
    private final Map<String, TreeSet<TopicPartitionId>> shares = new LinkedHashMap<>();
    private final List<Uuid> topics;

    LevelledShares(Assignor.Demand demand) {
        this.demand = demand;
        demand.members()
                .forEach(
                        (id, member) -> {
                            shares.put(id, new TreeSet<>());
                            for (Uuid topic : member.topics()) {
                                subscribers
                                        .computeIfAbsent(topic, same -> new ArrayList<>())
                                        .add(id);
                            }
                        });
        this.topics = new ArrayList<>(subscribers.keySet());
        topics.sort(
                Comparator.comparingDouble((Uuid topic) -> -demandPerSubscriber(topic))
                        .thenComparingInt(topic -> subscribersOf(topic).size())
                        .thenComparing(topic -> topic));
    }

    private double demandPerSubscriber(Uuid topic) {
        return (double) demand.topics().partitions(topic) / subscribersOf(topic).size();
    }

    private List<String> subscribersOf(Uuid topic) {
        return subscribers.getOrDefault(topic, List.of());
    }

    Map<String, Assignment> assign() {
        Map<TopicPartitionId, String> owners = new HashMap<>(); // Looked up only.
        demand.members().forEach((id, member) -> keep(id, member, owners));
        for (Uuid topic : topics) {
            NavigableSet<String> byLoad = byLoad(topic);
            for (int i = 0; i < demand.topics().partitions(topic); i++) {
                TopicPartitionId partition = new TopicPartitionId(topic, i);
                if (!owners.containsKey(partition)) {
                    give(partition, byLoad.first(), byLoad);
                }
            }
        }
        boolean moved = true;
        for (int round = 0; moved && round < MOST_ROUNDS; round++) {
            moved = false;
            for (Uuid topic : topics) {
                moved |= level(topic);
            }
        }
        Map<String, Assignment> assigned = new LinkedHashMap<>();
        shares.forEach(
                (id, own) -> {
                    Assignment.Builder builder = Assignment.builder();
                    own.forEach(one -> builder.add(one.topic(), one.partition()));
                    assigned.put(id, builder.build());
                });
        return assigned;
    }

    private void keep(String id, Subscriber member, Map<TopicPartitionId, String> owners) {
        for (Uuid topic : member.target().topics()) {
            if (!member.topics().contains(topic)) {
                continue;
            }
            int partitions = demand.topics().partitions(topic);
            for (int partition : member.target().of(topic)) {
                TopicPartitionId one = new TopicPartitionId(topic, partition);
                if (partition < partitions && owners.putIfAbsent(one, id) == null) {
                    share(id).add(one);
                }
            }
        }
    }

    private NavigableSet<TopicPartitionId> share(String id) {
        return shares.computeIfAbsent(id, same -> new TreeSet<>());
    }

    /// The topic's subscribers, the poorest first.
    private NavigableSet<String> byLoad(Uuid topic) {
        TreeSet<String> sorted =
                new TreeSet<>(
                        Comparator.comparingInt((String id) -> share(id).size())
                                .thenComparing(id -> id));
        sorted.addAll(subscribersOf(topic));
        return sorted;
    }

    private void give(TopicPartitionId partition, String id, NavigableSet<String> byLoad) {
        byLoad.remove(id); // Its place depends on what it has.
        share(id).add(partition);
        byLoad.add(id);
    }

    /// @return whether anything moved
    private boolean level(Uuid topic) {
        NavigableSet<String> poor = byLoad(topic);
        NavigableSet<String> rich =
                byLoad(topic); // Without those who have nothing of the topic left.
        boolean moved = false;
        while (!rich.isEmpty()) {
            String richest = rich.last();
            String poorest = poor.first();
            if (share(richest).size() - share(poorest).size() <= 1) {
                return moved;
            }
            TopicPartitionId last =
                    share(richest).lower(new TopicPartitionId(topic, Integer.MAX_VALUE));
            if (last == null || !last.topic().equals(topic)) {
                rich.remove(richest);
                continue;
            }
            boolean poorestIsRich = rich.remove(poorest);
            rich.remove(richest);
            poor.remove(richest);
            share(richest).remove(last);
            give(last, poorest, poor);
            poor.add(richest);
            rich.add(richest);
            if (poorestIsRich) {
                rich.add(poorest);
            }
            moved = true;
        }
        return moved;
    }
}
