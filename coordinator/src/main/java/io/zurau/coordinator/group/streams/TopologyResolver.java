package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupTopologyValue.CopartitionGroup;
import io.zurau.protocol.message.StreamsGroupTopologyValue.Subtopology;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// Finds how many tasks a topology has, and which internal topics it needs, from the topics that
/// there are.
///
/// A repartition topic gets the number of partitions that the application asks for, or else as many
/// as what is written to it is read from; topics that are joined get the same number; a changelog
/// gets a partition for each task.
final class TopologyResolver {
    /// A topic's number of partitions may depend on another's, and that again. Applications have a
    /// handful of such steps.
    private static final int MAX_STEPS = 1000;

    private static final int TOPICS_NAMED = 3;

    private final Topology topology;
    private final ToIntFunction<String> existing;

    /// Of topics that are not there yet, or have another number.
    private final Map<String, Integer> decided = new TreeMap<>();

    private TopologyResolver(Topology topology, ToIntFunction<String> existing) {
        this.topology = topology;
        this.existing = existing;
    }

    /// @param topology without a [Topology#fault]
    /// @param existing how many partitions a topic has; 0 if there is no such topic
    static ResolvedTopology resolve(Topology topology, ToIntFunction<String> existing) {
        return new TopologyResolver(topology, existing).resolve();
    }

    private ResolvedTopology resolve() {
        return withoutSources()
                .or(this::withUndecidableRepartitioning)
                .or(this::withUnequalCopartitions)
                .orElseGet(this::resolved);
    }

    private Optional<ResolvedTopology> withoutSources() {
        NavigableSet<String> missing = new TreeSet<>();
        for (Subtopology subtopology : all()) {
            if (Topology.sources(subtopology).isEmpty()) {
                return invalid(
                        "No source topics found for subtopology " + subtopology.subtopologyId());
            }
            subtopology.sourceTopics().stream()
                    .filter(topic -> existing.applyAsInt(topic) == 0)
                    .forEach(missing::add);
        }
        return missing.isEmpty()
                ? Optional.empty()
                : misfit(
                        GroupStatus.MISSING_SOURCE_TOPICS,
                        "Source topics " + named(missing) + " are missing.");
    }

    private Optional<ResolvedTopology> withUndecidableRepartitioning() {
        for (Subtopology subtopology : all()) {
            for (TopicInfo source : subtopology.repartitionSourceTopics()) {
                if (source.partitions() != 0) {
                    decided.put(source.name(), source.partitions());
                }
            }
        }
        boolean undecided = true;
        for (int step = 0; undecided; step++) {
            int before = decided.size();
            undecided = decideSinks();
            if (undecided && (decided.size() == before || step == MAX_STEPS)) {
                return invalid(
                        "Failed to compute number of partitions for all repartition topics. There"
                                + " may be loops in the topology that cannot be resolved.");
            }
        }
        boolean unused =
                all().stream()
                        .flatMap(subtopology -> subtopology.repartitionSourceTopics().stream())
                        .anyMatch(source -> !decided.containsKey(source.name()));
        return unused
                ? invalid(
                        "Failed to compute number of partitions for all repartition topics, because"
                                + " a repartition source topic is never used as a sink topic.")
                : Optional.empty();
    }

    /// @return whether a topic is still undecided
    private boolean decideSinks() {
        boolean undecided = false;
        for (Subtopology subtopology : all()) {
            for (String sink : subtopology.repartitionSinkTopics()) {
                if (!decided.containsKey(sink)) {
                    int partitions = partitionsRead(subtopology);
                    if (partitions == 0) {
                        undecided = true;
                    } else {
                        decided.put(sink, partitions);
                    }
                }
            }
        }
        return undecided;
    }

    /// Of the topic with the most of them; 0 if none is known yet.
    private int partitionsRead(Subtopology subtopology) {
        int most = 0;
        for (TopicInfo source : subtopology.repartitionSourceTopics()) {
            most = Math.max(most, decided.getOrDefault(source.name(), 0));
        }
        for (String source : subtopology.sourceTopics()) {
            most = Math.max(most, existing.applyAsInt(source));
        }
        return most;
    }

    private Optional<ResolvedTopology> withUnequalCopartitions() {
        Set<String> fixed = repartitionTopics(true);
        Set<String> flexible = repartitionTopics(false);
        for (Subtopology subtopology : all()) {
            for (CopartitionGroup group : subtopology.copartitionGroups()) {
                Optional<ResolvedTopology> problem =
                        align(topics(group, subtopology), fixed, flexible);
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    private Set<String> repartitionTopics(boolean fixed) {
        return all().stream()
                .flatMap(subtopology -> subtopology.repartitionSourceTopics().stream())
                .filter(topic -> (topic.partitions() != 0) == fixed)
                .map(TopicInfo::name)
                .collect(Collectors.toSet());
    }

    private static NavigableSet<String> topics(CopartitionGroup group, Subtopology subtopology) {
        NavigableSet<String> topics = new TreeSet<>();
        group.sourceTopics().forEach(index -> topics.add(subtopology.sourceTopics().get(index)));
        group.repartitionSourceTopics()
                .forEach(
                        index ->
                                topics.add(
                                        subtopology.repartitionSourceTopics().get(index).name()));
        return topics;
    }

    /// Gives the repartition topics of a group the number of partitions that the others have, or
    /// that the application asks for, or else the largest.
    ///
    /// Differs from Kafka's coordinator, which takes fixed numbers from other groups too: here, as
    /// in Kafka's clients of the classic protocol, two groups may have different numbers.
    private Optional<ResolvedTopology> align(
            NavigableSet<String> topics, Set<String> fixed, Set<String> flexible) {
        SortedMap<String, Integer> internal = new TreeMap<>();
        SortedMap<String, Integer> external = new TreeMap<>();
        for (String topic : topics) {
            boolean repartition = fixed.contains(topic) || flexible.contains(topic);
            (repartition ? internal : external).put(topic, partitions(topic));
        }
        SortedMap<String, Integer> leading = new TreeMap<>(external);
        if (external.isEmpty()) {
            leading.putAll(internal);
            leading.keySet().retainAll(fixed);
        }
        if (leading.values().stream().distinct().count() > 1) {
            return misfit(
                    GroupStatus.INCORRECTLY_PARTITIONED_TOPICS,
                    "Following topics do not have the same number of partitions: [%s]"
                            .formatted(external.isEmpty() ? internal : external));
        }
        int number =
                (leading.isEmpty() ? internal : leading)
                        .values().stream().mapToInt(Integer::intValue).max().orElse(0);
        for (Map.Entry<String, Integer> topic : internal.entrySet()) {
            decided.put(topic.getKey(), number);
            if (fixed.contains(topic.getKey()) && topic.getValue() != number) {
                return misfit(
                        GroupStatus.INCORRECTLY_PARTITIONED_TOPICS,
                        ("Number of partitions [%d] of repartition topic [%s] doesn't match number"
                                        + " of partitions [%d] of the source topic.")
                                .formatted(topic.getValue(), topic.getKey(), number));
            }
        }
        return Optional.empty();
    }

    private ResolvedTopology resolved() {
        SortedMap<String, ResolvedSubtopology> subtopologies = new TreeMap<>();
        SortedMap<String, InternalTopic> needed = new TreeMap<>();
        topology.subtopologies()
                .forEach((id, declared) -> subtopologies.put(id, resolved(declared, needed)));
        List<InternalTopic> missing = new ArrayList<>();
        for (InternalTopic topic : needed.values()) {
            int found = existing.applyAsInt(topic.name());
            if (found == 0) {
                missing.add(topic);
            } else if (found != topic.partitions()) {
                return new ResolvedTopology.Misfit(
                        GroupStatus.INCORRECTLY_PARTITIONED_TOPICS,
                        "Existing topic %s has different number of partitions: expected %d, found %d"
                                .formatted(topic.name(), topic.partitions(), found));
            }
        }
        return missing.isEmpty()
                ? new ResolvedTopology.Ready(subtopologies)
                : new ResolvedTopology.Incomplete(subtopologies, missing);
    }

    private ResolvedSubtopology resolved(
            Subtopology declared, SortedMap<String, InternalTopic> needed) {
        int tasks =
                Topology.sources(declared).stream().mapToInt(this::partitions).max().orElseThrow();
        List<InternalTopic> sources =
                declared.repartitionSourceTopics().stream()
                        .map(
                                topic ->
                                        InternalTopic.of(
                                                topic,
                                                topic.partitions() == 0
                                                        ? decided.getOrDefault(topic.name(), 0)
                                                        : topic.partitions()))
                        .toList();
        List<InternalTopic> changelogs =
                declared.stateChangelogTopics().stream()
                        .map(topic -> InternalTopic.of(topic, tasks))
                        .toList();
        sources.forEach(topic -> needed.put(topic.name(), topic));
        changelogs.forEach(topic -> needed.put(topic.name(), topic));
        return new ResolvedSubtopology(declared, tasks, sources, changelogs);
    }

    /// That it has, or else shall have.
    private int partitions(String topic) {
        int found = existing.applyAsInt(topic);
        return found == 0 ? decided.getOrDefault(topic, 0) : found;
    }

    private Collection<Subtopology> all() {
        return topology.subtopologies().values();
    }

    private static Optional<ResolvedTopology> misfit(GroupStatus status, String detail) {
        return Optional.of(new ResolvedTopology.Misfit(status, detail));
    }

    private static Optional<ResolvedTopology> invalid(String reason) {
        return Optional.of(new ResolvedTopology.Invalid(reason));
    }

    /// The first few, and how many more.
    static String named(Collection<String> topics) {
        String first = topics.stream().limit(TOPICS_NAMED).collect(Collectors.joining(", "));
        int more = topics.size() - TOPICS_NAMED;
        return more > 0 ? first + " and " + more + " additional topics" : first;
    }
}
