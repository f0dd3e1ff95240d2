package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionFollower;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.RecordTimes;
import io.zurau.log.PartitionLog;
import io.zurau.log.TimestampedOffset;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.LagTags;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.zurau.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Finds offsets: the ends of a partition, or the first record at or after a time.
///
/// The leader answers; whoever asks as a debugger is answered by a follower, too, about its own
/// copy.
final class ListOffsetsHandler implements RequestHandler<ListOffsetsRequest> {
    private static final int NOT_AVAILABLE_SINCE_VERSION = 5; // KIP-207.
    private static final byte READ_COMMITTED = 1;
    private static final int CONSUMER = -1;
    private static final int DEBUGGER = -2;
    private static final long UNKNOWN = -1;
    private static final int EPOCHS_SINCE_VERSION = 4; // Older ones cannot express them.

    // Timestamps that mean something else.
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private final Partitions partitions;

    ListOffsetsHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public ApiKey api() {
        return ApiKey.LIST_OFFSETS;
    }

    @Override
    public Answer handle(ListOffsetsRequest request, RequestContext context) {
        // In the order that was asked; a topic without partitions is not answered, as in Kafka.
        Map<String, Map<Integer, ListOffsetsPartitionResponse>> found = new LinkedHashMap<>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition partition : topic.partitions()) {
                found.computeIfAbsent(topic.name(), name -> new LinkedHashMap<>())
                        .merge(
                                partition.partitionIndex(),
                                findIfWhole(topic.name(), partition, request, context.version()),
                                (once, twice) -> error(partition, ErrorCode.INVALID_REQUEST));
            }
        }
        List<ListOffsetsTopicResponse> topics = new ArrayList<>();
        found.forEach(
                (name, partitions) ->
                        topics.add(
                                ListOffsetsTopicResponse.builder()
                                        .name(name)
                                        .partitions(List.copyOf(partitions.values()))
                                        .build()));
        return Answer.of(ListOffsetsResponse.builder().topics(topics).build());
    }

    private ListOffsetsPartitionResponse findIfWhole(
            String topic, ListOffsetsPartition wanted, ListOffsetsRequest request, int version) {
        try {
            return find(topic, wanted, request, version);
        } catch (StorageFailure e) {
            return error(wanted, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    private ListOffsetsPartitionResponse find(
            String topic, ListOffsetsPartition wanted, ListOffsetsRequest request, int version) {
        if (version < sinceVersion(wanted.timestamp())) {
            return error(wanted, ErrorCode.UNSUPPORTED_VERSION);
        }
        return switch (partitions.find(topic, wanted.partitionIndex())) {
            case Located.NotHere notHere ->
                    partitions
                            .findFollower(topic, wanted.partitionIndex())
                            .filter(_ -> request.replicaId() == DEBUGGER)
                            .map(follower -> find(follower, wanted, version))
                            .orElseGet(() -> error(wanted, notHere.code()));
            case Located.Here here -> {
                ErrorCode epoch = here.leader().checkEpoch(wanted.currentLeaderEpoch());
                if (epoch != ErrorCode.NONE) {
                    yield error(wanted, epoch);
                }
                if (request.replicaId() == CONSUMER
                        && dependsOnTheEnd(wanted.timestamp())
                        && !here.leader().isWatermarkCertain()) {
                    yield error(
                            wanted,
                            version < NOT_AVAILABLE_SINCE_VERSION
                                    ? ErrorCode.LEADER_NOT_AVAILABLE
                                    : ErrorCode.OFFSET_NOT_AVAILABLE);
                }
                yield withTime(
                        here.leader().log(),
                        wanted,
                        inVersion(
                                version,
                                find(
                                        here.leader().log(),
                                        here.leader().leaderEpoch(),
                                        wanted,
                                        readableEnd(here.leader(), request))));
            }
        };
    }

    private static ListOffsetsPartitionResponse find(
            PartitionFollower follower, ListOffsetsPartition wanted, int version) {
        ErrorCode epoch = follower.checkEpoch(wanted.currentLeaderEpoch());
        PartitionLog log = follower.log();
        return epoch == ErrorCode.NONE
                ? inVersion(
                        version,
                        find(log, follower.image().leaderEpoch(), wanted, log.logEndOffset()))
                : error(wanted, epoch);
    }

    /// Another node that counts lags also asks when the record at an offset was made.
    private static ListOffsetsPartitionResponse withTime(
            PartitionLog log, ListOffsetsPartition wanted, ListOffsetsPartitionResponse found) {
        OptionalLong offset = LagTags.number(wanted.unknownTags());
        if (offset.isEmpty() || offset.getAsLong() >= found.offset()) {
            return found;
        }
        OptionalLong time = RecordTimes.at(log, offset.getAsLong());
        return time.isPresent()
                ? found.toBuilder().unknownTags(LagTags.of(time.getAsLong())).build()
                : found;
    }

    private static ListOffsetsPartitionResponse inVersion(
            int version, ListOffsetsPartitionResponse found) {
        return version < EPOCHS_SINCE_VERSION
                ? found.toBuilder().leaderEpoch((int) UNKNOWN).build()
                : found;
    }

    /// Not so the log's start: it may be told before a new leader knows its high watermark.
    private static boolean dependsOnTheEnd(long timestamp) {
        return timestamp == LATEST || timestamp == MAX_TIMESTAMP || timestamp >= 0;
    }

    private static int sinceVersion(long timestamp) {
        if (timestamp < EARLIEST_PENDING_UPLOAD) {
            return Integer.MAX_VALUE; // Nobody knows what it means.
        }
        if (timestamp == MAX_TIMESTAMP) {
            return 7;
        }
        if (timestamp == EARLIEST_LOCAL) {
            return 8;
        }
        if (timestamp == LATEST_TIERED) {
            return 9;
        }
        return timestamp == EARLIEST_PENDING_UPLOAD ? 11 : 1;
    }

    /// Consumers are told of nothing beyond what they may read; debuggers of everything.
    private static long readableEnd(PartitionLeader leader, ListOffsetsRequest request) {
        return request.replicaId() == CONSUMER
                ? leader.readableEnd(request.isolationLevel() == READ_COMMITTED)
                : leader.log().logEndOffset();
    }

    private static ListOffsetsPartitionResponse find(
            PartitionLog log, int leaderEpoch, ListOffsetsPartition wanted, long readableEnd) {
        long timestamp = wanted.timestamp();
        if (timestamp == LATEST) {
            return found(wanted, UNKNOWN, readableEnd, leaderEpoch);
        }
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            long start = log.logStartOffset();
            return found(wanted, UNKNOWN, start, log.epochOf(start));
        }
        if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
            return found(wanted, UNKNOWN, UNKNOWN, (int) UNKNOWN); // Nothing is tiered.
        }
        Optional<TimestampedOffset> record =
                timestamp == MAX_TIMESTAMP
                        ? log.maxTimestampOffset()
                        : log.offsetForTimestamp(timestamp);
        return record.filter(found -> found.offset() < readableEnd)
                .map(
                        found ->
                                found(
                                        wanted,
                                        found.timestampMs(),
                                        found.offset(),
                                        found.leaderEpoch()))
                .orElseGet(() -> found(wanted, UNKNOWN, UNKNOWN, (int) UNKNOWN));
    }

    private static ListOffsetsPartitionResponse found(
            ListOffsetsPartition wanted, long timestamp, long offset, int epoch) {
        return ListOffsetsPartitionResponse.builder()
                .partitionIndex(wanted.partitionIndex())
                .timestamp(timestamp)
                .offset(offset)
                .leaderEpoch(epoch)
                .build();
    }

    private static ListOffsetsPartitionResponse error(ListOffsetsPartition wanted, ErrorCode code) {
        return ListOffsetsPartitionResponse.builder()
                .partitionIndex(wanted.partitionIndex())
                .errorCode(code.code())
                .build();
    }
}
