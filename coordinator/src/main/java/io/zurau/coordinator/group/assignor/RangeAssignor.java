package io.zurau.coordinator.group.assignor;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Cuts each topic into ranges, one for each subscriber, in the order of the members: topics of as
/// many partitions are cut alike, so that a member can join their records. Static members come
/// first, by their instance ids, and so keep their ranges when they restart.
final class RangeAssignor implements Assignor {
    static final String NAME = "range";

    private static final Comparator<Map.Entry<String, Subscriber>> STATIC_FIRST =
            Comparator.<Map.Entry<String, Subscriber>, String>comparing(
                            member -> member.getValue().instanceId(),
                            Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(Map.Entry::getKey);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Assignment> assign(Demand demand) {
        List<Map.Entry<String, Subscriber>> members = new ArrayList<>(demand.members().entrySet());
        members.sort(STATIC_FIRST);
        Map<Uuid, List<String>> subscribers = new TreeMap<>();
        for (Map.Entry<String, Subscriber> member : members) {
            for (Uuid topic : member.getValue().topics()) {
                subscribers.computeIfAbsent(topic, id -> new ArrayList<>()).add(member.getKey());
            }
        }
        Map<String, Assignment.Builder> ranges = new HashMap<>(); // Looked up only.
        subscribers.forEach(
                (topic, ids) -> {
                    int partitions = demand.topics().partitions(topic);
                    int least = partitions / ids.size();
                    int withOneMore = partitions % ids.size();
                    int next = 0;
                    for (int i = 0; i < ids.size(); i++) {
                        int end = next + least + (i < withOneMore ? 1 : 0);
                        Assignment.Builder range =
                                ranges.computeIfAbsent(ids.get(i), id -> Assignment.builder());
                        while (next < end) {
                            range.add(topic, next++);
                        }
                    }
                });
        Map<String, Assignment> assigned = new LinkedHashMap<>();
        for (Map.Entry<String, Subscriber> member : members) {
            Assignment.Builder range = ranges.get(member.getKey());
            assigned.put(member.getKey(), range == null ? Assignment.NONE : range.build());
        }
        return assigned;
    }
}
