package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.protocol.message.DescribeProducersRequest;
import io.zurau.protocol.message.DescribeProducersRequest.TopicRequest;
import io.zurau.protocol.message.DescribeProducersResponse;
import io.zurau.protocol.message.DescribeProducersResponse.ProducerState;
import io.zurau.protocol.message.WriteTxnMarkersRequest;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import io.zurau.protocol.message.WriteTxnMarkersResponse;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Commits transactions in single partitions, as if their coordinator had said so: what comes of
/// markers that nobody fences.
final class FalseCoordinator implements Actor {
    private static final int NODE_ID = 104; // Not a voter, and no broker.
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = 100_000_000;

    private final Seams seams;
    private final Peers peers;
    private final SimCluster cluster;
    private final String topic;
    private final Random dice;
    private boolean stopped;

    FalseCoordinator(Seams seams, SimCluster cluster, String topic, Random dice) {
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
            int node = SimCluster.id(cluster.any(dice));
            try (PeerConnection broker = peers.connect(node)) {
                DescribeProducersResponse answer =
                        broker.call(producers(), 0, DescribeProducersResponse.class, PATIENCE);
                for (ProducerState producer :
                        answer.topics().getFirst().partitions().getFirst().activeProducers()) {
                    if (producer.currentTxnStartOffset() >= 0) {
                        var _ =
                                broker.call(
                                        commit(producer),
                                        1,
                                        WriteTxnMarkersResponse.class,
                                        PATIENCE);
                    }
                }
            } catch (IOException e) {
                // Another one next time.
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
            Actor.pause(seams.clock(), dice.nextLong(PAUSE_NANOS));
        }
    }

    private DescribeProducersRequest producers() {
        return DescribeProducersRequest.builder()
                .topics(
                        List.of(
                                TopicRequest.builder()
                                        .name(topic)
                                        .partitionIndexes(List.of(0))
                                        .build()))
                .build();
    }

    private WriteTxnMarkersRequest commit(ProducerState producer) {
        return WriteTxnMarkersRequest.builder()
                .markers(
                        List.of(
                                WritableTxnMarker.builder()
                                        .producerId(producer.producerId())
                                        .producerEpoch((short) producer.producerEpoch())
                                        .coordinatorEpoch(Math.max(0, producer.coordinatorEpoch()))
                                        .transactionResult(true)
                                        .topics(
                                                List.of(
                                                        WritableTxnMarkerTopic.builder()
                                                                .name(topic)
                                                                .partitionIndexes(List.of(0))
                                                                .build()))
                                        .build()))
                .build();
    }
}
