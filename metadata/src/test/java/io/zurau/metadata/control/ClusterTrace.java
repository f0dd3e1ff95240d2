package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.CLUSTER;
import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.TestConfigs;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.BrokerRegistration.Registered;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A cluster whose commands are decided at once, and whose partitions are shown as text:
///
/// `leader 1 epoch 0 replicas 1,2,3 isr 1,2,3`, then `elr`, `last`, `adding`, `removing` and
/// `recovering` where there is something to say.
final class ClusterTrace {
    static final String TOPIC = "orders";
    static final Uuid TOPIC_ID = id(500);

    final ClusterConfigs configs = TestConfigs.configs();
    ClusterImage image = ClusterImage.empty(CLUSTER);
    int records; // Of the last command.

    static ClusterTrace ofBrokers(int count) {
        ClusterTrace cluster = new ClusterTrace();
        for (int nodeId = 1; nodeId <= count; nodeId++) {
            cluster.apply(List.of(broker(nodeId, 1, false).record(cluster.image.endOffset())));
        }
        return cluster;
    }

    /// @param incarnation tells directories apart: another one is empty
    static BrokerImage broker(int nodeId, int incarnation, boolean fenced) {
        return new BrokerImage(
                nodeId,
                new Uuid(300 + incarnation, nodeId),
                0,
                List.of(new Endpoint("PLAINTEXT", "host" + nodeId, 9092, (short) 0)),
                null,
                fenced,
                false,
                List.of(directory(nodeId, incarnation)),
                SupportedFeatures.byName());
    }

    static Uuid directory(int nodeId, int incarnation) {
        return new Uuid(200 + incarnation, nodeId);
    }

    void apply(List<MetadataRecord> applied) {
        image = with(image, applied);
    }

    <A> A decide(Command<A> command) {
        Decision<A> decision = command.decide(image);
        records = decision.records().size();
        image = decision.applied(image);
        return decision.answer();
    }

    void create(String topic, Uuid id, Integer... replicas) {
        List<Integer> nodeIds = Arrays.asList(replicas);
        PartitionImage partition =
                PartitionImage.created(
                        nodeIds, nodeIds.stream().map(node -> directory(node, 1)).toList());
        apply(
                List.of(
                        TopicRecord.builder().name(topic).topicId(id).build(),
                        partition.record(id, 0)));
    }

    /// The topic that most tests are about, with one partition.
    void create(Integer... replicas) {
        create(TOPIC, TOPIC_ID, replicas);
    }

    void set(String key, @Nullable String value) {
        apply(List.of(ConfigResource.topic(TOPIC).record(key, value)));
    }

    long epoch(int nodeId) {
        return image.broker(nodeId).orElseThrow().epoch();
    }

    void fence(int... nodeIds) {
        for (int nodeId : nodeIds) {
            assertThat(decide(BrokerCommands.fence(nodeId, epoch(nodeId), configs))).isTrue();
        }
    }

    void unfence(int... nodeIds) {
        for (int nodeId : nodeIds) {
            assertThat(decide(BrokerCommands.unfence(nodeId, epoch(nodeId), configs))).isTrue();
        }
    }

    void shutDown(int nodeId) {
        assertThat(decide(BrokerCommands.beginShutdown(nodeId, epoch(nodeId), configs))).isTrue();
    }

    Registered register(BrokerImage broker, boolean cleanlyStopped) {
        return register(broker, storage(cleanlyStopped));
    }

    Registered register(BrokerImage broker, BrokerStorage storage) {
        return decide(BrokerRegistration.command(broker, storage, configs));
    }

    /// All disks are there, and hold no log in a directory that nobody knows.
    static BrokerStorage storage(boolean cleanlyStopped) {
        return new BrokerStorage(true, cleanlyStopped, (_, _) -> List.of());
    }

    PartitionImage partition() {
        return image.topics().named(TOPIC).orElseThrow().partitions().getFirst();
    }

    /// What the leader of [#TOPIC] says, knowing everything.
    ErrorCode alter(Integer... inSync) {
        return alter(true, inSync);
    }

    ErrorCode alter(boolean recovered, Integer... inSync) {
        return alter(partition().leader(), change(recovered, inSync));
    }

    ErrorCode alter(int nodeId, InSyncChange change) {
        return decide(InSyncAlteration.command(nodeId, epoch(nodeId), List.of(change), configs))
                .getFirst();
    }

    InSyncChange change(boolean recovered, Integer... inSync) {
        List<InSyncChange.Member> members = new ArrayList<>();
        for (int nodeId : inSync) {
            members.add(new InSyncChange.Member(nodeId, epoch(nodeId)));
        }
        return new InSyncChange(
                TOPIC_ID, 0, partition().leaderEpoch(), partition().epoch(), members, recovered);
    }

    /// @param replicas null cancels
    ReassignablePartitionResponse reassign(@Nullable List<Integer> replicas) {
        return reassign(replicas, true);
    }

    ReassignablePartitionResponse reassign(
            @Nullable List<Integer> replicas, boolean mayChangeFactor) {
        AlterPartitionReassignmentsRequest request =
                AlterPartitionReassignmentsRequest.builder()
                        .allowReplicationFactorChange(mayChangeFactor)
                        .topics(
                                List.of(
                                        ReassignableTopic.builder()
                                                .name(TOPIC)
                                                .partitions(
                                                        List.of(
                                                                ReassignablePartition.builder()
                                                                        .partitionIndex(0)
                                                                        .replicas(replicas)
                                                                        .build()))
                                                .build()))
                        .build();
        return decide(ReassignmentAlteration.command(request, configs))
                .responses()
                .getFirst()
                .partitions()
                .getFirst();
    }

    String trace() {
        return trace(partition());
    }

    static String trace(PartitionImage partition) {
        return "leader %s epoch %d replicas %s isr %s"
                        .formatted(
                                partition.hasLeader() ? partition.leader() : "none",
                                partition.leaderEpoch(),
                                text(partition.replicas()),
                                text(partition.inSync()))
                + part("elr", partition.eligibleLeaders())
                + part("last", partition.lastKnownEligible())
                + part("adding", partition.adding())
                + part("removing", partition.removing())
                + (partition.recovering() ? " recovering" : "");
    }

    private static String part(String name, List<Integer> nodeIds) {
        return nodeIds.isEmpty() ? "" : " " + name + " " + text(nodeIds);
    }

    private static String text(List<Integer> nodeIds) {
        return nodeIds.isEmpty()
                ? "none"
                : nodeIds.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
