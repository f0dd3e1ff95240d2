package io.zurau.client;

import io.zurau.protocol.message.DescribeConfigsRequest;
import io.zurau.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.zurau.protocol.message.DescribeConfigsResponse;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How an [Admin] asks for the settings of topics and nodes, and changes them (KIP-339). A node is
/// asked about itself: Apache Kafka's answer for no other.
///
/// Has no state of its own.
final class SettingsInUse {
    private static final byte TOPIC = 2;
    private static final byte NODE = 4;
    private static final byte SET_ON_TOPIC = 1;
    private static final byte SET_ON_NODE = 2;
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    private final Cluster cluster;

    SettingsInUse(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Of each topic that is there, given to it or by default.
    SortedMap<String, String> ofTopics(Set<String> topics, String name) {
        SortedMap<String, String> values = new TreeMap<>();
        for (DescribeConfigsResult result : describeTopics(topics, List.of(name))) {
            result.configs()
                    .forEach(
                            setting ->
                                    values.put(
                                            result.resourceName(),
                                            String.valueOf(setting.value())));
        }
        return values;
    }

    /// What was given to each topic that is there.
    ///
    /// @param names null for all
    SortedMap<String, Map<String, String>> givenToTopics(
            Set<String> topics, @Nullable Collection<String> names) {
        SortedMap<String, Map<String, String>> given = new TreeMap<>();
        for (DescribeConfigsResult result : describeTopics(topics, names)) {
            if (result.errorCode() == 0) {
                given.put(result.resourceName(), given(result, SET_ON_TOPIC));
            }
        }
        return given;
    }

    /// What was given to one topic.
    Map<String, String> givenToTopic(String topic) {
        DescribeConfigsResult result = describeTopics(Set.of(topic), null).getFirst();
        Admin.check(
                "Asking for the settings of topic \"" + topic + "\"",
                result.errorCode(),
                result.errorMessage());
        return given(result, SET_ON_TOPIC);
    }

    /// What was given to a node while it ran.
    Map<String, String> givenToNode(ClusterDescription.Node node, Collection<String> names) {
        DescribeConfigsResult result =
                cluster.connectionTo(node.address())
                        .call(
                                describe(NODE, Set.of(String.valueOf(node.id())), names),
                                DescribeConfigsResponse.class)
                        .results()
                        .getFirst();
        Admin.check(
                "Asking for the settings of node " + node.id(),
                result.errorCode(),
                result.errorMessage());
        return given(result, SET_ON_NODE);
    }

    private static Map<String, String> given(DescribeConfigsResult result, byte source) {
        Map<String, String> given = new TreeMap<>();
        result.configs().stream()
                .filter(setting -> setting.configSource() == source)
                .forEach(setting -> given.put(setting.name(), String.valueOf(setting.value())));
        return given;
    }

    private List<DescribeConfigsResult> describeTopics(
            Set<String> topics, @Nullable Collection<String> names) {
        return cluster.askAny(describe(TOPIC, topics, names), DescribeConfigsResponse.class)
                .results();
    }

    private static DescribeConfigsRequest describe(
            byte type, Set<String> resources, @Nullable Collection<String> names) {
        return DescribeConfigsRequest.builder()
                .resources(
                        resources.stream()
                                .sorted()
                                .map(
                                        resource ->
                                                DescribeConfigsResource.builder()
                                                        .resourceType(type)
                                                        .resourceName(resource)
                                                        .configurationKeys(
                                                                names == null
                                                                        ? null
                                                                        : List.copyOf(names))
                                                        .build())
                                .toList())
                .build();
    }

    /// Everything that holds for a resource, sorted by name.
    ///
    /// @param name of a broker its number; empty for all brokers
    List<SettingEntry> describe(SettingEntry.Resource type, String name) {
        DescribeConfigsRequest request =
                describe(type.code(), Set.of(name), null).toBuilder()
                        .includeDocumentation(true)
                        .build();
        DescribeConfigsResult result =
                connection(type, name)
                        .call(request, DescribeConfigsResponse.class)
                        .results()
                        .getFirst();
        Admin.check(
                "Asking for the settings of " + words(type, name),
                result.errorCode(),
                result.errorMessage());
        return result.configs().stream()
                .map(
                        entry ->
                                new SettingEntry(
                                        entry.name(),
                                        entry.value(),
                                        SettingEntry.Source.of(entry.configSource()),
                                        entry.readOnly(),
                                        entry.documentation()))
                .sorted(Comparator.comparing(SettingEntry::name))
                .toList();
    }

    /// Changes settings of a resource; an empty value takes the setting away.
    void change(
            SettingEntry.Resource type,
            String name,
            Map<String, Optional<String>> settings,
            boolean validateOnly) {
        IncrementalAlterConfigsRequest request =
                alter(List.of(resource(type.code(), name, settings))).toBuilder()
                        .validateOnly(validateOnly)
                        .build();
        AlterConfigsResourceResponse result =
                connection(type, name)
                        .call(request, IncrementalAlterConfigsResponse.class)
                        .responses()
                        .getFirst();
        Admin.check(
                "Changing the settings of " + words(type, name),
                result.errorCode(),
                result.errorMessage());
    }

    /// A broker answers for itself only.
    private BrokerConnection connection(SettingEntry.Resource type, String name) {
        if (type != SettingEntry.Resource.BROKER || name.isEmpty()) {
            return cluster.anyConnection();
        }
        return new ClusterQuestions(cluster)
                .description().nodes().stream()
                        .filter(node -> name.equals(Integer.toString(node.id())))
                        .findFirst()
                        .map(node -> cluster.connectionTo(node.address()))
                        .orElseThrow(
                                () ->
                                        new ClientFailure.Unreachable(
                                                "There is no node " + name + "."));
    }

    private static String words(SettingEntry.Resource type, String name) {
        return switch (type) {
            case TOPIC -> "topic " + name;
            case BROKER -> name.isEmpty() ? "all brokers" : "broker " + name;
            case GROUP -> "group " + name;
            case CLIENT_METRICS -> "client metrics " + name;
        };
    }

    void changeTopics(SortedMap<String, Map<String, Optional<String>>> changes) {
        List<AlterConfigsResource> resources = new ArrayList<>();
        changes.forEach((topic, settings) -> resources.add(resource(TOPIC, topic, settings)));
        check(cluster.askAny(alter(resources), IncrementalAlterConfigsResponse.class));
    }

    void changeNode(ClusterDescription.Node node, Map<String, Optional<String>> settings) {
        IncrementalAlterConfigsRequest request =
                alter(List.of(resource(NODE, String.valueOf(node.id()), settings)));
        check(
                cluster.connectionTo(node.address())
                        .call(request, IncrementalAlterConfigsResponse.class));
    }

    private static AlterConfigsResource resource(
            byte type, String name, Map<String, Optional<String>> settings) {
        List<AlterableConfig> configs = new ArrayList<>();
        settings.forEach(
                (setting, value) ->
                        configs.add(
                                AlterableConfig.builder()
                                        .name(setting)
                                        .configOperation(value.isPresent() ? SET : DELETE)
                                        .value(value.orElse(null))
                                        .build()));
        return AlterConfigsResource.builder()
                .resourceType(type)
                .resourceName(name)
                .configs(configs)
                .build();
    }

    private static IncrementalAlterConfigsRequest alter(List<AlterConfigsResource> resources) {
        return IncrementalAlterConfigsRequest.builder().resources(resources).build();
    }

    private static void check(IncrementalAlterConfigsResponse answer) {
        for (AlterConfigsResourceResponse result : answer.responses()) {
            String whose = result.resourceType() == NODE ? "node " : "topic ";
            Admin.check(
                    "Changing the settings of " + whose + result.resourceName(),
                    result.errorCode(),
                    result.errorMessage());
        }
    }
}
