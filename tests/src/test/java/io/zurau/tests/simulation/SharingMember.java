package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.Shards;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.FindCoordinatorResponse;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A member of a consumer group of the new protocol (KIP-848). It uses what it was told to use, and
/// gives up what it has to at the next heartbeat. What it does not hear it asks for again; now and
/// then it repeats what it asked, leaves, or says nothing for a while.
final class SharingMember implements Actor {
    static final String GROUP = "shared";
    private static final String OFFSETS = "__consumer_offsets";
    private static final short VERSION = 1;
    private static final short FIND_VERSION = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long SESSION_NANOS = Duration.ofSeconds(45).toNanos();
    private static final int REBALANCE_TIMEOUT_MS = 600_000; // Longer than any run.

    private final String id;
    private final Seams seams;
    private final SimQuorum quorum;
    private final String topic;
    private final Random dice;
    private final Peers peers;
    private final Map<String, SharingMember> everyone;
    private TreeSet<Integer> uses = new TreeSet<>();
    private int epoch;
    private long heardNanos; // When it sent what was last answered well.
    private long intervalMs = 500;
    private boolean stopped;

    /// @param everyone the members of the group, by id
    SharingMember(
            String id,
            int nodeId,
            Seams seams,
            SimQuorum quorum,
            String topic,
            Random dice,
            Map<String, SharingMember> everyone) {
        this.id = id;
        this.seams = seams;
        this.quorum = quorum;
        this.topic = topic;
        this.dice = dice;
        this.everyone = everyone;
        this.peers = SimMetadataLog.peersOf(quorum, nodeId, seams);
        everyone.put(id, this);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    Set<Integer> uses() {
        return uses;
    }

    @Override
    public void run() {
        while (!stopped) {
            int leaving = 100; // One heartbeat of so many.
            if (epoch > 0 && dice.nextInt(leaving) == 0) {
                leave();
            } else {
                beat();
                if (dice.nextInt(10) == 0) {
                    beat(); // Once more, as if nobody had answered.
                }
            }
            Actor.pause(seams.clock(), dice.nextLong(2 * intervalMs * 1_000_000));
        }
    }

    private void leave() {
        uses = new TreeSet<>();
        int before = epoch;
        epoch = 0;
        var _ = ask(request(-1), before);
    }

    private void beat() {
        long sentNanos = seams.clock().nanos();
        if (epoch == 0) {
            uses = new TreeSet<>();
        }
        ask(request(epoch), epoch).ifPresent(answer -> hear(answer, sentNanos));
    }

    private ConsumerGroupHeartbeatRequest request(int saidEpoch) {
        Uuid topicId = quorum.image().topics().named(topic).map(TopicImage::id).orElseThrow();
        return ConsumerGroupHeartbeatRequest.builder()
                .groupId(GROUP)
                .memberId(id)
                .memberEpoch(saidEpoch)
                .rebalanceTimeoutMs(REBALANCE_TIMEOUT_MS)
                .subscribedTopicNames(List.of(topic))
                .topicPartitions(
                        uses.isEmpty()
                                ? List.of()
                                : List.of(
                                        TopicPartitions.builder()
                                                .topicId(topicId)
                                                .partitions(List.copyOf(uses))
                                                .build()))
                .build();
    }

    private void hear(ConsumerGroupHeartbeatResponse answer, long sentNanos) {
        switch (ErrorCode.forCode(answer.errorCode())) {
            case NONE -> {
                epoch = answer.memberEpoch();
                heardNanos = sentNanos;
                intervalMs = answer.heartbeatIntervalMs();
                if (answer.assignment() != null) {
                    TreeSet<Integer> told = new TreeSet<>();
                    answer.assignment()
                            .topicPartitions()
                            .forEach(one -> told.addAll(one.partitions()));
                    told.forEach(this::take);
                    uses = told;
                }
            }
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND -> {
                if (isIn()) {
                    throw new BrokenPromise(
                            Invariant.PARTITIONS_HAVE_ONE_OWNER,
                            "Member %s is out of its group in epoch %d, within its session."
                                    .formatted(id, epoch));
                }
                epoch = 0;
                uses = new TreeSet<>();
            }
            default -> {} // The coordinator moves, or loads.
        }
    }

    /// Whether its session goes on for certain, by its own clock.
    private boolean isIn() {
        return epoch > 0 && seams.clock().nanos() - heardNanos < SESSION_NANOS;
    }

    /// Nobody else may use it whose session goes on for certain.
    private void take(int partition) {
        for (SharingMember other : everyone.values()) {
            if (other != this && other.isIn() && other.uses.contains(partition)) {
                throw new BrokenPromise(
                        Invariant.PARTITIONS_HAVE_ONE_OWNER,
                        "Partition %d is given to %s in epoch %d, and %s uses it in epoch %d."
                                .formatted(partition, id, epoch, other.id, other.epoch));
            }
        }
    }

    /// @return empty if there was no answer
    private Optional<ConsumerGroupHeartbeatResponse> ask(
            ConsumerGroupHeartbeatRequest request, int asEpoch) {
        Optional<TopicImage> offsets = quorum.image().topics().named(OFFSETS);
        if (offsets.isEmpty()) {
            makeOffsetsTopic();
            return Optional.empty();
        }
        int partition = Shards.partitionOf(GROUP, offsets.get().partitions().size());
        int leader = offsets.get().partitions().get(partition).leader();
        if (leader < 0) {
            return Optional.empty();
        }
        try (PeerConnection peer = peers.connect(leader)) {
            var answer =
                    peer.call(request, VERSION, ConsumerGroupHeartbeatResponse.class, PATIENCE);
            // An answer that comes after it has begun anew says nothing any more.
            return epoch == asEpoch ? Optional.of(answer) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }

    private void makeOffsetsTopic() {
        FindCoordinatorRequest request =
                FindCoordinatorRequest.builder().coordinatorKeys(List.of(GROUP)).build();
        try (PeerConnection peer = peers.connect(1)) {
            var _ = peer.call(request, FIND_VERSION, FindCoordinatorResponse.class, PATIENCE);
        } catch (IOException e) {
            // Next time.
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }

    /// What all members use, by partition; empty if two use the same.
    static Optional<Map<Integer, String>> owners(Map<String, SharingMember> everyone) {
        Map<Integer, String> owners = new TreeMap<>();
        for (SharingMember member : everyone.values()) {
            for (int partition : member.uses) {
                if (owners.put(partition, member.id) != null) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(owners);
    }
}
