package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ReplicaState;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Asks leaders in the name of their followers for what comes after their end. To a leader that is
/// a follower that fetches again before it has stored anything, and so its high watermark is that
/// of a leader that ignores its followers.
final class FalseFollower implements Actor {
    private static final int NODE_ID = 103; // Not a voter, and no broker.
    private static final int VERSION = 17;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;
    private static final int NO_SESSION = -1;

    private final Seams seams;
    private final SimCluster cluster;
    private final Peers peers;
    private final String topic;
    private final Random dice;
    private boolean stopped;

    FalseFollower(Seams seams, SimCluster cluster, String topic, Random dice) {
        this.seams = seams;
        this.cluster = cluster;
        this.topic = topic;
        this.dice = dice;
        this.peers = SimMetadataLog.peersOf(cluster.quorum(), NODE_ID, seams);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            cluster.quorum().image().topics().named(topic).ifPresent(this::lieAboutAny);
            Actor.pause(seams.clock(), dice.nextLong(LONGEST_PAUSE_NANOS));
        }
    }

    private void lieAboutAny(TopicImage known) {
        int index = dice.nextInt(known.partitions().size());
        PartitionImage partition = known.partitions().get(index);
        if (!cluster.serves(partition.leader())) {
            return;
        }
        long end = cluster.replicas(partition.leader()).endOffset(topic, index);
        FetchPartition asked =
                FetchPartition.builder()
                        .partition(index)
                        .currentLeaderEpoch(partition.leaderEpoch())
                        .fetchOffset(end)
                        .lastFetchedEpoch(-1)
                        .logStartOffset(0)
                        .partitionMaxBytes(1)
                        .build();
        try (PeerConnection leader = peers.connect(partition.leader())) {
            for (int follower : partition.inSync()) {
                if (follower != partition.leader()) {
                    leader.call(
                            request(known, asked, follower),
                            VERSION,
                            FetchResponse.class,
                            PATIENCE);
                }
            }
        } catch (IOException e) {
            // Another one next time.
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }

    private FetchRequest request(TopicImage known, FetchPartition asked, int follower) {
        long brokerEpoch =
                cluster.quorum().image().broker(follower).map(BrokerImage::epoch).orElse(-1L);
        return FetchRequest.builder()
                .replicaState(
                        ReplicaState.builder()
                                .replicaId(follower)
                                .replicaEpoch(brokerEpoch)
                                .build())
                .maxWaitMs(0)
                .minBytes(0)
                .maxBytes(1)
                .sessionId(0)
                .sessionEpoch(NO_SESSION)
                .topics(
                        List.of(
                                FetchTopic.builder()
                                        .topicId(known.id())
                                        .partitions(List.of(asked))
                                        .build()))
                .build();
    }
}
