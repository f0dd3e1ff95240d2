package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A client that asks one broker after the other, those that lead no more among them, where the
/// partitions of a topic end for consumers.
///
/// A leader that has not heard of the next one may tell less than that one, but nobody tells less
/// than was told in the same epoch or one before, and whoever leads now no less than was promised.
final class EndWatcher implements Actor {
    private static final int NODE_ID = 101; // Not a voter, and no broker.
    private static final int VERSION = 7;
    private static final int LATEST = -1;
    private static final int ANY_EPOCH = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private final Seams seams;
    private final SimQuorum quorum;
    private final Ledger ledger;
    private final Peers peers;
    private final int brokers;
    private final String topic;
    private final int partitions;
    private final Random dice;
    private final Map<Integer, TreeMap<Integer, Long>> told = new TreeMap<>(); // By epoch.
    private boolean stopped;

    EndWatcher(
            Seams seams,
            SimQuorum quorum,
            int brokers,
            String topic,
            int partitions,
            Ledger ledger,
            Random dice) {
        this.seams = seams;
        this.quorum = quorum;
        this.ledger = ledger;
        this.brokers = brokers;
        this.topic = topic;
        this.partitions = partitions;
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
            try (PeerConnection broker = peers.connect(1 + dice.nextInt(brokers))) {
                List<Long> promised =
                        IntStream.range(0, partitions).mapToObj(ledger::promisedEnd).toList();
                broker.call(request(), VERSION, ListOffsetsResponse.class, PATIENCE)
                        .topics()
                        .forEach(
                                answer ->
                                        answer.partitions().forEach(each -> take(each, promised)));
            } catch (IOException e) {
                // Another one next time.
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
            Actor.pause(seams.clock(), dice.nextLong(LONGEST_PAUSE_NANOS));
        }
    }

    private int epochOf(int partition) {
        return quorum.image()
                .topics()
                .named(topic)
                .orElseThrow()
                .partitions()
                .get(partition)
                .leaderEpoch();
    }

    private ListOffsetsRequest request() {
        return ListOffsetsRequest.builder()
                .replicaId(-1)
                .topics(
                        List.of(
                                ListOffsetsTopic.builder()
                                        .name(topic)
                                        .partitions(
                                                IntStream.range(0, partitions)
                                                        .mapToObj(EndWatcher::partition)
                                                        .toList())
                                        .build()))
                .build();
    }

    private static ListOffsetsPartition partition(int index) {
        return ListOffsetsPartition.builder()
                .partitionIndex(index)
                .currentLeaderEpoch(ANY_EPOCH)
                .timestamp(LATEST)
                .build();
    }

    private void take(ListOffsetsPartitionResponse answer, List<Long> promised) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            return;
        }
        if (answer.leaderEpoch() == epochOf(answer.partitionIndex())
                && answer.offset() < promised.get(answer.partitionIndex())) {
            throw new BrokenPromise(
                    Invariant.WATERMARK_NEVER_FALLS,
                    "%s-%d ends at %d in its newest epoch, but %d was promised."
                            .formatted(
                                    topic,
                                    answer.partitionIndex(),
                                    answer.offset(),
                                    promised.get(answer.partitionIndex()) - 1));
        }
        TreeMap<Integer, Long> ends =
                told.computeIfAbsent(answer.partitionIndex(), _ -> new TreeMap<>());
        Map.Entry<Integer, Long> before = ends.floorEntry(answer.leaderEpoch());
        if (before != null && answer.offset() < before.getValue()) {
            throw new BrokenPromise(
                    Invariant.WATERMARK_NEVER_FALLS,
                    "%s-%d ends at %d in epoch %d, and ended at %d in epoch %d."
                            .formatted(
                                    topic,
                                    answer.partitionIndex(),
                                    answer.offset(),
                                    answer.leaderEpoch(),
                                    before.getValue(),
                                    before.getKey()));
        }
        ends.put(answer.leaderEpoch(), answer.offset());
    }
}
