package io.zurau.broker.share;

import io.zurau.broker.partition.FetchWait;
import io.zurau.broker.partition.WaitingFetches;
import io.zurau.broker.share.window.Acquired;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.log.LogSlice;
import io.zurau.log.ReadOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ShareFetchRequest;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One member's fetch: acquires records from its partitions, and waits for them if there are none.
///
/// **Owner:** the thread that fetches.
final class ShareFetching {
    private static final byte RECORD_LIMIT = 1; // Of acquire modes.

    private final SharePartitions partitions;
    private final ShareSessions.Member member;
    private final ShareFetchRequest request;
    private final int maxBytes;
    private final Clock clock;
    private final Map<ShareSessions.Partition, SharePartition> here = new LinkedHashMap<>();
    private final Map<ShareSessions.Partition, Fetched> fetched = new LinkedHashMap<>();
    private long bytes;
    private int records;

    /// What came of one partition.
    ///
    /// @param records an open file, if anything was acquired
    record Fetched(Refusal refusal, List<Acquired> acquired, @Nullable LogSlice records) {
        private static Fetched nothing(Refusal refusal) {
            return new Fetched(refusal, List.of(), null);
        }
    }

    /// @param maxBytes of all records together, but for one batch
    ShareFetching(
            SharePartitions partitions,
            ShareSessions.Member member,
            ShareFetchRequest request,
            int maxBytes,
            Clock clock) {
        this.partitions = partitions;
        this.member = member;
        this.request = request;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /// @param wanted in the order in which they are served
    /// @return by partition, what was fetched or why nothing can be. The files in it are the
    ///   caller's
    Map<ShareSessions.Partition, Fetched> run(List<ShareSessions.Partition> wanted)
            throws InterruptedException {
        wanted.forEach(this::find);
        long deadline = clock.deadline(Duration.ofMillis(Math.max(0, request.maxWaitMs())));
        List<WaitingFetches> places = new ArrayList<>();
        for (SharePartition partition : here.values()) {
            places.add(partition.waiting());
            places.add(partition.leader().waitingConsumers());
        }
        try (FetchWait wait = new FetchWait(clock, places)) {
            boolean inTime = true;
            while (!here.isEmpty()) {
                if (!inTime || request.minBytes() <= 1 || hasEnough()) {
                    acquire();
                }
                if (records > 0 || !inTime) {
                    break;
                }
                refuseEnded();
                inTime = !here.isEmpty() && wait.await(deadline);
            }
            return fetched;
        } catch (RuntimeException | InterruptedException e) {
            discard();
            throw e;
        }
    }

    private void find(ShareSessions.Partition wanted) {
        SharePartitionKey key =
                new SharePartitionKey(member.groupId(), wanted.topicId(), wanted.index());
        switch (partitions.findOrBegin(key)) {
            case SharePartitions.Found.Here found -> here.put(wanted, found.partition());
            case SharePartitions.Found.NotHere notHere ->
                    fetched.put(wanted, Fetched.nothing(Refusal.of(notHere.code())));
        }
    }

    private void refuseEnded() {
        List.copyOf(here.entrySet())
                .forEach(
                        entry -> {
                            Refusal refusal = entry.getValue().refusal();
                            if (!refusal.isNone()) {
                                refuse(entry.getKey(), refusal);
                            }
                        });
    }

    private void refuse(ShareSessions.Partition partition, Refusal refusal) {
        here.remove(partition);
        fetched.put(partition, Fetched.nothing(refusal));
    }

    /// Whether there is as much to read as the member wants at least.
    private boolean hasEnough() {
        long available = 0;
        for (SharePartition partition : here.values()) {
            OptionalLong next = partition.nextOffset();
            if (next.isPresent() && available < request.minBytes()) {
                long end = partition.leader().readableEnd(partition.limits().readCommitted());
                ReadOutcome outcome =
                        partition.leader().log().read(next.getAsLong(), maxBytes, end, true);
                if (outcome instanceof LogSlice slice) {
                    available += slice.sizeInBytes();
                    slice.close();
                }
            }
        }
        return available >= request.minBytes();
    }

    private void acquire() {
        int left = here.size();
        for (Map.Entry<ShareSessions.Partition, SharePartition> entry :
                List.copyOf(here.entrySet())) {
            if (records >= request.maxRecords()) {
                return;
            }
            long share = Math.max(0, maxBytes - bytes) / left--;
            try {
                acquire(entry.getKey(), entry.getValue(), (int) share);
            } catch (StorageFailure e) {
                refuse(entry.getKey(), Refusal.of(ErrorCode.KAFKA_STORAGE_ERROR));
            }
        }
    }

    private void acquire(ShareSessions.Partition wanted, SharePartition partition, int share) {
        ShareGroupConfig limits = partition.limits();
        int most = request.maxRecords() - records;
        try (ShareRead read =
                new ShareRead(
                        partition.leader(),
                        limits.readCommitted(),
                        share,
                        bytes == 0,
                        Math.min(most, limits.partitionMaxRecordLocks()))) {
            List<Acquired> acquired =
                    partition.acquire(
                            member.memberId(),
                            most,
                            request.shareAcquireMode() == RECORD_LIMIT,
                            Math.max(1, request.batchSize()),
                            read);
            if (!acquired.isEmpty()) {
                LogSlice slice = read.records(acquired);
                bytes += slice.sizeInBytes();
                acquired.forEach(one -> records += (int) (one.last() - one.first() + 1));
                fetched.put(wanted, new Fetched(Refusal.NONE, acquired, slice));
            } else if (read.error() == ErrorCode.KAFKA_STORAGE_ERROR) {
                refuse(wanted, Refusal.of(read.error()));
            }
        }
    }

    /// Lets go of the files.
    void discard() {
        for (Fetched one : fetched.values()) {
            if (one.records != null) {
                one.records.close();
            }
        }
    }
}
