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
import java.util.ArrayList;
import java.util.List;

/// One round of reading for one fetch: each partition in turn, until the bytes are used up.
///
/// The first batch is always given, however large, so that every client gets on (KIP-74). The
/// slices in the answers are open files: send them or [#discard] them.
final class FetchRead {
    private static final long UNKNOWN = -1;

    private final Partitions partitions;
    private final boolean readCommitted;
    private final List<PartitionData> answers;
    private final List<PartitionLeader> leaders = new ArrayList<>();
    private int bytesLeft;
    private long bytes;
    private boolean urgent;

    private FetchRead(Partitions partitions, boolean readCommitted, int maxBytes, int count) {
        this.partitions = partitions;
        this.readCommitted = readCommitted;
        this.bytesLeft = maxBytes;
        this.answers = new ArrayList<>(count);
    }

    static FetchRead of(
            List<FetchedPartition> wanted,
            Partitions partitions,
            boolean readCommitted,
            int maxBytes) {
        FetchRead read = new FetchRead(partitions, readCommitted, maxBytes, wanted.size());
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
                yield read(partition, here.leader());
            }
        };
    }

    private PartitionData read(FetchedPartition partition, PartitionLeader leader) {
        FetchPartition wanted = partition.wanted();
        ErrorCode epoch = leader.checkEpoch(wanted.currentLeaderEpoch());
        if (epoch != ErrorCode.NONE) {
            return error(partition, epoch);
        }
        PartitionLog log = leader.log();
        if (wanted.fetchOffset() < log.logStartOffset()
                || wanted.fetchOffset() > log.logEndOffset()) {
            return error(partition, ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        PartitionData.Builder answer =
                PartitionData.builder()
                        .partitionIndex(wanted.partition())
                        .abortedTransactions(null)
                        .highWatermark(leader.highWatermark())
                        .lastStableOffset(leader.lastStableOffset())
                        .logStartOffset(log.logStartOffset());
        if (wanted.lastFetchedEpoch() >= 0) {
            EpochEnd end = log.endOffsetForEpoch(wanted.lastFetchedEpoch());
            if (end.epoch() < 0) {
                return error(partition, ErrorCode.OFFSET_OUT_OF_RANGE);
            }
            if (end.epoch() < wanted.lastFetchedEpoch() || end.endOffset() < wanted.fetchOffset()) {
                urgent = true;
                return answer.divergingEpoch(
                                EpochEndOffset.builder()
                                        .epoch(end.epoch())
                                        .endOffset(end.endOffset())
                                        .build())
                        .records(Payload.EMPTY)
                        .build();
            }
        }
        return records(partition, leader, answer);
    }

    private PartitionData records(
            FetchedPartition partition, PartitionLeader leader, PartitionData.Builder answer) {
        FetchPartition wanted = partition.wanted();
        long end = leader.readableEnd(readCommitted);
        boolean first = bytes == 0;
        int limit = Math.min(Math.max(0, wanted.partitionMaxBytes()), bytesLeft);
        if (wanted.fetchOffset() >= end || (limit == 0 && !first)) {
            return withAborted(answer.records(Payload.EMPTY), List.of()).build();
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
                yield withAborted(answer.records(slice), aborted).build();
            }
        };
    }

    private PartitionData.Builder withAborted(
            PartitionData.Builder answer, List<AbortedTransaction> aborted) {
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
