package io.zurau.broker.data;

import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
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

/// One round of reading for one fetch: each partition in turn, until the bytes are used up.
///
/// The first batch is always given, however large, so that every client gets on (KIP-74). The
/// slices in the answers are open files: send them or [#discard] them.
final class FetchRead {
    private static final long UNKNOWN = -1;

    private final Partitions partitions;
    private final Reader reader;
    private final List<PartitionData> answers;
    private final List<PartitionLeader> leaders = new ArrayList<>();
    private int bytesLeft;
    private long bytes;
    private boolean urgent;

    /// Who reads.
    sealed interface Reader {
        record Consumer(boolean readCommitted) implements Reader {}

        /// @param brokerEpoch -1 if it does not say
        record Follower(int nodeId, long brokerEpoch) implements Reader {}
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

    /// The partitions that are led here.
    List<PartitionLeader> leaders() {
        return leaders;
    }

    /// Of all records found.
    long bytes() {
        return bytes;
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
            case Located.NotHere notHere -> error(partition, notHere.code());
            case Located.Here here -> {
                leaders.add(here.leader());
                yield readIfWhole(partition, here.leader());
            }
        };
    }

    /// A log that is damaged or about to go keeps nobody from the others.
    private PartitionData readIfWhole(FetchedPartition partition, PartitionLeader leader) {
        try {
            return read(partition, leader);
        } catch (StorageFailure e) {
            return error(partition, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    private PartitionData read(FetchedPartition partition, PartitionLeader leader) {
        FetchPartition wanted = partition.wanted();
        ErrorCode epoch = leader.checkEpoch(wanted.currentLeaderEpoch());
        if (epoch != ErrorCode.NONE) {
            return error(partition, epoch);
        }
        PartitionLog log = leader.log();
        if (wanted.lastFetchedEpoch() >= 0) {
            EpochEnd end = log.endOffsetForEpoch(wanted.lastFetchedEpoch());
            if (end.epoch() < 0) {
                return outOfRange(partition, log);
            }
            if (end.epoch() < wanted.lastFetchedEpoch() || end.endOffset() < wanted.fetchOffset()) {
                urgent = true;
                return answer(partition, leader)
                        .divergingEpoch(
                                EpochEndOffset.builder()
                                        .epoch(end.epoch())
                                        .endOffset(end.endOffset())
                                        .build())
                        .records(Payload.EMPTY)
                        .build();
            }
        }
        if (wanted.fetchOffset() < log.logStartOffset()
                || wanted.fetchOffset() > log.logEndOffset()) {
            return outOfRange(partition, log);
        }
        return switch (reader) {
            case Reader.Consumer consumer ->
                    records(
                            partition,
                            leader,
                            leader.readableEnd(consumer.readCommitted()),
                            consumer.readCommitted());
            case Reader.Follower follower ->
                    leader.fetchedBy(follower.nodeId, follower.brokerEpoch, wanted.fetchOffset())
                            ? records(partition, leader, log.logEndOffset(), false)
                            : error(partition, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        };
    }

    private static PartitionData.Builder answer(
            FetchedPartition partition, PartitionLeader leader) {
        return PartitionData.builder()
                .partitionIndex(partition.index())
                .abortedTransactions(null)
                .highWatermark(leader.highWatermark())
                .lastStableOffset(leader.lastStableOffset())
                .logStartOffset(leader.log().logStartOffset());
    }

    /// @param end exclusive: how far the reader may read
    private PartitionData records(
            FetchedPartition partition, PartitionLeader leader, long end, boolean readCommitted) {
        PartitionData.Builder answer = answer(partition, leader);
        FetchPartition wanted = partition.wanted();
        boolean first = bytes == 0;
        int limit = Math.min(Math.max(0, wanted.partitionMaxBytes()), bytesLeft);
        if (wanted.fetchOffset() >= end || (limit == 0 && !first)) {
            return withAborted(readCommitted, answer.records(Payload.EMPTY), List.of()).build();
        }
        return switch (leader.log().read(wanted.fetchOffset(), limit, end, first)) {
            case ReadOutcome.Refused refused -> error(partition, refused.code());
            case LogSlice slice -> {
                bytes += slice.sizeInBytes();
                bytesLeft = Math.max(0, bytesLeft - slice.sizeInBytes());
                List<AbortedTransaction> aborted =
                        readCommitted
                                ? aborted(leader.log(), wanted.fetchOffset(), end)
                                : List.of();
                yield withAborted(readCommitted, answer.records(slice), aborted).build();
            }
        };
    }

    private static PartitionData.Builder withAborted(
            boolean readCommitted, PartitionData.Builder answer, List<AbortedTransaction> aborted) {
        return readCommitted ? answer.abortedTransactions(aborted) : answer;
    }

    private static List<AbortedTransaction> aborted(PartitionLog log, long from, long until) {
        return log.abortedTransactions(from, until).stream()
                .map(
                        transaction ->
                                AbortedTransaction.builder()
                                        .producerId(transaction.producerId())
                                        .firstOffset(transaction.firstOffset())
                                        .build())
                .toList();
    }

    /// A follower is told where the log starts, so that it can begin there.
    private PartitionData outOfRange(FetchedPartition partition, PartitionLog log) {
        PartitionData error = error(partition, ErrorCode.OFFSET_OUT_OF_RANGE);
        return reader instanceof Reader.Follower
                ? error.toBuilder().logStartOffset(log.logStartOffset()).build()
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
