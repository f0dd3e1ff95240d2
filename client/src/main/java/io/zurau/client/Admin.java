package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.DeleteTopicsResponse;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.protocol.message.MetadataResponse.MetadataResponseTopic;
import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
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

/// Looks after topics and replicas, settings, groups and transactions, and tells about the cluster.
/// Each call waits for its answer and throws [ClientFailure] if it is refused.
///
/// May be used by many threads.
public final class Admin implements AutoCloseable {
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
        return new SettingsInUse(cluster).givenToTopic(topic);
    }

    /// What one setting is for these topics, given to them or by default; by topic. Topics that are
    /// gone are missing.
    public SortedMap<String, String> settingOf(Set<String> topics, String name) {
        return new SettingsInUse(cluster).ofTopics(topics, name);
    }

    /// What these topics were given of some settings; by topic. Topics that are gone are missing.
    public SortedMap<String, Map<String, String>> settingsOf(
            Set<String> topics, Collection<String> names) {
        return new SettingsInUse(cluster).givenToTopics(topics, names);
    }

    /// What a node was given of some settings while it ran; not what stands in its file, and not
    /// what all nodes were given.
    public Map<String, String> settingsOf(ClusterDescription.Node node, Collection<String> names) {
        return new SettingsInUse(cluster).givenToNode(node, names);
    }

    /// Changes settings of topics, by topic and name; an empty value takes the setting away.
    public void changeSettings(SortedMap<String, Map<String, Optional<String>>> changes) {
        new SettingsInUse(cluster).changeTopics(changes);
    }

    /// Changes settings of a node while it runs, likewise.
    public void changeSettings(
            ClusterDescription.Node node, Map<String, Optional<String>> changes) {
        new SettingsInUse(cluster).changeNode(node, changes);
    }

    /// Everything that holds for a resource, sorted by name.
    ///
    /// @param name of a broker its number; empty for all brokers
    public List<SettingEntry> settings(SettingEntry.Resource type, String name) {
        return new SettingsInUse(cluster).describe(type, name);
    }

    /// Changes settings of a resource; an empty value takes the setting away.
    ///
    /// @param validateOnly whether to ask only if it could be done
    public void changeSettings(
            SettingEntry.Resource type,
            String name,
            Map<String, Optional<String>> changes,
            boolean validateOnly) {
        new SettingsInUse(cluster).change(type, name, changes, validateOnly);
    }

    /// All groups, by id.
    public List<GroupDescription.Listed> groups() {
        return new GroupQuestions(cluster).list();
    }

    /// These groups with their members and lags, in the order given. Those that are gone meanwhile
    /// have neither.
    public List<GroupDescription> describeGroups(Collection<GroupDescription.Listed> groups) {
        return new GroupQuestions(cluster).describe(groups);
    }

    /// All transactional ids that are known, sorted.
    public List<TransactionDescription.Listed> transactions() {
        return new TransactionQuestions(cluster).list();
    }

    /// @throws ClientFailure.Refused if nobody knows the id
    public TransactionDescription describeTransaction(String transactionalId) {
        return new TransactionQuestions(cluster).describe(transactionalId);
    }

    /// Aborts the open transaction of this id, if there is one, and fences its producer.
    ///
    /// @throws ClientFailure.Refused if nobody knows the id
    public void abortTransaction(String transactionalId) {
        new TransactionQuestions(cluster).abort(transactionalId);
    }

    /// The nodes of the cluster.
    public ClusterDescription describeCluster() {
        return new ClusterQuestions(cluster).description();
    }

    /// The size of each replica on a node, as its files are, in bytes.
    public SortedMap<TopicPartition, Long> bytesOn(BrokerAddress node) {
        return new ClusterQuestions(cluster).bytesOn(node);
    }

    /// Where the logs of a node's replicas end (exclusive), whether it leads or follows; those that
    /// it does not have are missing.
    public SortedMap<TopicPartition, Long> endOffsetsOn(
            BrokerAddress node, Collection<TopicPartition> partitions) {
        return new ClusterQuestions(cluster).endOffsetsOn(node, partitions);
    }

    /// The partitions whose replicas are being moved, by topic and number.
    public List<Reassignment> reassignments() {
        return new ClusterQuestions(cluster).reassignments();
    }

    /// Begins to move partitions to these replicas, the preferred leader first (KIP-455).
    ///
    /// @return what was refused; the others move on by themselves
    public SortedMap<TopicPartition, ClientFailure.Refused> reassign(
            Map<TopicPartition, List<Integer>> targets) {
        return new ReplicaMoves(cluster).reassign(targets);
    }

    /// Leaves the replicas of partitions that are being moved where they were.
    ///
    /// @return what was refused
    public SortedMap<TopicPartition, ClientFailure.Refused> cancelReassignments(
            Collection<TopicPartition> partitions) {
        return new ReplicaMoves(cluster).cancel(partitions);
    }

    /// Gives the leadership of partitions to their first replicas, where these are in sync
    /// (KIP-460).
    ///
    /// @return what was refused
    public SortedMap<TopicPartition, ClientFailure.Refused> electPreferredLeaders(
            Collection<TopicPartition> partitions) {
        return new ReplicaMoves(cluster).electPreferred(partitions);
    }

    static void check(String what, short code, @Nullable String reason) {
        Optional<ClientFailure.Refused> refusal = refusal(what, code, reason);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /// Empty if all is well.
    static Optional<ClientFailure.Refused> refusal(
            String what, short code, @Nullable String reason) {
        ErrorCode error = ErrorCode.forCode(code);
        if (error == ErrorCode.NONE) {
            return Optional.empty();
        }
        return Optional.of(
                reason == null
                        ? new ClientFailure.Refused(what, error)
                        : new ClientFailure.Refused(what, error, reason));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
