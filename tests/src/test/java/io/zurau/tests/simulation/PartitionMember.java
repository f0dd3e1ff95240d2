package io.zurau.tests.simulation;

import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import io.zurau.runtime.Seams;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// A member of a consumer group of the new protocol (KIP-848). It uses what it was told to use, and
/// gives up what it has to at once; the next heartbeat says so.
final class PartitionMember
        extends SharingMember<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse> {
    private final String topic;
    private TreeSet<Piece> uses = new TreeSet<>();

    PartitionMember(
            String name,
            int nodeId,
            Seams seams,
            SimQuorum quorum,
            String topic,
            Random dice,
            Company company) {
        super(name, nodeId, seams, quorum, dice, ConsumerGroupHeartbeatResponse.class, company);
        this.topic = topic;
    }

    @Override
    Set<Piece> uses() {
        return uses;
    }

    @Override
    void abandon() {
        uses = new TreeSet<>();
    }

    @Override
    ConsumerGroupHeartbeatRequest request(int saidEpoch) {
        Uuid topicId = quorum().image().topics().named(topic).map(TopicImage::id).orElseThrow();
        return ConsumerGroupHeartbeatRequest.builder()
                .groupId(company().group())
                .memberId(id())
                .memberEpoch(saidEpoch)
                .rebalanceTimeoutMs(REBALANCE_TIMEOUT_MS)
                .subscribedTopicNames(List.of(topic))
                .topicPartitions(
                        uses.isEmpty()
                                ? List.of()
                                : List.of(
                                        TopicPartitions.builder()
                                                .topicId(topicId)
                                                .partitions(
                                                        uses.stream()
                                                                .map(Piece::partition)
                                                                .toList())
                                                .build()))
                .build();
    }

    @Override
    ConsumerGroupHeartbeatRequest withEpoch(ConsumerGroupHeartbeatRequest request, int newEpoch) {
        return request.toBuilder().memberEpoch(newEpoch).build();
    }

    @Override
    Said said(ConsumerGroupHeartbeatResponse answer) {
        return new Said(
                answer.errorCode(),
                String.valueOf(answer.errorMessage()),
                answer.memberEpoch(),
                answer.heartbeatIntervalMs());
    }

    @Override
    void follow(ConsumerGroupHeartbeatResponse answer) {
        if (answer.assignment() != null) {
            TreeSet<Piece> told = new TreeSet<>();
            answer.assignment()
                    .topicPartitions()
                    .forEach(
                            one ->
                                    one.partitions()
                                            .forEach(number -> told.add(new Piece(topic, number))));
            told.forEach(this::mustBeFree);
            uses = told;
        }
    }

    /// Its coordinator knows the epoch before the present one, and no earlier one: if two answers
    /// are lost, each with a new epoch, what the member says is of an epoch that is over.
    @Override
    boolean mayBeFenced() {
        return unanswered() > 1;
    }

    @Override
    Invariant exclusive() {
        return Invariant.PARTITIONS_HAVE_ONE_OWNER;
    }
}
