package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.AlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One decision about changing the settings of resources: each resource as a whole or not at all.
///
/// **Owner:** the thread that decides.
final class ConfigAlteration {
    private final ClusterImage image;
    private final ClusterConfigs configs;

    /// What is asked of one resource.
    ///
    /// @param replaces whether what is not named is unset (the older API)
    record Asked(
            byte resourceType, String resourceName, List<ConfigChange> changes, boolean replaces) {
        static Asked of(IncrementalAlterConfigsRequest.AlterConfigsResource resource) {
            return new Asked(
                    resource.resourceType(),
                    resource.resourceName(),
                    resource.configs().stream()
                            .map(c -> ConfigChange.of(c.configOperation(), c.name(), c.value()))
                            .toList(),
                    false);
        }

        static Asked of(AlterConfigsRequest.AlterConfigsResource resource) {
            return new Asked(
                    resource.resourceType(),
                    resource.resourceName(),
                    resource.configs().stream()
                            .<ConfigChange>map(c -> new ConfigChange.Put(c.name(), c.value()))
                            .toList(),
                    true);
        }

        /// Equal for what names the same resource.
        String resource() {
            return resourceType + " " + resourceName;
        }
    }

    /// What became of it.
    ///
    /// @param reason null if it was changed
    record Altered(
            byte resourceType, String resourceName, ErrorCode error, @Nullable String reason) {
        static Altered refused(Asked asked, Refusal refusal) {
            return new Altered(
                    asked.resourceType(), asked.resourceName(), refusal.error(), refusal.reason());
        }

        static Altered changed(Asked asked) {
            return new Altered(asked.resourceType(), asked.resourceName(), ErrorCode.NONE, null);
        }
    }

    private ConfigAlteration(ClusterImage image, ClusterConfigs configs) {
        this.image = image;
        this.configs = configs;
    }

    static Command<List<Altered>> command(
            List<Asked> resources, boolean validateOnly, ClusterConfigs configs) {
        return image -> {
            Decision<List<Altered>> decision =
                    new ConfigAlteration(image, configs).decide(resources);
            return validateOnly
                    ? Decision.answer(decision.answer())
                    : PolicyChange.following(decision, image, configs);
        };
    }

    private Decision<List<Altered>> decide(List<Asked> resources) {
        Set<String> duplicates = Duplicates.among(resources.stream().map(Asked::resource).toList());
        List<MetadataRecord> records = new ArrayList<>();
        List<Altered> results = new ArrayList<>();
        for (Asked asked : resources) {
            Optional<Refusal> refusal =
                    duplicates.contains(asked.resource())
                            ? invalid("Each resource must appear at most once.")
                            : alter(asked, records);
            results.add(
                    refusal.map(reason -> Altered.refused(asked, reason))
                            .orElseGet(() -> Altered.changed(asked)));
        }
        return new Decision<>(records, results);
    }

    private Optional<Refusal> alter(Asked asked, List<MetadataRecord> records) {
        Optional<Refusal> malformed = malformed(asked.changes());
        if (malformed.isPresent()) {
            return malformed;
        }
        Optional<ConfigResource.Type> type = ConfigResource.Type.of(asked.resourceType());
        if (type.isEmpty()) {
            return invalid("Unknown resource type " + asked.resourceType() + ".");
        }
        ConfigResource resource = new ConfigResource(type.get(), asked.resourceName());
        return problem(resource)
                .or(
                        () -> {
                            SortedMap<String, String> values = start(asked, resource);
                            return apply(resource, asked.changes(), values)
                                    .or(() -> problem(resource, values, asked))
                                    .or(() -> record(resource, values, records));
                        });
    }

    private static Optional<Refusal> malformed(List<ConfigChange> changes) {
        List<String> withoutValue =
                changes.stream().filter(ConfigChange::lacksValue).map(ConfigChange::key).toList();
        if (!withoutValue.isEmpty()) {
            return invalid("Null value not supported for : " + String.join(",", withoutValue));
        }
        if (!Duplicates.among(changes.stream().map(ConfigChange::key).toList()).isEmpty()) {
            return invalid("Error due to duplicate config keys.");
        }
        return Optional.empty();
    }

    private Optional<Refusal> problem(ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> topicProblem(resource.name());
            case BROKER -> brokerProblem(resource.name());
            case BROKER_LOGGER ->
                    invalid("Log levels are changed one by one, with IncrementalAlterConfigs.");
            case GROUP -> named(resource, "Default group resources are not allowed.");
            case CLIENT_METRICS -> named(resource, "The subscription's name can't be empty.");
        };
    }

    private static Optional<Refusal> named(ConfigResource resource, String reason) {
        return resource.name().isEmpty() ? invalid(reason) : Optional.empty();
    }

    private Optional<Refusal> topicProblem(String name) {
        if (name.isEmpty()) {
            return invalid("Default topic resources are not allowed.");
        }
        return image.topics().named(name).isPresent()
                ? Optional.empty()
                : Refusal.of(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "The topic '%s' does not exist.".formatted(name));
    }

    private Optional<Refusal> brokerProblem(String name) {
        return name.isEmpty() || name.equals(Integer.toString(configs.nodeId()))
                ? Optional.empty()
                : invalid(
                        "Unexpected broker id, expected %d or empty string, but received %s."
                                .formatted(configs.nodeId(), name));
    }

    /// What the changes are applied to.
    private SortedMap<String, String> start(Asked asked, ConfigResource resource) {
        return asked.replaces() ? new TreeMap<>() : new TreeMap<>(image.configs().of(resource));
    }

    private Optional<Refusal> apply(
            ConfigResource resource, List<ConfigChange> changes, SortedMap<String, String> values) {
        for (ConfigChange change : changes) {
            switch (change) {
                case ConfigChange.Put put ->
                        values.put(put.key(), Objects.requireNonNull(put.value()));
                case ConfigChange.Remove remove -> values.remove(remove.key());
                case ConfigChange.Unknown unknown -> {
                    return invalid("Unknown operation type " + unknown.operation() + ".");
                }
                case ConfigChange.OfList items -> {
                    if (!configs.isList(resource, items.key())) {
                        return Refusal.of(
                                ErrorCode.INVALID_CONFIG,
                                "Can't %s to key %s because its type is not LIST."
                                        .formatted(items.operation(), items.key()));
                    }
                    String before =
                            Optional.ofNullable(values.get(items.key()))
                                    .or(() -> configs.text(image, resource, items.key()))
                                    .orElse("");
                    values.put(items.key(), items.applied(before));
                }
            }
        }
        return Optional.empty();
    }

    /// Why these values cannot be what is set on the resource.
    private Optional<Refusal> problem(
            ConfigResource resource, SortedMap<String, String> values, Asked asked) {
        return switch (resource.type()) {
            case TOPIC ->
                    configs.problemOnTopic(image, values)
                            .map(reason -> new Refusal(ErrorCode.INVALID_CONFIG, reason));
            case BROKER, BROKER_LOGGER -> brokerProblem(resource, values, asked);
            case GROUP, CLIENT_METRICS ->
                    configs.problem(image, resource, values)
                            .map(problem -> new Refusal(problem.error(), problem.reason()));
        };
    }

    private Optional<Refusal> brokerProblem(
            ConfigResource resource, SortedMap<String, String> values, Asked asked) {
        Optional<String> common =
                changesOf(asked, resource).stream()
                        .flatMap(change -> CommonDefaults.problem(image, resource, change).stream())
                        .findFirst();
        if (common.isPresent()) {
            return invalid(common.get());
        }
        Set<String> fixed = new TreeSet<>();
        asked.changes().stream()
                .map(ConfigChange::key)
                .filter(key -> configs.brokers().find(key).isPresent() && !configs.isDynamic(key))
                .forEach(fixed::add);
        if (!fixed.isEmpty()) {
            return invalid(
                    "Cannot update these configs dynamically: " + String.join(", ", fixed) + ".");
        }
        return configs.problemOnBroker(values)
                .map(reason -> new Refusal(ErrorCode.INVALID_REQUEST, reason));
    }

    /// What is asked for, and what the older API takes away by not naming it.
    private List<ConfigChange> changesOf(Asked asked, ConfigResource resource) {
        List<ConfigChange> changes = new ArrayList<>(asked.changes());
        if (asked.replaces()) {
            Set<String> named = new TreeSet<>();
            changes.forEach(change -> named.add(change.key()));
            image.configs().of(resource).keySet().stream()
                    .filter(key -> !named.contains(key))
                    .forEach(key -> changes.add(new ConfigChange.Remove(key)));
        }
        return changes;
    }

    /// Records what differs.
    private Optional<Refusal> record(
            ConfigResource resource,
            SortedMap<String, String> values,
            List<MetadataRecord> records) {
        SortedMap<String, String> before = image.configs().of(resource);
        before.keySet().stream()
                .filter(key -> !values.containsKey(key))
                .forEach(key -> records.add(resource.record(key, null)));
        values.forEach(
                (key, value) -> {
                    if (!value.equals(before.get(key))) {
                        records.add(resource.record(key, value));
                    }
                });
        return Optional.empty();
    }

    private static Optional<Refusal> invalid(String reason) {
        return Refusal.of(ErrorCode.INVALID_REQUEST, reason);
    }
}
