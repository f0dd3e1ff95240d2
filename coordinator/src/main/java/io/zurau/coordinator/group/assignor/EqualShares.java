package io.zurau.coordinator.group.assignor;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// For members that all subscribe to the same topics: each gets the same number of partitions, or
/// one more. Everyone keeps what it has up to its share; the rest goes to those who have less,
/// first to those in whose rack it lies.
///
/// Differs from Kafka: its assignors look at no racks since 4.0. Here racks decide only where a
/// partition that has to move anyway goes, so that they cost neither balance nor stickiness.
final class EqualShares {
    private EqualShares() {}

    static Map<String, Assignment> of(Assignor.Demand demand) {
        Map<String, Subscriber> members = demand.members();
        Iterable<Uuid> topics = members.values().iterator().next().topics();
        TreeSet<TopicPartitionId> free = new TreeSet<>();
        for (Uuid topic : topics) {
            for (int i = 0; i < demand.topics().partitions(topic); i++) {
                free.add(new TopicPartitionId(topic, i));
            }
        }
        int least = free.size() / members.size();
        int withOneMore = free.size() % members.size();
        Map<String, List<TopicPartitionId>> kept = new LinkedHashMap<>();
        members.forEach(
                (id, member) -> {
                    List<TopicPartitionId> own = new ArrayList<>();
                    for (Uuid topic : member.target().topics()) {
                        for (int partition : member.target().of(topic)) {
                            TopicPartitionId one = new TopicPartitionId(topic, partition);
                            if (own.size() <= least && free.remove(one)) {
                                own.add(one);
                            }
                        }
                    }
                    kept.put(id, own);
                });
        Map<String, Integer> shares = shares(kept, least, withOneMore);
        kept.forEach(
                (id, own) -> {
                    while (own.size() > shares.getOrDefault(id, least)) {
                        free.add(own.removeLast());
                    }
                });
        fill(demand, kept, shares, new ArrayDeque<>(free));
        Map<String, Assignment> assigned = new LinkedHashMap<>();
        kept.forEach((id, own) -> assigned.put(id, assignment(own)));
        return assigned;
    }

    /// The larger shares go to those who have one already.
    private static Map<String, Integer> shares(
            Map<String, List<TopicPartitionId>> kept, int least, int withOneMore) {
        List<Map.Entry<String, List<TopicPartitionId>>> byWealth = new ArrayList<>(kept.entrySet());
        byWealth.sort(Comparator.comparingInt(entry -> -entry.getValue().size()));
        Map<String, Integer> shares = new LinkedHashMap<>();
        for (int i = 0; i < byWealth.size(); i++) {
            shares.put(byWealth.get(i).getKey(), i < withOneMore ? least + 1 : least);
        }
        return shares;
    }

    private static void fill(
            Assignor.Demand demand,
            Map<String, List<TopicPartitionId>> kept,
            Map<String, Integer> shares,
            ArrayDeque<TopicPartitionId> free) {
        kept.forEach(
                (id, own) -> {
                    Subscriber member = demand.members().get(id);
                    String rack = member == null ? null : member.rackId();
                    int missing = shares.getOrDefault(id, 0) - own.size();
                    if (rack != null && missing > 0) {
                        own.addAll(near(rack, missing, demand.topics(), free));
                    }
                });
        kept.forEach(
                (id, own) -> {
                    while (own.size() < shares.getOrDefault(id, 0)) {
                        own.add(free.remove());
                    }
                });
    }

    private static List<TopicPartitionId> near(
            @Nullable String rack, int most, Supply topics, ArrayDeque<TopicPartitionId> free) {
        List<TopicPartitionId> near =
                free.stream()
                        .filter(one -> topics.racks(one.topic(), one.partition()).contains(rack))
                        .limit(most)
                        .toList();
        free.removeAll(new TreeSet<>(near));
        return near;
    }

    private static Assignment assignment(List<TopicPartitionId> partitions) {
        Assignment.Builder builder = Assignment.builder();
        partitions.forEach(one -> builder.add(one.topic(), one.partition()));
        return builder.build();
    }
}
