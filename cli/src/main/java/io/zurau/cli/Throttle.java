package io.zurau.cli;

import io.zurau.cli.rebalance.Plan;
import io.zurau.cli.rebalance.Plan.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What holds the moves of replicas back (KIP-73), as it is wanted or as it was found: rates of
/// nodes, and the replicas of topics that these are for. Only both together hold anything back.
///
/// @param nodes the settings of each node that has any, by its id
/// @param topics the settings of each topic that has any, by its name
record Throttle(
        SortedMap<Integer, Map<String, String>> nodes,
        SortedMap<String, Map<String, String>> topics) {
    static final Throttle NONE = new Throttle(new TreeMap<>(), new TreeMap<>());

    private static final String SENDING = "leader.replication.throttled.rate";
    private static final String RECEIVING = "follower.replication.throttled.rate";
    private static final String SENDERS = "leader.replication.throttled.replicas";
    private static final String RECEIVERS = "follower.replication.throttled.replicas";

    /// The settings of a node.
    static final List<String> RATES = List.of(SENDING, RECEIVING);

    /// The settings of a topic.
    static final List<String> REPLICAS = List.of(SENDERS, RECEIVERS);

    /// A node's rates, in bytes per second.
    ///
    /// @param sending as leader; -1 if it has none
    /// @param receiving as follower; -1 if it has none
    record Rates(long sending, long receiving) {
        static Rates of(Map<String, String> settings) {
            return new Rates(rate(settings, SENDING), rate(settings, RECEIVING));
        }

        private static long rate(Map<String, String> settings, String name) {
            return Long.parseLong(settings.getOrDefault(name, "-1"));
        }

        @Override
        public String toString() {
            if (sending == receiving) {
                return Bytes.text(sending) + "/s";
            }
            List<String> ways = new ArrayList<>();
            if (sending >= 0) {
                ways.add(Bytes.text(sending) + "/s sent");
            }
            if (receiving >= 0) {
                ways.add(Bytes.text(receiving) + "/s received");
            }
            return String.join(", ", ways);
        }
    }

    /// The one for a plan: of each partition that gets a new replica, the replicas that it has send
    /// and the new ones receive. Others are not held back.
    ///
    /// @param bytesPerSecond of each node, once for what it sends and once for what it receives
    /// @param present the nodes that are there; others neither send nor receive
    static Throttle of(Plan plan, long bytesPerSecond, Set<Integer> present) {
        String rate = String.valueOf(bytesPerSecond);
        SortedMap<Integer, Map<String, String>> nodes = new TreeMap<>();
        SortedMap<String, List<String>> senders = new TreeMap<>();
        SortedMap<String, List<String>> receivers = new TreeMap<>();
        for (Move move : plan.moves()) {
            if (move.added().isEmpty()) {
                continue;
            }
            SortedSet<Integer> concerned = new TreeSet<>(move.before());
            concerned.addAll(move.added());
            concerned.retainAll(present);
            concerned.forEach(
                    node -> nodes.put(node, new TreeMap<>(Map.of(SENDING, rate, RECEIVING, rate))));
            add(senders, move, move.before());
            add(receivers, move, move.added());
        }
        SortedMap<String, Map<String, String>> topics = new TreeMap<>();
        put(topics, SENDERS, senders);
        put(topics, RECEIVERS, receivers);
        return new Throttle(nodes, topics);
    }

    private static void add(
            SortedMap<String, List<String>> replicas, Move move, List<Integer> nodes) {
        List<String> ofTopic =
                replicas.computeIfAbsent(move.name().topic(), _ -> new ArrayList<>());
        nodes.forEach(node -> ofTopic.add(move.name().partition() + ":" + node));
    }

    private static void put(
            SortedMap<String, Map<String, String>> topics,
            String setting,
            SortedMap<String, List<String>> replicas) {
        replicas.forEach(
                (topic, ofTopic) ->
                        topics.computeIfAbsent(topic, _ -> new TreeMap<>())
                                .put(setting, String.join(",", ofTopic)));
    }

    boolean isEmpty() {
        return lines().isEmpty();
    }

    /// What of this nobody has changed since. What was not found counts as unchanged: the node that
    /// was asked may be a moment behind.
    ///
    /// @param found with all nodes and topics that are still there, also those without settings
    Throttle unchangedIn(Throttle found) {
        return new Throttle(unchanged(nodes, found.nodes), unchanged(topics, found.topics));
    }

    private static <K> SortedMap<K, Map<String, String>> unchanged(
            SortedMap<K, Map<String, String>> ours, SortedMap<K, Map<String, String>> found) {
        SortedMap<K, Map<String, String>> unchanged = new TreeMap<>();
        ours.forEach(
                (owner, settings) -> {
                    Map<String, String> now = found.get(owner);
                    if (now != null) {
                        Map<String, String> same = new TreeMap<>(settings);
                        same.entrySet()
                                .removeIf(
                                        setting ->
                                                !now.getOrDefault(
                                                                setting.getKey(),
                                                                setting.getValue())
                                                        .equals(setting.getValue()));
                        unchanged.put(owner, same);
                    }
                });
        unchanged.values().removeIf(Map::isEmpty);
        return unchanged;
    }

    /// One line for each setting.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        nodes.forEach((id, settings) -> add(lines, "node " + id, settings));
        topics.forEach((name, settings) -> add(lines, "topic " + name, settings));
        return lines;
    }

    private static void add(List<String> lines, String owner, Map<String, String> settings) {
        settings.forEach((name, value) -> lines.add("%s: %s=%s".formatted(owner, name, value)));
    }
}
