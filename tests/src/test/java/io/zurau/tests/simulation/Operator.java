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
import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.Settings;
import io.zurau.server.ServerConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Somebody who moves replicas and leaders about: reassignments, begun, changed and cancelled, and
/// preferred elections.
///
/// Works through a controller of its own, as any node of the cluster may.
final class Operator implements Actor {
    private static final int NODE_ID = 102; // Not a voter, and no broker.
    private static final long LONGEST_PAUSE_NANOS = 4_000_000_000L;

    private final Seams seams;
    private final int brokers;
    private final Random dice;
    private final Metadata metadata;
    private final ReplicationController controller;
    private boolean stopped;

    Operator(Seams seams, SimQuorum quorum, int brokers, Random dice) {
        this.seams = seams;
        this.brokers = brokers;
        this.dice = dice;
        SimMetadataLog log = new SimMetadataLog(quorum, NODE_ID, seams);
        this.metadata = Metadata.of(log);
        ClusterConfigs configs =
                new ClusterConfigs(
                        NODE_ID,
                        TopicSettings.completing(TopicConfig.catalog()),
                        ServerConfig.CATALOG,
                        Map.of());
        this.controller =
                new Controller(
                                log,
                                metadata,
                                ControllerConfig.from(
                                        Settings.parse(Map.of(), ServerConfig.CATALOG)),
                                configs,
                                seams.randomness())
                        .replication();
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
        List<TopicImage> topics = List.copyOf(metadata.image().topics().all());
        if (topics.isEmpty() || dice.nextInt(3) == 0) {
            controller.electPreferred();
            return;
        }
        TopicImage topic = topics.get(dice.nextInt(topics.size()));
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
