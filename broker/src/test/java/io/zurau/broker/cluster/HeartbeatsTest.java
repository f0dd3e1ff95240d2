package io.zurau.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.partition.TopicConfig;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.metadata.control.BrokerStorage;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.metadata.control.Registration;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A node that the cluster has forgotten comes back by itself, also while the quorum is in trouble.
final class HeartbeatsTest {
    private static final Incarnation SELF = new Incarnation(1, new Uuid(5, 6));
    private static final ClusterConfig CONFIG =
            new ClusterConfig(
                    Duration.ofMillis(250), Duration.ofSeconds(3), false, Duration.ofMinutes(5));

    private int attempts;

    /// The first proposals have an outcome that nobody knows.
    private static final class UncertainLog implements MetadataLog {
        private final MetadataLog log;
        private final boolean commits; // Although it does not say so.
        private int uncertain;

        UncertainLog(MetadataLog log, boolean commits, int uncertain) {
            this.log = log;
            this.commits = commits;
            this.uncertain = uncertain;
        }

        @Override
        public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
            if (uncertain == 0) {
                return log.propose(expectedEnd, records);
            }
            uncertain--;
            if (commits) {
                log.propose(expectedEnd, records);
            }
            return new ProposeOutcome.Unknown("Nobody answered.");
        }

        @Override
        public long endOffset() {
            return log.endOffset();
        }

        @Override
        public void subscribe(Consumer<ClusterImage> subscriber) {
            log.subscribe(subscriber);
        }

        @Override
        public void subscribeLeadership(Consumer<Leadership> subscriber) {
            log.subscribeLeadership(subscriber);
        }

        @Override
        public QuorumState quorum() {
            return log.quorum();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    @Test
    void aRegistrationThatTheQuorumDidNotTakeIsTriedAgainWithLaterHeartbeats() {
        assertThat(isAdmittedAfterUncertainProposals(3, false)).isTrue();
        assertThat(attempts).isEqualTo(4);
    }

    @Test
    void aRegistrationThatWasCommittedWithoutAnAnswerCounts() {
        assertThat(isAdmittedAfterUncertainProposals(1, true)).isTrue();
        assertThat(attempts).isEqualTo(1);
    }

    private boolean isAdmittedAfterUncertainProposals(int uncertain, boolean commits) {
        boolean[] admitted = new boolean[1];
        Simulation simulation = new Simulation(1);
        SimMachine machine = simulation.machine("node");
        simulation.run(() -> admitted[0] = run(machine, uncertain, commits));
        return admitted[0];
    }

    private boolean run(SimMachine machine, int uncertain, boolean commits)
            throws InterruptedException {
        Seams seams = machine.boot();
        LocalMetadataLog local =
                LocalMetadataLog.open(
                        machine.disk("data"), seams.clock(), SELF.nodeId(), "cluster", List::of);
        MetadataLog log = new UncertainLog(local, commits, uncertain);
        Metadata metadata = Metadata.of(log);
        ClusterConfigs configs =
                new ClusterConfigs(
                        SELF.nodeId(),
                        TopicSettings.completing(TopicConfig.catalog()),
                        SettingCatalog.of(TopicConfig.brokerSettings()),
                        Map.of());
        Controller controller =
                new Controller(
                        log,
                        metadata,
                        new ControllerConfig(1, 1, true),
                        configs,
                        seams.randomness());
        Peers peers = new Peers(SELF.nodeId(), metadata, "PLAINTEXT", seams);
        try (ActiveController active =
                        new ActiveController(
                                SELF.nodeId(), CONFIG, metadata, controller.replication(), peers);
                Heartbeats heartbeats =
                        new Heartbeats(
                                SELF,
                                -1,
                                CONFIG,
                                metadata,
                                active,
                                peers,
                                () -> false,
                                () -> register(controller))) {
            active.start(log);
            heartbeats.start(log);
            return heartbeats.awaitAdmitted(seams.clock().deadline(Duration.ofSeconds(10)));
        } finally {
            log.close();
        }
    }

    private Optional<Registration> register(Controller controller) {
        attempts++;
        return controller
                .replication()
                .registerBroker(
                        new BrokerImage(
                                SELF.nodeId(),
                                SELF.id(),
                                0,
                                List.of(new Endpoint("PLAINTEXT", "host", 1, (short) 0)),
                                null,
                                true,
                                false,
                                List.of(new Uuid(2, 1)),
                                SupportedFeatures.byName()),
                        new BrokerStorage(true, true, (_, _) -> List.of()));
    }
}
