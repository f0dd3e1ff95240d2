package io.zurau.broker.coordinator;

import io.zurau.broker.peer.IdleConnections;
import io.zurau.broker.peer.Peers;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Other brokers, asked for the end of a leader epoch, which they refuse to tell if it is not the
/// newest that they know.
final class PeerWitnesses implements LeadershipProof.Witnesses {
    private static final int VERSION = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final int nodeId;
    private final IdleConnections connections;

    PeerWitnesses(Peers peers) {
        this.nodeId = peers.nodeId();
        this.connections = new IdleConnections(peers);
    }

    @Override
    public ErrorCode ask(int brokerId, TopicPartition partition, int leaderEpoch)
            throws InterruptedException {
        OffsetForLeaderEpochRequest question = question(partition, leaderEpoch);
        try {
            OffsetForLeaderEpochResponse answer =
                    connections.ask(
                            brokerId,
                            connection ->
                                    connection.call(
                                            question,
                                            VERSION,
                                            OffsetForLeaderEpochResponse.class,
                                            PATIENCE));
            return answer.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(found -> ErrorCode.forCode(found.errorCode()))
                    .findFirst()
                    .orElse(ErrorCode.UNKNOWN_SERVER_ERROR);
        } catch (IOException e) {
            return ErrorCode.NETWORK_EXCEPTION;
        }
    }

    private OffsetForLeaderEpochRequest question(TopicPartition partition, int leaderEpoch) {
        OffsetForLeaderPartition epoch =
                OffsetForLeaderPartition.builder()
                        .partition(partition.partition())
                        .currentLeaderEpoch(leaderEpoch)
                        .leaderEpoch(leaderEpoch)
                        .build();
        return OffsetForLeaderEpochRequest.builder()
                .replicaId(nodeId)
                .topics(
                        List.of(
                                OffsetForLeaderTopic.builder()
                                        .topic(partition.topic())
                                        .partitions(List.of(epoch))
                                        .build()))
                .build();
    }

    @Override
    public void close() {
        connections.close();
    }
}
