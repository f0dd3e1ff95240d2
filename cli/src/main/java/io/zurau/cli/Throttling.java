package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.ClusterDescription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Puts a [Throttle] on a cluster and takes it off again. What somebody else has set stays as it
/// is.
///
/// Owned by one thread.
final class Throttling {
    /// How to get rid of one that nobody takes off any more.
    static final String BY_HAND = "\"zurau cluster rebalance --remove-throttle\"";

    private final Admin admin;
    private final SortedMap<Integer, ClusterDescription.Node> present = new TreeMap<>();

    Throttling(Admin admin, ClusterDescription cluster) {
        this.admin = admin;
        for (ClusterDescription.Node node : cluster.nodes()) {
            if (!node.fenced()) {
                present.put(node.id(), node);
            }
        }
    }

    /// The nodes that are there.
    Set<Integer> present() {
        return present.keySet();
    }

    /// All there is on the nodes that are there and on these topics, whoever set it.
    Throttle found(Set<String> topics) {
        return found(present.values(), topics);
    }

    private Throttle found(Collection<ClusterDescription.Node> nodes, Set<String> topics) {
        SortedMap<Integer, Map<String, String>> rates = new TreeMap<>();
        nodes.forEach(node -> rates.put(node.id(), admin.settingsOf(node, Throttle.RATES)));
        SortedMap<String, Map<String, String>> replicas = new TreeMap<>();
        if (!topics.isEmpty()) {
            replicas.putAll(admin.settingsOf(topics, Throttle.REPLICAS));
        }
        return new Throttle(rates, replicas);
    }

    /// @throws IllegalStateException with a sentence, if a node or a topic that it is for has one
    ///   already: two would take each other off
    void refuseIfThereIsOne(Throttle wanted) {
        Throttle found = found(nodesOf(wanted), wanted.topics().keySet());
        if (!found.isEmpty()) {
            throw new IllegalStateException(
                    "There is a throttle already (%s). Leave out --throttle to move under it; if nobody needs it any more, take it off with %s."
                            .formatted(found.lines().getFirst(), BY_HAND));
        }
    }

    void putOn(Throttle throttle) {
        throttle.nodes().forEach((id, settings) -> change(id, settings, Optional::of));
        if (!throttle.topics().isEmpty()) {
            admin.changeSettings(changes(throttle.topics(), Optional::of));
        }
    }

    /// Takes off what is still as it was put on. What fails is said on standard error.
    ///
    /// @return false if something is left
    boolean takeOff(Throttle throttle) {
        boolean all = true;
        try {
            Throttle left = left(throttle, found(List.of(), throttle.topics().keySet()));
            if (!left.topics().isEmpty()) {
                admin.changeSettings(changes(left.topics(), _ -> Optional.empty()));
            }
        } catch (ClientFailure e) {
            all = isLeft("topics", e);
        }
        for (ClusterDescription.Node node : nodesOf(throttle)) {
            try {
                Throttle left = left(throttle, found(List.of(node), Set.of()));
                left.nodes().forEach((id, settings) -> change(id, settings, _ -> Optional.empty()));
            } catch (ClientFailure e) {
                all = isLeft("node " + node.id(), e);
            }
        }
        return all;
    }

    private static Throttle left(Throttle throttle, Throttle found) {
        Throttle left = throttle.unchangedIn(found);
        List<String> others = new ArrayList<>(found.lines());
        others.removeAll(left.lines());
        others.forEach(
                line ->
                        System.err.println(
                                "zurau: Somebody else has changed this; it stays: " + line));
        return left;
    }

    private static boolean isLeft(String where, ClientFailure e) {
        System.err.printf(
                "zurau: The throttle on %s could not be taken off; do it with %s. %s%n",
                where, BY_HAND, e.getMessage());
        return false;
    }

    private List<ClusterDescription.Node> nodesOf(Throttle throttle) {
        return present.values().stream()
                .filter(node -> throttle.nodes().containsKey(node.id()))
                .toList();
    }

    private void change(
            int id, Map<String, String> settings, Function<String, Optional<String>> value) {
        ClusterDescription.Node node = present.get(id);
        if (node != null) {
            admin.changeSettings(node, changes(settings, value));
        }
    }

    private static SortedMap<String, Map<String, Optional<String>>> changes(
            SortedMap<String, Map<String, String>> topics,
            Function<String, Optional<String>> value) {
        SortedMap<String, Map<String, Optional<String>>> changes = new TreeMap<>();
        topics.forEach((topic, settings) -> changes.put(topic, changes(settings, value)));
        return changes;
    }

    private static Map<String, Optional<String>> changes(
            Map<String, String> settings, Function<String, Optional<String>> value) {
        return settings.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, setting -> value.apply(setting.getValue())));
    }
}
