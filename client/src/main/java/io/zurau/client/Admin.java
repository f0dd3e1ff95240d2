package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.DeleteTopicsResponse;
import io.zurau.protocol.message.DescribeConfigsRequest;
import io.zurau.protocol.message.DescribeConfigsResponse;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.protocol.message.MetadataResponse.MetadataResponseTopic;
import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Looks after topics, and tells about the cluster. Each call waits for its answer and throws
/// [ClientFailure] if it is refused.
///
/// May be used by many threads.
public final class Admin implements AutoCloseable {
    private static final byte TOPIC_RESOURCE = 2;
    private static final byte SET_ON_TOPIC = 1;

    private final Cluster cluster;

    private Admin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Nothing is connected before the first call.
    ///
    /// @param settings by Kafka's names, of which `bootstrap.servers` is the one to know
    public static Admin of(Map<String, String> settings, Seams seams) {
        SettingCatalog catalog = SettingCatalog.of(ClientConfig.SETTINGS);
        return new Admin(new Cluster(ClientConfig.from(Settings.parse(settings, catalog)), seams));
    }

    /// A topic to be created.
    ///
    /// @param partitions -1 for the broker's default
    /// @param replicationFactor -1 for the broker's default
    /// @param settings by Kafka's names (`retention.ms` …)
    public record NewTopic(
            String name, int partitions, short replicationFactor, Map<String, String> settings) {}

    /// A topic as it is.
    public record Topic(String name, String id, boolean internal, List<Partition> partitions) {}

    /// @param leader the node id of the leader, or -1 if there is none
    public record Partition(
            int number, int leader, int leaderEpoch, List<Integer> replicas, List<Integer> isr) {}

    /// Creates a topic.
    public void createTopic(NewTopic topic) {
        List<CreatableTopicConfig> settings = new ArrayList<>();
        new TreeMap<>(topic.settings())
                .forEach(
                        (name, value) ->
                                settings.add(
                                        CreatableTopicConfig.builder()
                                                .name(name)
                                                .value(value)
                                                .build()));
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(
                                List.of(
                                        CreatableTopic.builder()
                                                .name(topic.name())
                                                .numPartitions(topic.partitions())
                                                .replicationFactor(topic.replicationFactor())
                                                .configs(settings)
                                                .build()))
                        .timeoutMs((int) cluster.config().requestTimeout().toMillis())
                        .build();
        CreateTopicsResponse answer = cluster.askAny(request, CreateTopicsResponse.class);
        answer.topics()
                .forEach(
                        result ->
                                check(
                                        "Creating topic \"" + result.name() + "\"",
                                        result.errorCode(),
                                        result.errorMessage()));
    }

    /// Deletes topics with all their records. Goes on behind one that is refused, and throws for
    /// the first.
    public void deleteTopics(List<String> names) {
        List<DeleteTopicsRequest.DeleteTopicState> states =
                names.stream()
                        .map(
                                name ->
                                        DeleteTopicsRequest.DeleteTopicState.builder()
                                                .name(name)
                                                .build())
                        .toList();
        DeleteTopicsRequest request =
                DeleteTopicsRequest.builder()
                        .topics(states)
                        .timeoutMs((int) cluster.config().requestTimeout().toMillis())
                        .build();
        DeleteTopicsResponse answer = cluster.askAny(request, DeleteTopicsResponse.class);
        answer.responses()
                .forEach(
                        result ->
                                check(
                                        "Deleting topic \"" + result.name() + "\"",
                                        result.errorCode(),
                                        result.errorMessage()));
    }

    /// All topics, by name.
    public List<Topic> topics() {
        return describe(null);
    }

    /// These topics, by name.
    ///
    /// @throws ClientFailure.Refused if one does not exist
    public List<Topic> describe(@Nullable List<String> names) {
        List<MetadataRequest.MetadataRequestTopic> asked = null;
        if (names != null) {
            asked = new ArrayList<>();
            for (String name : names) {
                asked.add(MetadataRequest.MetadataRequestTopic.builder().name(name).build());
            }
        }
        MetadataRequest request =
                MetadataRequest.builder().topics(asked).allowAutoTopicCreation(false).build();
        MetadataResponse answer = cluster.askAny(request, MetadataResponse.class);
        return answer.topics().stream()
                .map(Admin::topic)
                .sorted(Comparator.comparing(Topic::name))
                .toList();
    }

    private static Topic topic(MetadataResponseTopic found) {
        String name = String.valueOf(found.name());
        check("Looking for topic \"" + name + "\"", found.errorCode(), null);
        List<Partition> partitions =
                found.partitions().stream()
                        .map(
                                p ->
                                        new Partition(
                                                p.partitionIndex(),
                                                p.leaderId(),
                                                p.leaderEpoch(),
                                                p.replicaNodes(),
                                                p.isrNodes()))
                        .sorted(Comparator.comparingInt(Partition::number))
                        .toList();
        return new Topic(name, found.topicId().toString(), found.isInternal(), partitions);
    }

    /// The settings that were given to a topic, by name; without the defaults.
    public Map<String, String> settingsOf(String topic) {
        DescribeConfigsRequest request =
                DescribeConfigsRequest.builder()
                        .resources(
                                List.of(
                                        DescribeConfigsRequest.DescribeConfigsResource.builder()
                                                .resourceType(TOPIC_RESOURCE)
                                                .resourceName(topic)
                                                .configurationKeys(null)
                                                .build()))
                        .build();
        DescribeConfigsResponse answer = cluster.askAny(request, DescribeConfigsResponse.class);
        Map<String, String> settings = new TreeMap<>();
        for (DescribeConfigsResponse.DescribeConfigsResult result : answer.results()) {
            check(
                    "Asking for the settings of topic \"" + topic + "\"",
                    result.errorCode(),
                    result.errorMessage());
            result.configs().stream()
                    .filter(setting -> setting.configSource() == SET_ON_TOPIC)
                    .forEach(
                            setting ->
                                    settings.put(setting.name(), String.valueOf(setting.value())));
        }
        return settings;
    }

    /// The nodes of the cluster.
    public ClusterDescription describeCluster() {
        return new ClusterQuestions(cluster).description();
    }

    /// The partitions whose replicas are being moved, by topic and number.
    public List<Reassignment> reassignments() {
        return new ClusterQuestions(cluster).reassignments();
    }

    static void check(String what, short code, @Nullable String reason) {
        ErrorCode error = ErrorCode.forCode(code);
        if (error == ErrorCode.NONE) {
            return;
        }
        if (reason == null) {
            throw new ClientFailure.Refused(what, error);
        }
        throw new ClientFailure.Refused(what, error, reason);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
