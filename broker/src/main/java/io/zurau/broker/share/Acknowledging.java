package io.zurau.broker.share;

import io.zurau.broker.share.window.Acknowledgement;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a member says of the records that it has, in one request.
final class Acknowledging {
    private final SharePartitions partitions;

    Acknowledging(SharePartitions partitions) {
        this.partitions = partitions;
    }

    /// Takes it at once; waits until it is stored when asked.
    ///
    /// A partition of which nothing is said is answered only together with others, as in Kafka.
    ///
    /// @param said by partition
    /// @param renews whether the request may ask for more time
    /// @return by partition, why it was not done; `NONE` if it was
    Pending<Map<ShareSessions.Partition, Refusal>> of(
            ShareSessions.Member member,
            Map<ShareSessions.Partition, List<Acknowledgement.Batch>> said,
            boolean renews) {
        Map<ShareSessions.Partition, Pending<Refusal>> pending = new LinkedHashMap<>();
        boolean[] any = {false};
        said.forEach(
                (partition, batches) -> {
                    ErrorCode here = partitions.check(partition);
                    if (here != ErrorCode.NONE) {
                        pending.put(partition, Pending.done(silent(here)));
                    } else if (!areSound(batches, renews)) {
                        pending.put(partition, Pending.done(silent(ErrorCode.INVALID_REQUEST)));
                    } else if (!batches.isEmpty()) {
                        any[0] = true;
                        pending.put(partition, acknowledge(member, partition, batches));
                    }
                });
        if (any[0]) {
            said.keySet()
                    .forEach(
                            partition ->
                                    pending.putIfAbsent(partition, Pending.done(Refusal.NONE)));
        }
        return () -> {
            Map<ShareSessions.Partition, Refusal> done = new LinkedHashMap<>();
            for (Map.Entry<ShareSessions.Partition, Pending<Refusal>> one : pending.entrySet()) {
                done.put(one.getKey(), one.getValue().await());
            }
            return done;
        };
    }

    /// Without a sentence, as in Kafka.
    private static Refusal silent(ErrorCode code) {
        return new Refusal(code, null);
    }

    /// Ascending, each with a type, or as many as records.
    private static boolean areSound(List<Acknowledgement.Batch> batches, boolean renews) {
        long end = -1;
        byte highest = renews ? Acknowledgement.RENEW : Acknowledgement.HIGHEST_TYPE;
        for (Acknowledgement.Batch batch : batches) {
            if (batch.first() > batch.last() || batch.first() < end) {
                return false;
            }
            if (batch.types().isEmpty()
                    || (batch.types().size() > 1
                            && batch.last() - batch.first() != batch.types().size() - 1)) {
                return false;
            }
            if (batch.types().stream().anyMatch(type -> type < 0 || type > highest)) {
                return false;
            }
            end = batch.last();
        }
        return true;
    }

    private Pending<Refusal> acknowledge(
            ShareSessions.Member member,
            ShareSessions.Partition partition,
            List<Acknowledgement.Batch> batches) {
        return partitions
                .find(key(member, partition))
                .map(found -> found.acknowledge(member.memberId(), batches))
                .orElseGet(() -> Pending.done(Refusal.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)));
    }

    /// The member gives back what it has, because its session has ended. Nobody waits for that.
    void release(ShareSessions.Ended ended) {
        ended.partitions()
                .forEach(
                        partition ->
                                partitions
                                        .find(key(ended.member(), partition))
                                        .ifPresent(
                                                found -> found.release(ended.member().memberId())));
    }

    private static SharePartitionKey key(
            ShareSessions.Member member, ShareSessions.Partition partition) {
        return new SharePartitionKey(member.groupId(), partition.topicId(), partition.index());
    }
}
