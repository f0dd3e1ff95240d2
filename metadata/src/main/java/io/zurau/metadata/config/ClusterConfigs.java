package io.zurau.metadata.config;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.ConfigsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.SettingType;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What topics, this broker and other resources are set to, with the changes made while running.
///
/// A topic's or group's value is the first of: set on it; set on this broker; set on all brokers;
/// given to this broker at its start; the default. Of a broker's settings those can change while it
/// runs that give topics their defaults, and those that say so.
///
/// Safe for concurrent use.
public final class ClusterConfigs {
    /// The brokers' settings that are the same for all nodes of a cluster, because what is
    /// acknowledged and who may lead depends on them.
    public static final Set<String> COMMON =
            Collections.unmodifiableSet(
                    new TreeSet<>(
                            Set.of(
                                    "log.durability",
                                    "min.insync.replicas",
                                    "unclean.leader.election.enable")));

    private final int nodeId;
    private final SettingCatalog topics;
    private final SettingCatalog brokers;
    private final Map<ConfigResource.Type, ResourceKind> kinds;
    private final Map<String, String> given;
    private final Set<String> dynamicKeys;

    /// The broker's settings for the last image asked about: computing them costs more than asking.
    private volatile BrokerSettings last;

    private record BrokerSettings(ConfigsImage configs, Settings settings) {}

    /// Of topics and brokers only.
    public ClusterConfigs(
            int nodeId, SettingCatalog topics, SettingCatalog brokers, Map<String, String> given) {
        this(nodeId, topics, brokers, Map.of(), given);
    }

    /// @param topics what can be set on a topic
    /// @param brokers what can be given to a broker
    /// @param kinds what can be set on resources of other types
    /// @param given to this broker at its start, already checked
    public ClusterConfigs(
            int nodeId,
            SettingCatalog topics,
            SettingCatalog brokers,
            Map<ConfigResource.Type, ResourceKind> kinds,
            Map<String, String> given) {
        this.nodeId = nodeId;
        this.topics = topics;
        this.brokers = brokers;
        this.kinds = new EnumMap<>(ConfigResource.Type.class);
        this.kinds.putAll(kinds);
        this.given = new TreeMap<>(given);
        this.dynamicKeys =
                Stream.concat(
                                topics.settings().stream()
                                        .flatMap(setting -> onBroker(setting).stream()),
                                brokers.settings().stream().filter(Setting::isDynamic))
                        .flatMap(setting -> setting.keys().stream())
                        .filter(key -> brokers.find(key).isPresent())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        this.last = computed(ConfigsImage.EMPTY);
    }

    public int nodeId() {
        return nodeId;
    }

    public SettingCatalog topics() {
        return topics;
    }

    public SettingCatalog brokers() {
        return brokers;
    }

    /// Whether a broker's setting of that key can change while the broker runs.
    public boolean isDynamic(String brokerKey) {
        return dynamicKeys.contains(brokerKey);
    }

    /// What holds for a topic, which need not exist.
    public Settings topic(ClusterImage image, String topic) {
        return topic(image, set(image, ConfigResource.topic(topic)));
    }

    private Settings topic(ClusterImage image, Map<String, String> onTopic) {
        return lenient(onTopic, topics, broker(image));
    }

    /// What holds for the leaders of a topic.
    public TopicPolicy policy(ClusterImage image, String topic) {
        return TopicPolicy.of(topic(image, topic), topics);
    }

    /// What holds for a resource that is neither a topic nor a broker, and need not exist.
    public Settings of(ClusterImage image, ConfigResource resource) {
        return lenient(set(image, resource), catalog(resource), broker(image));
    }

    /// What holds for this broker.
    public Settings broker(ClusterImage image) {
        BrokerSettings known = last;
        if (known.configs != image.configs()) {
            known = computed(image.configs());
            last = known;
        }
        return known.settings;
    }

    private BrokerSettings computed(ConfigsImage configs) {
        Map<String, String> all = new TreeMap<>(given);
        all.putAll(configs.of(ConfigResource.everyBroker()));
        all.putAll(configs.of(ConfigResource.broker(nodeId)));
        return new BrokerSettings(configs, lenient(all, brokers, null));
    }

    /// A sentence for each setting of [#COMMON] that was given to this broker and is another for
    /// the cluster, which wins.
    public List<String> overruled(ClusterImage image) {
        List<String> sentences = new ArrayList<>();
        for (String key : COMMON) {
            brokers.find(key).ifPresent(setting -> sentences.addAll(overruled(setting, image)));
        }
        return sentences;
    }

    private <T> List<String> overruled(Setting<T> setting, ClusterImage image) {
        String key = setting.key();
        String own = given.get(key);
        String clusters = set(image, ConfigResource.everyBroker()).get(key);
        return own == null
                        || clusters == null
                        || setting.parse(key, own).equals(setting.parse(key, clusters))
                ? List.of()
                : List.of(
                        "%s=%s has no effect: it is the same for all nodes of a cluster, and %s in this one. Change it with kafka-configs, or correct this node's settings."
                                .formatted(key, own, clusters));
    }

    /// Whether a topic's or broker's setting holds a list. Those of other resources are never
    /// changed item by item, as in Kafka.
    public boolean isList(ConfigResource resource, String key) {
        return find(resource, key)
                .filter(_ -> !kinds.containsKey(resource.type()))
                .filter(setting -> setting.type().kind() == SettingType.Kind.LIST)
                .isPresent();
    }

    /// The value that holds for a topic or broker now, as text.
    public Optional<String> text(ClusterImage image, ConfigResource resource, String key) {
        Settings settings =
                switch (resource.type()) {
                    case TOPIC -> topic(image, resource.name());
                    case BROKER, BROKER_LOGGER -> broker(image);
                    case GROUP, CLIENT_METRICS -> of(image, resource);
                };
        return find(resource, key).flatMap(settings::text);
    }

    private Optional<Setting<?>> find(ConfigResource resource, String key) {
        return catalog(resource).find(key);
    }

    private SettingCatalog catalog(ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> topics;
            case BROKER, BROKER_LOGGER -> brokers;
            case GROUP, CLIENT_METRICS -> kind(resource).catalog();
        };
    }

    private ResourceKind kind(ConfigResource resource) {
        ResourceKind kind = kinds.get(resource.type());
        if (kind == null) {
            throw new IllegalStateException("No settings are known for " + resource.type() + ".");
        }
        return kind;
    }

    /// Why these values cannot be what is set on a topic; empty if they can.
    public Optional<String> problemOnTopic(ClusterImage image, Map<String, String> values) {
        try {
            Settings settings = Settings.parse(values, topics, broker(image));
            return TopicRules.problem(settings, topics);
        } catch (InvalidSetting e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// Why these values cannot be set on a running broker; empty if they can.
    public Optional<String> problemOnBroker(Map<String, String> values) {
        try {
            Settings.parse(values, brokers);
            return Optional.empty();
        } catch (InvalidSetting e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// Why these values cannot be what is set on a resource that is neither a topic nor a broker;
    /// empty if they can.
    public Optional<ConfigProblem> problem(
            ClusterImage image, ConfigResource resource, Map<String, String> values) {
        ResourceKind kind = kind(resource);
        Settings broker = broker(image);
        try {
            Settings settings = Settings.parse(values, kind.catalog(), broker);
            return kind.rule()
                    .problem(settings, broker)
                    .map(reason -> new ConfigProblem(kind.ruleError(), reason));
        } catch (InvalidSetting e) {
            return Optional.of(
                    new ConfigProblem(
                            kind.catalog().find(e.key()).isPresent()
                                    ? ErrorCode.INVALID_CONFIG
                                    : kind.ruleError(),
                            String.valueOf(e.getMessage())));
        }
    }

    /// Every setting that a resource has which is neither a topic nor a broker, sorted.
    public List<ConfigEntry> describe(ClusterImage image, ConfigResource resource) {
        ResourceKind kind = kind(resource);
        Settings settings = of(image, resource);
        SortedMap<String, ConfigEntry> entries = new TreeMap<>();
        for (Setting<?> setting : kind.catalog().settings()) {
            if (kind.hidden().contains(setting.key()) && !settings.isGiven(setting)) {
                continue;
            }
            Places places = new Places();
            places.add(setting, set(image, resource), kind.source());
            onBroker(setting)
                    .ifPresentOrElse(
                            broker -> addBroker(places, image, broker),
                            () -> addOwnDefault(places, setting, kind));
            entries.put(setting.key(), places.entry(setting, settings, false));
        }
        return List.copyOf(entries.values());
    }

    /// Every setting that a topic has, sorted.
    public List<ConfigEntry> describeTopic(ClusterImage image, String topic) {
        return describeTopic(image, set(image, ConfigResource.topic(topic)));
    }

    /// Every setting of a topic on which these values are set, sorted.
    public List<ConfigEntry> describeTopic(ClusterImage image, Map<String, String> onTopic) {
        Settings settings = topic(image, onTopic);
        SortedMap<String, ConfigEntry> entries = new TreeMap<>();
        for (Setting<?> setting : topics.settings()) {
            Places places = new Places();
            places.add(setting, onTopic, ConfigSource.DYNAMIC_TOPIC_CONFIG);
            onBroker(setting).ifPresent(broker -> addBroker(places, image, broker));
            entries.put(setting.key(), places.entry(setting, settings, false));
        }
        return List.copyOf(entries.values());
    }

    /// Every setting that this broker has, sorted.
    public List<ConfigEntry> describeBroker(ClusterImage image) {
        Settings settings = broker(image);
        SortedMap<String, ConfigEntry> entries = new TreeMap<>();
        for (Setting<?> setting : brokers.settings()) {
            Places places = new Places();
            addBroker(places, image, setting);
            entries.put(setting.key(), places.entry(setting, settings, !isDynamic(setting.key())));
        }
        return List.copyOf(entries.values());
    }

    /// What was set on all brokers at once, sorted.
    public List<ConfigEntry> describeEveryBroker(ClusterImage image) {
        SortedMap<String, String> values = set(image, ConfigResource.everyBroker());
        Settings settings = lenient(values, brokers, null);
        List<ConfigEntry> entries = new ArrayList<>();
        for (Setting<?> setting : brokers.settings()) {
            if (settings.isGiven(setting)) {
                Places places = new Places();
                places.add(setting, values, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
                entries.add(places.entry(setting, settings, false));
            }
        }
        return entries;
    }

    /// As Kafka, which shows one for groups only.
    private static void addOwnDefault(Places places, Setting<?> setting, ResourceKind kind) {
        if (kind.source() == ConfigSource.GROUP_CONFIG) {
            places.addDefault(setting);
        }
    }

    private void addBroker(Places places, ClusterImage image, Setting<?> setting) {
        places.add(
                setting,
                set(image, ConfigResource.broker(nodeId)),
                ConfigSource.DYNAMIC_BROKER_CONFIG);
        places.add(
                setting,
                set(image, ConfigResource.everyBroker()),
                ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        places.add(setting, given, ConfigSource.STATIC_BROKER_CONFIG);
        places.addDefault(setting);
    }

    private static SortedMap<String, String> set(ClusterImage image, ConfigResource resource) {
        return image.configs().of(resource);
    }

    private static Optional<Setting<?>> onBroker(Setting<?> setting) {
        return Optional.ofNullable(setting.onBroker());
    }

    /// Values were checked when they were set. Those that do not pass now, because another version
    /// or Apache Kafka set them, count as not set.
    private static Settings lenient(
            Map<String, String> values, SettingCatalog catalog, @Nullable Settings broker) {
        Map<String, String> rest = new TreeMap<>(values);
        while (true) {
            try {
                return Settings.parse(rest, catalog, broker);
            } catch (InvalidSetting e) {
                if (rest.remove(e.key()) == null) {
                    throw e;
                }
            }
        }
    }
}
