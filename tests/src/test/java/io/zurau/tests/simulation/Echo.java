package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.BrokerHeartbeatRequest;
import io.zurau.protocol.message.BrokerHeartbeatResponse;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ReplicaState;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Repeats what brokers asked when another epoch was: their last fetch of each partition in each
/// epoch goes to who leads now, and their heartbeats go to who is the controller now. It is what a
/// network does that holds back a request for long (KIP-903). And now and then it has a partition
/// led by two others in sync, one right after the other, so that epochs pass that some broker never
/// hears of.
final class Echo implements Actor {
    private static final int NODE_ID = 104; // Not a voter, and no broker.
    private static final short FETCH_VERSION = 17;
    private static final short HEARTBEAT_VERSION = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;
    private static final int NO_SESSION = -1;
    private static final int LOOKS_PER_ELECTION = 40;

    private final Seams seams;
    private final SimQuorum quorum;
    private final Memory memory;
    private final Set<Epoch> forged;
    private final Random dice;
    private final Peers peers;
    private boolean stopped;

    /// What may be over.
    enum Epoch {
        /// That a follower says of itself.
        OF_BROKER,
        /// That a follower says of its leader.
        OF_LEADER
    }

    /// What was asked: the last of each kind in each epoch, so that little is kept.
    ///
    /// **Guard:** the one thread of a simulation.
    static final class Memory {
        private final Map<Kind, Asked> fetches = new LinkedHashMap<>();
        private final Map<Kind, BrokerHeartbeatRequest> beats = new LinkedHashMap<>();

        private record Kind(int nodeId, long epoch, Object what) {}

        private record Place(Uuid topicId, int partition, int leaderEpoch) {}

        private record Asked(int nodeId, long epoch, Uuid topicId, FetchPartition partition) {}

        /// @return the request as it is
        ApiRequest remember(ApiRequest request) {
            if (request instanceof BrokerHeartbeatRequest beat) {
                beats.put(new Kind(beat.brokerId(), beat.brokerEpoch(), beat.wantShutDown()), beat);
            } else if (request instanceof FetchRequest fetch) {
                int nodeId = fetch.replicaState().replicaId();
                long epoch = fetch.replicaState().replicaEpoch();
                for (FetchTopic topic : fetch.topics()) {
                    for (FetchPartition asked : topic.partitions()) {
                        Uuid id = topic.topicId();
                        Place place = new Place(id, asked.partition(), asked.currentLeaderEpoch());
                        fetches.put(
                                new Kind(nodeId, epoch, place),
                                new Asked(nodeId, epoch, id, asked));
                    }
                }
            }
            return request;
        }
    }

    Echo(Seams seams, SimQuorum quorum, Memory memory, Set<Epoch> forged, Random dice) {
        this.seams = seams;
        this.quorum = quorum;
        this.memory = memory;
        this.forged = forged;
        this.dice = dice;
        this.peers = SimMetadataLog.peersOf(quorum, NODE_ID, seams);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            any(memory.fetches.values().stream()
                            .filter(this::isOver)
                            .filter(this::isWorthIt)
                            .toList())
                    .ifPresent(this::fetch);
            any(memory.beats.values().stream().filter(this::isOver).toList()).ifPresent(this::beat);
            any(quorum.image().topics().all())
                    .filter(_ -> dice.nextInt(LOOKS_PER_ELECTION) == 0)
                    .ifPresent(this::electTwice);
            pause();
        }
    }

    private void pause() {
        Actor.pause(seams.clock(), dice.nextLong(LONGEST_PAUSE_NANOS));
    }

    private void electTwice(TopicImage topic) {
        int index = dice.nextInt(topic.partitions().size());
        elect(topic.id(), index);
        pause();
        elect(topic.id(), index);
    }

    /// Anybody who is in sync may lead at any time, whoever leads now.
    private void elect(Uuid topicId, int index) {
        ClusterImage image = quorum.image();
        image.topics()
                .withId(topicId)
                .flatMap(topic -> topic.partition(index))
                .flatMap(
                        now ->
                                any(
                                        now.inSync().stream()
                                                .filter(node -> node != now.leader())
                                                .filter(
                                                        node ->
                                                                image.broker(node)
                                                                        .filter(
                                                                                BrokerImage
                                                                                        ::isActive)
                                                                        .isPresent())
                                                .toList()))
                .ifPresent(
                        node ->
                                quorum.commit(
                                        image.endOffset(),
                                        List.of(
                                                PartitionChangeRecord.builder()
                                                        .topicId(topicId)
                                                        .partitionId(index)
                                                        .leader(node)
                                                        .build())));
    }

    private <T> Optional<T> any(Collection<T> from) {
        List<T> choices = List.copyOf(from);
        return choices.isEmpty()
                ? Optional.empty()
                : Optional.of(choices.get(dice.nextInt(choices.size())));
    }

    private boolean isOver(Memory.Asked asked) {
        return partition(asked)
                .filter(
                        now ->
                                asked.epoch < epoch(asked.nodeId)
                                        || asked.partition.currentLeaderEpoch() < now.leaderEpoch())
                .isPresent();
    }

    /// Not if the epoch that is not forged is over as well.
    private boolean isWorthIt(Memory.Asked asked) {
        return !forged.equals(Set.of(Epoch.OF_BROKER))
                || partition(asked).orElseThrow().leaderEpoch()
                        == asked.partition.currentLeaderEpoch();
    }

    private boolean isOver(BrokerHeartbeatRequest beat) {
        return beat.brokerEpoch() < epoch(beat.brokerId());
    }

    private Optional<PartitionImage> partition(Memory.Asked asked) {
        ClusterImage image = quorum.image();
        Optional<TopicImage> topic = image.topics().withId(asked.topicId);
        return topic.flatMap(known -> known.partition(asked.partition.partition()));
    }

    private long epoch(int nodeId) {
        return quorum.image().broker(nodeId).map(BrokerImage::epoch).orElse(-1L);
    }

    private void fetch(Memory.Asked asked) {
        PartitionImage now = partition(asked).orElseThrow();
        if (now.leader() < 0 || now.leader() == asked.nodeId) {
            return;
        }
        boolean forgesLeader = forged.contains(Epoch.OF_LEADER);
        FetchPartition partition =
                forgesLeader
                        ? asked.partition.toBuilder().currentLeaderEpoch(now.leaderEpoch()).build()
                        : asked.partition;
        long epoch = forged.contains(Epoch.OF_BROKER) ? epoch(asked.nodeId) : asked.epoch;
        FetchRequest request =
                FetchRequest.builder()
                        .replicaState(
                                ReplicaState.builder()
                                        .replicaId(asked.nodeId)
                                        .replicaEpoch(epoch)
                                        .build())
                        .maxWaitMs(0)
                        .maxBytes(1)
                        .sessionEpoch(NO_SESSION)
                        .topics(
                                List.of(
                                        FetchTopic.builder()
                                                .topicId(asked.topicId)
                                                .partitions(List.of(partition))
                                                .build()))
                        .build();
        send(now.leader(), request, FETCH_VERSION, FetchResponse.class);
    }

    private void beat(BrokerHeartbeatRequest beat) {
        int controller = quorum.see(NODE_ID, new Leadership(Leadership.NOBODY, 0)).leaderId();
        if (controller == Leadership.NOBODY) {
            return;
        }
        send(controller, beat, HEARTBEAT_VERSION, BrokerHeartbeatResponse.class);
    }

    private void send(
            int nodeId, ApiRequest request, short version, Class<? extends ApiResponse> answer) {
        try (PeerConnection peer = peers.connect(nodeId)) {
            peer.call(request, version, answer, PATIENCE);
        } catch (IOException e) {
            // Another one next time.
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }
}
