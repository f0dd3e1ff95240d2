package io.zurau.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.partition.TopicConfig;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.runtime.Seams;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a node is believed to have after a crash: its log was one in memory, and is the last with
/// everything.
final class NodeRegistrationTest {
    private static final int SELF = 1;
    private static final int OTHER = 2;
    private static final String TOPIC = "orders";
    private static final Uuid TOPIC_ID = new Uuid(5, 1);
    private static final Uuid DIRECTORY = new Uuid(6, SELF);
    private static final LogConfig DEFAULTS =
            LogConfig.from(configs().topic(ClusterImage.empty(""), ""));
    private static final ServerConfig CONFIG =
            ServerConfig.from(
                    Map.of(
                            "node.id", "" + SELF,
                            "listeners", "PLAINTEXT://node:9092",
                            "controller.quorum.voters", "1@node:9093,2@other:9093",
                            "log.dirs", "data"));

    @Test
    void itMayHaveForgottenAlthoughTheTopicIsOnDiskByNow() {
        // When
        Outcome outcome = outcome("disk", NodeRegistration::atStart);

        // Then
        assertThat(outcome.eligible()).isEmpty();
        assertThat(outcome.cleanlyStopped()).isTrue();
    }

    @Test
    void aProcessThatLivesHasForgottenNothing() {
        assertThat(outcome("memory", NodeRegistration::anew).eligible()).containsExactly(SELF);
    }

    /// Nobody was told before.
    @Test
    void aStartThatWasRefusedDoesNotMakeItsStopACleanOne() {
        List<Boolean> clean = new ArrayList<>();
        Simulation simulation = new Simulation(1);
        SimMachine machine = simulation.machine("node");
        simulation.run(
                () -> {
                    Seams first = machine.boot();
                    first.tasks().start("life", () -> crash(machine, first));
                    machine.awaitCrash();
                    Seams second = machine.boot();
                    second.tasks()
                            .start(
                                    "starts",
                                    () -> {
                                        open(machine, second).close();
                                        clean.add(open(machine, second, true));
                                        clean.add(open(machine, second, false));
                                    })
                            .join();
                });
        assertThat(clean).containsExactly(false, true);
    }

    /// Opens and closes the directory.
    private static boolean open(SimMachine machine, Seams seams, boolean becomesKnown) {
        try (LogDirectory directory = open(machine, seams)) {
            if (becomesKnown) {
                directory.lossIsKnown();
            }
            return directory.wasStoppedCleanly();
        }
    }

    private interface Registering {
        Object by(NodeRegistration registration);
    }

    /// @param cleanlyStopped what the next start finds
    private record Outcome(List<Integer> eligible, boolean cleanlyStopped) {}

    private static Outcome outcome(String durability, Registering registering) {
        List<Outcome> outcomes = new ArrayList<>();
        Simulation simulation = new Simulation(1);
        SimMachine machine = simulation.machine("node");
        simulation.run(
                () -> {
                    Seams first = machine.boot();
                    first.tasks().start("life", () -> crash(machine, first));
                    machine.awaitCrash();
                    Seams second = machine.boot();
                    second.tasks()
                            .start(
                                    "registration",
                                    () ->
                                            outcomes.add(
                                                    new Outcome(
                                                            eligible(
                                                                    machine,
                                                                    second,
                                                                    durability,
                                                                    registering),
                                                            open(machine, second, false))))
                            .join();
                });
        return outcomes.getFirst();
    }

    private static LogDirectory open(SimMachine machine, Seams seams) {
        return LogDirectory.open(
                DIRECTORY,
                machine.disk("data"),
                machine.disk("data"),
                seams,
                LogDirectoryConfig.from(CONFIG.settings()),
                DEFAULTS,
                LogProbe.NONE);
    }

    private static void crash(SimMachine machine, Seams seams) {
        LogDirectory directory = open(machine, seams);
        directory.create(new TopicPartition(TOPIC, 0), TOPIC_ID, DEFAULTS);
        directory.awaitStored();
        machine.failPower();
    }

    private static ClusterConfigs configs() {
        return new ClusterConfigs(
                SELF,
                TopicSettings.completing(TopicConfig.catalog()),
                ServerConfig.CATALOG,
                Map.of("log.durability", "memory"));
    }

    private static List<Integer> eligible(
            SimMachine machine, Seams seams, String durability, Registering registering) {
        try (LocalMetadataLog log =
                        LocalMetadataLog.open(
                                machine.disk("metadata"), seams.clock(), SELF, "c", List::of);
                LogDirectory directory = open(machine, seams)) {
            Metadata metadata = Metadata.of(log);
            Controller controller =
                    new Controller(
                            log,
                            metadata,
                            new ControllerConfig(1, 1, true),
                            configs(),
                            seams.randomness());
            log.propose(log.endOffset(), topicInSync(durability));
            for (int nodeId : List.of(OTHER, SELF)) { // So the other has not everything.
                controller
                        .replication()
                        .fence(nodeId, metadata.image().broker(nodeId).orElseThrow().epoch());
            }
            registering.by(
                    new NodeRegistration(
                            new Incarnation(SELF, new Uuid(8, 8)),
                            CONFIG,
                            List.of(new Endpoint("PLAINTEXT", "node", 9092, (short) 0)),
                            new LogDirectories(List.of(directory), List.of()),
                            controller.replication(),
                            seams.clock()));
            PartitionImage partition =
                    metadata.image().topics().named(TOPIC).orElseThrow().partitions().getFirst();
            return partition.eligibleLeaders();
        }
    }

    private static List<MetadataRecord> topicInSync(String durability) {
        return List.of(
                broker(SELF).record(0),
                broker(OTHER).record(1),
                TopicRecord.builder().name(TOPIC).topicId(TOPIC_ID).build(),
                PartitionImage.created(List.of(SELF, OTHER), List.of(DIRECTORY, new Uuid(6, OTHER)))
                        .record(TOPIC_ID, 0),
                ConfigResource.topic(TOPIC).record("durability", durability));
    }

    private static BrokerImage broker(int nodeId) {
        return new BrokerImage(
                nodeId,
                new Uuid(7, nodeId),
                0,
                List.of(new Endpoint("PLAINTEXT", "node" + nodeId, 9092, (short) 0)),
                null,
                false,
                false,
                List.of(new Uuid(6, nodeId)),
                SupportedFeatures.byName());
    }
}
