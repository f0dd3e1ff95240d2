package io.zurau.tests.simulation;

import io.zurau.broker.partition.TopicConfig;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.zurau.protocol.message.UnregisterBrokerRequest;
import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.Settings;
import io.zurau.server.ServerConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Somebody who moves replicas and leaders about: reassignments, begun, changed and cancelled, and
/// preferred elections; who changes settings of topics on which promises rest, and unregisters
/// brokers that live.
///
/// Works through a controller of its own, as any node of the cluster may.
final class Operator implements Actor {
    private static final int NODE_ID = 102; // Not a voter, and no broker.
    private static final long LONGEST_PAUSE_NANOS = 4_000_000_000L;
    private static final byte TOPIC = 2; // A resource's type.
    private static final byte SET = 0; // An operation on a setting.

    private final Seams seams;
    private final int brokers;
    private final String forgetful;
    private final Random dice;
    private final Metadata metadata;
    private final Controller topics;
    private final ReplicationController controller;
    private boolean stopped;

    /// @param forgetful the name of the topic that need not be durable; empty if there is none
    Operator(Seams seams, SimQuorum quorum, int brokers, String forgetful, Random dice) {
        this.seams = seams;
        this.brokers = brokers;
        this.forgetful = forgetful;
        this.dice = dice;
        SimMetadataLog log = new SimMetadataLog(quorum, NODE_ID, seams);
        this.metadata = Metadata.of(log);
        ClusterConfigs configs =
                new ClusterConfigs(
                        NODE_ID,
                        TopicSettings.completing(TopicConfig.catalog()),
                        ServerConfig.CATALOG,
                        Map.of());
        this.topics =
                new Controller(
                        log,
                        metadata,
                        ControllerConfig.from(Settings.parse(Map.of(), ServerConfig.CATALOG)),
                        configs,
                        seams.randomness());
        this.controller = topics.replication();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                act();
            } catch (QuorumUnavailable e) {
                // It may have happened, or not.
            }
            Actor.pause(seams.clock(), dice.nextLong(LONGEST_PAUSE_NANOS));
        }
    }

    private void act() {
        List<TopicImage> known = List.copyOf(metadata.image().topics().all());
        if (known.isEmpty()) {
            return;
        }
        TopicImage topic = known.get(dice.nextInt(known.size()));
        switch (dice.nextInt(8)) {
            case 0, 1 -> controller.electPreferred();
            case 2 -> set(topic.name(), "min.insync.replicas", "" + (1 + dice.nextInt(2)));
            case 3 -> {
                if (!forgetful.isEmpty()) {
                    set(forgetful, "durability", dice.nextBoolean() ? "disk" : "memory");
                }
            }
            case 4 ->
                    controller.unregisterBroker(
                            UnregisterBrokerRequest.builder()
                                    .brokerId(1 + dice.nextInt(brokers))
                                    .build());
            default -> reassign(topic);
        }
    }

    private void set(String topic, String name, String value) {
        topics.incrementalAlterConfigs(
                IncrementalAlterConfigsRequest.builder()
                        .resources(
                                List.of(
                                        AlterConfigsResource.builder()
                                                .resourceType(TOPIC)
                                                .resourceName(topic)
                                                .configs(
                                                        List.of(
                                                                AlterableConfig.builder()
                                                                        .name(name)
                                                                        .configOperation(SET)
                                                                        .value(value)
                                                                        .build()))
                                                .build()))
                        .build());
    }

    private void reassign(TopicImage topic) {
        int index = dice.nextInt(topic.partitions().size());
        boolean cancels = topic.partitions().get(index).isReassigning() && dice.nextBoolean();
        ReassignablePartition partition =
                ReassignablePartition.builder()
                        .partitionIndex(index)
                        .replicas(cancels ? null : anyReplicas(topic.replicationFactor()))
                        .build();
        controller.alterReassignments(
                AlterPartitionReassignmentsRequest.builder()
                        .topics(
                                List.of(
                                        ReassignableTopic.builder()
                                                .name(topic.name())
                                                .partitions(List.of(partition))
                                                .build()))
                        .build());
    }

    private List<Integer> anyReplicas(int count) {
        List<Integer> nodes = new ArrayList<>();
        for (int id = 1; id <= brokers; id++) {
            nodes.add(id);
        }
        Collections.shuffle(nodes, dice);
        return List.copyOf(nodes.subList(0, Math.clamp(count, 1, brokers)));
    }
}
