package io.zurau.tests.simulation;

import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import io.zurau.protocol.message.ShareGroupHeartbeatResponse;
import io.zurau.runtime.Seams;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// A member of a share group (KIP-932). What it is told to use others may use, too.
final class ShareMember
        extends SharingMember<ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse> {
    private final String topic;
    private final ShareReader reader;
    private TreeSet<Piece> uses = new TreeSet<>();

    ShareMember(
            String name,
            int nodeId,
            Seams seams,
            SimQuorum quorum,
            String topic,
            Random dice,
            Company company,
            SharedRecords records) {
        super(name, nodeId, seams, quorum, dice, ShareGroupHeartbeatResponse.class, company);
        this.topic = topic;
        this.reader = new ShareReader(this, topic, seams.clock(), records);
    }

    /// Takes records as long as [#run] says that it is there.
    void take() {
        reader.run();
    }

    @Override
    Set<Piece> uses() {
        return uses;
    }

    @Override
    void abandon() {
        uses = new TreeSet<>();
        reader.forget();
    }

    @Override
    ShareGroupHeartbeatRequest request(int saidEpoch) {
        return ShareGroupHeartbeatRequest.builder()
                .groupId(company().group())
                .memberId(id())
                .memberEpoch(saidEpoch)
                .subscribedTopicNames(List.of(topic))
                .build();
    }

    @Override
    ShareGroupHeartbeatRequest withEpoch(ShareGroupHeartbeatRequest request, int newEpoch) {
        return request.toBuilder().memberEpoch(newEpoch).build();
    }

    @Override
    Said said(ShareGroupHeartbeatResponse answer) {
        return new Said(
                answer.errorCode(),
                String.valueOf(answer.errorMessage()),
                answer.memberEpoch(),
                answer.heartbeatIntervalMs());
    }

    @Override
    void follow(ShareGroupHeartbeatResponse answer) {
        if (answer.assignment() != null) {
            TreeSet<Piece> told = new TreeSet<>();
            answer.assignment()
                    .topicPartitions()
                    .forEach(
                            one ->
                                    one.partitions()
                                            .forEach(number -> told.add(new Piece(topic, number))));
            uses = told;
        }
    }

    /// As for members of consumer groups.
    @Override
    boolean mayBeFenced() {
        return unanswered() > 1;
    }

    @Override
    Invariant exclusive() {
        return Invariant.SERVES;
    }
}
