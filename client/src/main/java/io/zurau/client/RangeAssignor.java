package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gives each member of a group a range of neighbouring partitions of every topic it subscribed to:
/// Kafka's `range`.
final class RangeAssignor {
    static final String NAME = "range";

    private RangeAssignor() {}

    /// @param subscriptions topics by member, in the order in which members get their ranges
    /// @param partitionCounts by topic; topics that do not exist are missing
    static Map<String, List<TopicPartition>> assign(
            SortedMap<String, ? extends Collection<String>> subscriptions,
            Map<String, Integer> partitionCounts) {
        Map<String, List<String>> membersByTopic = new TreeMap<>();
        Map<String, List<TopicPartition>> assigned = new TreeMap<>();
        subscriptions.forEach(
                (member, topics) -> {
                    assigned.put(member, new ArrayList<>());
                    for (String topic : new TreeSet<>(topics)) {
                        membersByTopic
                                .computeIfAbsent(topic, name -> new ArrayList<>())
                                .add(member);
                    }
                });
        membersByTopic.forEach(
                (topic, members) -> {
                    int partitions = partitionCounts.getOrDefault(topic, 0);
                    int each = partitions / members.size();
                    int withOneMore = partitions % members.size();
                    int next = 0;
                    for (int i = 0; i < members.size(); i++) {
                        int count = i < withOneMore ? each + 1 : each;
                        for (int n = 0; n < count; n++) {
                            assigned.getOrDefault(members.get(i), new ArrayList<>())
                                    .add(new TopicPartition(topic, next++));
                        }
                    }
                });
        return assigned;
    }
}
