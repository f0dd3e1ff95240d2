package io.zurau.tests.simulation;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ShareAcknowledgeRequest;
import io.zurau.protocol.message.ShareAcknowledgeRequest.AcknowledgePartition;
import io.zurau.protocol.message.ShareAcknowledgeRequest.AcknowledgeTopic;
import io.zurau.protocol.message.ShareFetchRequest;
import io.zurau.protocol.message.ShareFetchRequest.FetchPartition;
import io.zurau.protocol.message.ShareFetchRequest.FetchTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What a member of a share group says of records in one request.
///
/// @param byPlace types of acknowledgements, as KIP-932 numbers them
record Verdicts(NavigableMap<Place, Byte> byPlace) {
    static final byte ACCEPT = 1;
    static final byte RELEASE = 2;
    static final byte REJECT = 3;

    static Verdicts none() {
        return new Verdicts(new TreeMap<>());
    }

    boolean isEmpty() {
        return byPlace.isEmpty();
    }

    /// Records of a partition that follow one another.
    private record Batch(int partition, long first, List<Byte> types) {
        private long last() {
            return first + types.size() - 1;
        }
    }

    private List<Batch> batches() {
        List<Batch> batches = new ArrayList<>();
        byPlace.forEach(
                (place, type) -> {
                    Batch open = batches.isEmpty() ? null : batches.getLast();
                    if (open == null
                            || open.partition != place.partition()
                            || open.last() + 1 != place.offset()) {
                        open = new Batch(place.partition(), place.offset(), new ArrayList<>());
                        batches.add(open);
                    }
                    open.types.add(type);
                });
        return batches;
    }

    List<AcknowledgeTopic> acknowledged(Uuid topicId) {
        Map<Integer, List<ShareAcknowledgeRequest.AcknowledgementBatch>> byPartition =
                new TreeMap<>();
        for (Batch batch : batches()) {
            byPartition
                    .computeIfAbsent(batch.partition, _ -> new ArrayList<>())
                    .add(
                            ShareAcknowledgeRequest.AcknowledgementBatch.builder()
                                    .firstOffset(batch.first)
                                    .lastOffset(batch.last())
                                    .acknowledgeTypes(batch.types)
                                    .build());
        }
        List<AcknowledgePartition> partitions = new ArrayList<>();
        byPartition.forEach(
                (partition, batches) ->
                        partitions.add(
                                AcknowledgePartition.builder()
                                        .partitionIndex(partition)
                                        .acknowledgementBatches(batches)
                                        .build()));
        return List.of(AcknowledgeTopic.builder().topicId(topicId).partitions(partitions).build());
    }

    /// @param added partitions that the session has from now on
    List<FetchTopic> fetched(Uuid topicId, Set<Integer> added) {
        Map<Integer, List<ShareFetchRequest.AcknowledgementBatch>> byPartition = new TreeMap<>();
        added.forEach(partition -> byPartition.put(partition, new ArrayList<>()));
        for (Batch batch : batches()) {
            byPartition
                    .computeIfAbsent(batch.partition, _ -> new ArrayList<>())
                    .add(
                            ShareFetchRequest.AcknowledgementBatch.builder()
                                    .firstOffset(batch.first)
                                    .lastOffset(batch.last())
                                    .acknowledgeTypes(batch.types)
                                    .build());
        }
        List<FetchPartition> partitions = new ArrayList<>();
        byPartition.forEach(
                (partition, batches) ->
                        partitions.add(
                                FetchPartition.builder()
                                        .partitionIndex(partition)
                                        .acknowledgementBatches(batches)
                                        .build()));
        return List.of(FetchTopic.builder().topicId(topicId).partitions(partitions).build());
    }

    /// What came of it. A partition that is not answered is as one whose answer was lost.
    ///
    /// @param whole the error code of the request; empty if there was no answer
    void answered(
            Optional<ErrorCode> whole, Map<Integer, ErrorCode> byPartition, SharedRecords records) {
        byPlace.forEach(
                (place, type) -> {
                    Optional<ErrorCode> code =
                            whole.filter(one -> one != ErrorCode.NONE)
                                    .or(() -> answered(place, byPartition));
                    if (type == RELEASE || code.filter(Verdicts::isRefusal).isPresent()) {
                        return;
                    }
                    if (code.equals(Optional.of(ErrorCode.NONE))) {
                        records.settled(place);
                    } else {
                        records.perhapsSettled(place);
                    }
                });
    }

    private static Optional<ErrorCode> answered(Place place, Map<Integer, ErrorCode> byPartition) {
        return Optional.ofNullable(byPartition.get(place.partition()));
    }

    /// Whether nothing was done, for certain.
    private static boolean isRefusal(ErrorCode code) {
        return switch (code) {
            case INVALID_RECORD_STATE,
                    INVALID_REQUEST,
                    SHARE_SESSION_NOT_FOUND,
                    INVALID_SHARE_SESSION_EPOCH ->
                    true;
            default -> false;
        };
    }
}
