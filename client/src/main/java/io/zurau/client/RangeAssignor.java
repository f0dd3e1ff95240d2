package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Gives each member of a group a range of neighbouring partitions of every topic it subscribed to:
/// Kafka's `range`, which gives the first ranges to static members, then by member id.
final class RangeAssignor {
    static final String NAME = "range";

    private static final Comparator<Member> ORDER =
            Comparator.comparing(
                            Member::instanceId, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(Member::id);

    private RangeAssignor() {}

    /// @param instanceId null unless the member is static (KIP-345)
    record Member(String id, @Nullable String instanceId, Collection<String> topics) {}

    /// @param partitionCounts by topic; topics that do not exist are missing
    /// @return the partitions of every member, by its id
    static Map<String, List<TopicPartition>> assign(
            Collection<Member> members, Map<String, Integer> partitionCounts) {
        Map<String, List<List<TopicPartition>>> rangesByTopic = new TreeMap<>();
        Map<String, List<TopicPartition>> assigned = new TreeMap<>();
        for (Member member : members.stream().sorted(ORDER).toList()) {
            List<TopicPartition> own = new ArrayList<>();
            assigned.put(member.id(), own);
            for (String topic : new TreeSet<>(member.topics())) {
                rangesByTopic.computeIfAbsent(topic, name -> new ArrayList<>()).add(own);
            }
        }
        rangesByTopic.forEach(
                (topic, takers) -> cut(topic, partitionCounts.getOrDefault(topic, 0), takers));
        return assigned;
    }

    private static void cut(String topic, int partitions, List<List<TopicPartition>> takers) {
        int each = partitions / takers.size();
        int withOneMore = partitions % takers.size();
        int next = 0;
        for (int i = 0; i < takers.size(); i++) {
            int end = next + each + (i < withOneMore ? 1 : 0);
            for (; next < end; next++) {
                takers.get(i).add(new TopicPartition(topic, next));
            }
        }
    }
}
