package io.zurau.broker.group;

import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How far partitions go, wherever they are led: what a lag is counted from.
record EndOffsets(Partitions partitions, Peers peers) {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long LATEST = -1;
    private static final int CONSUMER = -1;

    /// Exclusive: the partition's high watermark. Empty if nobody can be asked.
    OptionalLong of(Uuid topicId, int partition) throws InterruptedException {
        if (partitions.find(topicId, partition) instanceof Located.Here here) {
            return OptionalLong.of(here.leader().highWatermark());
        }
        Optional<TopicImage> topic = peers.metadata().image().topics().withId(topicId);
        int leader =
                topic.flatMap(known -> known.partition(partition))
                        .map(PartitionImage::leader)
                        .orElse(PartitionImage.NO_LEADER);
        if (topic.isEmpty() || leader == PartitionImage.NO_LEADER || leader == peers.nodeId()) {
            return OptionalLong.empty();
        }
        try (PeerConnection connection = peers.connect(leader)) {
            return ask(connection, topic.get().name(), partition);
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong ask(PeerConnection connection, String topic, int partition)
            throws IOException, InterruptedException {
        ListOffsetsRequest request =
                ListOffsetsRequest.builder()
                        .replicaId(CONSUMER)
                        .topics(
                                List.of(
                                        ListOffsetsRequest.ListOffsetsTopic.builder()
                                                .name(topic)
                                                .partitions(
                                                        List.of(
                                                                ListOffsetsRequest
                                                                        .ListOffsetsPartition
                                                                        .builder()
                                                                        .partitionIndex(partition)
                                                                        .timestamp(LATEST)
                                                                        .build()))
                                                .build()))
                        .build();
        return connection
                .call(
                        request,
                        ListOffsetsRequest.HIGHEST_VERSION,
                        ListOffsetsResponse.class,
                        PATIENCE)
                .topics()
                .stream()
                .flatMap(one -> one.partitions().stream())
                .filter(one -> one.errorCode() == 0)
                .mapToLong(ListOffsetsResponse.ListOffsetsPartitionResponse::offset)
                .findFirst();
    }
}
