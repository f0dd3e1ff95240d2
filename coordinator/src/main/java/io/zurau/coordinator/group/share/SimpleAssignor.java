package io.zurau.coordinator.group.share;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gives members of a share group their partitions, as Kafka's assignor `simple` does: every
/// partition has a member, no member has many more than another, and where there are more members
/// than partitions these are shared. Who has a partition keeps it if that is fair.
///
/// Pure. Members that subscribe to the same topics share what these have.
final class SimpleAssignor {
    static final String NAME = "simple";

    private final Map<String, Assignment> before;
    private final TreeMap<String, SortedSet<Partition>> assigned = new TreeMap<>();

    private record Partition(Uuid topicId, int index) implements Comparable<Partition> {
        private static final Comparator<Partition> ORDER =
                Comparator.comparing(Partition::topicId).thenComparingInt(Partition::index);

        @Override
        public int compareTo(Partition other) {
            return ORDER.compare(this, other);
        }
    }

    private SimpleAssignor(Map<String, Assignment> before) {
        this.before = before;
    }

    /// @param subscriptions by member
    /// @param partitions that can be assigned, by topic
    /// @param before what members had
    /// @return by member
    static SortedMap<String, Assignment> assign(
            SortedMap<String, ? extends Collection<Uuid>> subscriptions,
            Map<Uuid, SortedSet<Integer>> partitions,
            Map<String, Assignment> before) {
        SimpleAssignor assignor = new SimpleAssignor(before);
        // Members that want the same belong together.
        TreeMap<List<Uuid>, List<String>> alike = new TreeMap<>(SimpleAssignor::compare);
        subscriptions.forEach(
                (member, topics) -> {
                    assignor.assigned.put(member, new TreeSet<>());
                    alike.computeIfAbsent(
                                    new ArrayList<>(new TreeSet<>(topics)), _ -> new ArrayList<>())
                            .add(member);
                });
        alike.forEach((topics, members) -> assignor.assign(members, targets(topics, partitions)));
        SortedMap<String, Assignment> result = new TreeMap<>();
        assignor.assigned.forEach(
                (member, mine) -> {
                    Assignment.Builder assignment = Assignment.builder();
                    mine.forEach(one -> assignment.add(one.topicId, one.index));
                    result.put(member, assignment.build());
                });
        return result;
    }

    private static int compare(List<Uuid> one, List<Uuid> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static List<Partition> targets(
            List<Uuid> topics, Map<Uuid, SortedSet<Integer>> partitions) {
        List<Partition> targets = new ArrayList<>();
        for (Uuid topic : topics) {
            partitions
                    .getOrDefault(topic, new TreeSet<>())
                    .forEach(index -> targets.add(new Partition(topic, index)));
        }
        return targets;
    }

    /// Each partition gets as many members as all need to have something, spread evenly.
    private void assign(List<String> members, List<Partition> targets) {
        if (targets.isEmpty()) {
            return;
        }
        int sharing = (members.size() + targets.size() - 1) / targets.size();
        Map<String, Integer> wanted = shares(members, sharing * targets.size());
        TreeMap<Partition, Integer> holders = new TreeMap<>();
        targets.forEach(target -> holders.put(target, 0));
        for (String member : members) {
            keep(member, wanted.getOrDefault(member, 0), sharing, holders);
        }
        TreeSet<String> unfilled = new TreeSet<>(members);
        unfilled.removeIf(member -> mine(member).size() >= wanted.getOrDefault(member, 0));
        for (Partition target : targets) {
            fill(target, sharing - holders.getOrDefault(target, 0), unfilled, wanted);
        }
    }

    private SortedSet<Partition> mine(String member) {
        return assigned.computeIfAbsent(member, _ -> new TreeSet<>());
    }

    /// How many partitions each member shall have.
    private static Map<String, Integer> shares(List<String> members, int all) {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < members.size(); i++) {
            long from = Math.ceilDiv((long) all * i, members.size());
            long to = Math.ceilDiv((long) all * (i + 1), members.size());
            shares.put(members.get(i), (int) (to - from));
        }
        return shares;
    }

    private void keep(String member, int wanted, int sharing, Map<Partition, Integer> holders) {
        Assignment had = before.getOrDefault(member, Assignment.NONE);
        for (Uuid topic : had.topics()) {
            for (int index : had.of(topic)) {
                Partition partition = new Partition(topic, index);
                Integer count = holders.get(partition);
                if (count != null && count < sharing && mine(member).size() < wanted) {
                    mine(member).add(partition);
                    holders.put(partition, count + 1);
                }
            }
        }
    }

    private void fill(
            Partition target,
            int missing,
            SortedSet<String> unfilled,
            Map<String, Integer> wanted) {
        int left = missing;
        for (String member : List.copyOf(unfilled)) {
            if (left <= 0) {
                return;
            }
            if (mine(member).add(target)) {
                left--;
                if (mine(member).size() >= wanted.getOrDefault(member, 0)) {
                    unfilled.remove(member);
                }
            }
        }
    }
}
