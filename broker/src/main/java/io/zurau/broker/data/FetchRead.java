package io.zurau.broker.data;

import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionFollower;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.ReadableReplica;
import io.zurau.broker.partition.WaitingFetches;
import io.zurau.log.EpochEnd;
import io.zurau.log.LogSlice;
import io.zurau.log.PartitionLog;
import io.zurau.log.ReadOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchResponse.AbortedTransaction;
import io.zurau.protocol.message.FetchResponse.EpochEndOffset;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One round of reading for one fetch: each partition in turn, until the bytes are used up.
///
/// The first batch is always given, however large, so that every client gets on (KIP-74). The
/// slices in the answers are open files: send them or [#discard] them.
final class FetchRead {
    private static final long UNKNOWN = -1;

    private final Partitions partitions;
    private final Reader reader;
    private final List<PartitionData> answers;
    private final List<WaitingFetches> places = new ArrayList<>();
    private int bytesLeft;
    private long bytes;
    private long throttledBytes;
    private boolean urgent;

    /// Who reads.
    sealed interface Reader {
        /// @param readsFollowers whether it can be sent to a follower (KIP-392)
        /// @param nearest chooses the follower
        record Consumer(boolean readCommitted, boolean readsFollowers, NearestReplica nearest)
                implements Reader {}

        /// @param brokerEpoch -1 if it does not say
        /// @param hurriesWatermark whether a higher high watermark alone is worth an answer
        record Follower(int nodeId, long brokerEpoch, boolean hurriesWatermark) implements Reader {}
    }

    private FetchRead(Partitions partitions, Reader reader, int maxBytes, int count) {
        this.partitions = partitions;
        this.reader = reader;
        this.bytesLeft = maxBytes;
        this.answers = new ArrayList<>(count);
    }

    static FetchRead of(
            List<FetchedPartition> wanted, Partitions partitions, Reader reader, int maxBytes) {
        FetchRead read = new FetchRead(partitions, reader, maxBytes, wanted.size());
        try {
            for (FetchedPartition partition : wanted) {
                read.answers.add(read.read(partition));
            }
        } catch (RuntimeException e) {
            read.discard();
            throw e;
        }
        return read;
    }

    /// In the order that was asked.
    List<PartitionData> answers() {
        return answers;
    }

    /// Where to wait for more.
    List<WaitingFetches> places() {
        return places;
    }

    /// Of all records found.
    long bytes() {
        return bytes;
    }

    /// Of the records for followers that count for the leader's quota.
    long throttledBytes() {
        return throttledBytes;
    }

    /// Whether there is something that the client should know at once, as an error.
    boolean isUrgent() {
        return urgent;
    }

    /// Lets go of the files.
    void discard() {
        for (PartitionData answer : answers) {
            if (answer.records() instanceof LogSlice slice) {
                slice.close();
            }
        }
    }

    private PartitionData read(FetchedPartition partition) {
        Located located =
                partition.topic().isEmpty()
                        ? partitions.find(partition.topicId(), partition.index())
                        : partitions.find(partition.topic(), partition.index());
        return switch (located) {
            case Located.NotHere notHere ->
                    follower(partition)
                            .map(follower -> readIfWhole(partition, follower))
                            .orElseGet(() -> error(partition, notHere.code()));
            case Located.Here here -> readIfWhole(partition, here.leader());
        };
    }

    private Optional<PartitionFollower> follower(FetchedPartition partition) {
        if (!(reader instanceof Reader.Consumer consumer) || !consumer.readsFollowers) {
            return Optional.empty();
        }
        return partition.topic().isEmpty()
                ? partitions.findFollower(partition.topicId(), partition.index())
                : partitions.findFollower(partition.topic(), partition.index());
    }

    /// A log that is damaged or about to go keeps nobody from the others.
    private PartitionData readIfWhole(FetchedPartition partition, ReadableReplica replica) {
        try {
            return read(partition, replica);
        } catch (StorageFailure e) {
            return error(partition, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    private PartitionData read(FetchedPartition partition, ReadableReplica replica) {
        FetchPartition wanted = partition.wanted();
        int believed = wanted.currentLeaderEpoch();
        int leaderEpoch = believed < 0 ? replica.image().leaderEpoch() : believed;
        ErrorCode epoch = replica.checkEpoch(believed);
        if (epoch != ErrorCode.NONE) {
            return error(partition, epoch);
        }
        if (reader instanceof Reader.Consumer consumer
                && replica instanceof PartitionLeader leader) {
            OptionalInt nearest = consumer.nearest.choose(leader, wanted.fetchOffset());
            if (nearest.isPresent()) {
                urgent = true;
                return answer(partition, leader)
                        .preferredReadReplica(nearest.getAsInt())
                        .records(Payload.EMPTY)
                        .build();
            }
        }
        PartitionLog log = replica.log();
        if (wanted.fetchOffset() < log.logStartOffset()) {
            return outOfRange(partition, replica);
        }
        if (wanted.lastFetchedEpoch() >= 0) {
            EpochEnd end = log.endOffsetForEpoch(wanted.lastFetchedEpoch());
            if (end.epoch() < 0) {
                return outOfRange(partition, replica);
            }
            if (end.epoch() < wanted.lastFetchedEpoch() || end.endOffset() < wanted.fetchOffset()) {
                urgent = true;
                return answer(partition, replica)
                        .divergingEpoch(
                                EpochEndOffset.builder()
                                        .epoch(end.epoch())
                                        .endOffset(end.endOffset())
                                        .build())
                        .records(Payload.EMPTY)
                        .build();
            }
        }
        if (wanted.fetchOffset() > log.logEndOffset()) {
            return outOfRange(partition, replica);
        }
        return switch (reader) {
            case Reader.Consumer consumer -> forConsumer(partition, replica, consumer);
            case Reader.Follower follower ->
                    switch (replica) {
                        case PartitionLeader leader ->
                                forFollower(partition, leader, leaderEpoch, follower);
                        case PartitionFollower _ ->
                                error(partition, ErrorCode.NOT_LEADER_OR_FOLLOWER);
                    };
        };
    }

    private PartitionData forConsumer(
            FetchedPartition partition, ReadableReplica replica, Reader.Consumer consumer) {
        places.add(replica.waitingConsumers());
        return records(
                partition,
                replica,
                replica.readableEnd(consumer.readCommitted),
                consumer.readCommitted);
    }

    /// @param leaderEpoch as it was checked
    private PartitionData forFollower(
            FetchedPartition partition,
            PartitionLeader leader,
            int leaderEpoch,
            Reader.Follower follower) {
        FetchPartition wanted = partition.wanted();
        ErrorCode counted =
                leader.fetchedBy(
                        follower.nodeId,
                        leaderEpoch,
                        follower.brokerEpoch,
                        wanted.fetchOffset(),
                        wanted.logStartOffset());
        if (counted != ErrorCode.NONE) {
            return error(partition, counted);
        }
        places.add(leader.waitingFollowers());
        urgent |= follower.hurriesWatermark && partition.knowsLess(leader.highWatermark());
        if (leader.holdsBack(follower.nodeId)) {
            return records(partition, leader, wanted.fetchOffset(), false);
        }
        long bytesBefore = bytes;
        PartitionData answer = records(partition, leader, leader.log().logEndOffset(), false);
        if (leader.isThrottled()) {
            throttledBytes += bytes - bytesBefore;
        }
        return answer;
    }

    private static PartitionData.Builder answer(
            FetchedPartition partition, ReadableReplica replica) {
        return PartitionData.builder()
                .partitionIndex(partition.index())
                .abortedTransactions(null)
                .highWatermark(replica.highWatermark())
                .lastStableOffset(replica.lastStableOffset())
                .logStartOffset(replica.log().logStartOffset());
    }

    /// @param end exclusive: how far the reader may read
    private PartitionData records(
            FetchedPartition partition, ReadableReplica replica, long end, boolean readCommitted) {
        PartitionData.Builder answer = answer(partition, replica);
        FetchPartition wanted = partition.wanted();
        boolean first = bytes == 0;
        int limit = Math.min(Math.max(0, wanted.partitionMaxBytes()), bytesLeft);
        if (wanted.fetchOffset() >= end || (limit == 0 && !first)) {
            return withAborted(readCommitted, answer.records(Payload.EMPTY), List.of()).build();
        }
        PartitionLog log = replica.log();
        ReadOutcome outcome =
                readCommitted
                        ? log.readIsolated(wanted.fetchOffset(), limit, end, first)
                        : log.read(wanted.fetchOffset(), limit, end, first);
        return switch (outcome) {
            case ReadOutcome.Refused refused -> error(partition, refused.code());
            case LogSlice slice -> {
                bytes += slice.sizeInBytes();
                bytesLeft = Math.max(0, bytesLeft - slice.sizeInBytes());
                yield withAborted(readCommitted, answer.records(slice), aborted(slice)).build();
            }
        };
    }

    private static PartitionData.Builder withAborted(
            boolean readCommitted, PartitionData.Builder answer, List<AbortedTransaction> aborted) {
        return readCommitted ? answer.abortedTransactions(aborted) : answer;
    }

    private static List<AbortedTransaction> aborted(LogSlice slice) {
        return slice.aborted().stream()
                .map(
                        transaction ->
                                AbortedTransaction.builder()
                                        .producerId(transaction.producerId())
                                        .firstOffset(transaction.firstOffset())
                                        .build())
                .toList();
    }

    /// A follower is told where the log starts, so that it can begin there. A consumer that does
    /// not say which epoch it means may have come to a follower by old metadata; it must not take
    /// that one's end for the leader's and start over.
    private PartitionData outOfRange(FetchedPartition partition, ReadableReplica replica) {
        if (replica instanceof PartitionFollower && partition.wanted().currentLeaderEpoch() < 0) {
            return error(partition, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        PartitionData error = error(partition, ErrorCode.OFFSET_OUT_OF_RANGE);
        return reader instanceof Reader.Follower
                ? error.toBuilder().logStartOffset(replica.log().logStartOffset()).build()
                : error;
    }

    private PartitionData error(FetchedPartition partition, ErrorCode code) {
        urgent = true;
        return PartitionData.builder()
                .partitionIndex(partition.index())
                .errorCode(code.code())
                .abortedTransactions(null)
                .highWatermark(UNKNOWN)
                .records(Payload.EMPTY)
                .build();
    }
}
