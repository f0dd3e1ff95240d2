package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.AlterReplicaLogDirsRequest;
import io.zurau.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import io.zurau.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import io.zurau.protocol.message.AlterReplicaLogDirsResponse;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Somebody who asks brokers again and again to move replicas into one of their log directories or
/// another, also before they are where he wanted them last.
final class ReplicaShifter implements Actor {
    private static final int NODE_ID = 102; // Not a voter, and no broker.
    private static final int VERSION = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long LONGEST_PAUSE_NANOS = 400_000_000;

    private final Seams seams;
    private final SimQuorum quorum;
    private final Peers peers;
    private final int brokers;
    private final List<String> directories;
    private final String topic;
    private final int partitions;
    private final Random dice;
    private final Map<String, Uuid> known = new TreeMap<>(); // By partition and broker.
    private int moves;
    private boolean stopped;

    /// @param directories names of each broker's disks
    ReplicaShifter(
            Seams seams,
            SimQuorum quorum,
            int brokers,
            List<String> directories,
            String topic,
            int partitions,
            Random dice) {
        this.seams = seams;
        this.quorum = quorum;
        this.brokers = brokers;
        this.directories = directories;
        this.topic = topic;
        this.partitions = partitions;
        this.dice = dice;
        this.peers = SimMetadataLog.peersOf(quorum, NODE_ID, seams);
    }

    /// How many times a replica was seen in another directory than before.
    int moves() {
        return moves;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            int broker = 1 + dice.nextInt(brokers);
            try (PeerConnection connection = peers.connect(broker)) {
                for (int i = 0; i < 1 + dice.nextInt(3); i++) {
                    var _ =
                            connection.call(
                                    request(broker),
                                    VERSION,
                                    AlterReplicaLogDirsResponse.class,
                                    PATIENCE);
                }
            } catch (IOException e) {
                // Another one next time.
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
            look();
            Actor.pause(seams.clock(), dice.nextLong(LONGEST_PAUSE_NANOS));
        }
    }

    private void look() {
        TopicImage image = quorum.image().topics().named(topic).orElseThrow();
        for (int i = 0; i < partitions; i++) {
            for (int node : image.partitions().get(i).replicas()) {
                Uuid now = image.partitions().get(i).directoryOf(node);
                Uuid before = known.put(i + " of " + node, now);
                moves += before != null && !before.equals(now) ? 1 : 0;
            }
        }
    }

    private AlterReplicaLogDirsRequest request(int broker) {
        String directory = directories.get(dice.nextInt(directories.size()));
        return AlterReplicaLogDirsRequest.builder()
                .dirs(
                        List.of(
                                AlterReplicaLogDir.builder()
                                        .path("broker" + broker + ":" + directory)
                                        .topics(
                                                List.of(
                                                        AlterReplicaLogDirTopic.builder()
                                                                .name(topic)
                                                                .partitions(
                                                                        List.of(
                                                                                dice.nextInt(
                                                                                        partitions)))
                                                                .build()))
                                        .build()))
                .build();
    }
}
