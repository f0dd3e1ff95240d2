package io.zurau.coordinator.share;

import io.zurau.coordinator.CoordinatorLog;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Shards;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Seams;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The coordinator of the share partitions whose partition of `__share_group_state` this broker
/// leads.
///
/// Each call is taken at once, in the order of the calls; its answer is waited for separately.
///
/// **Guard:** none of its own; the shards have theirs.
public final class ShareStateCoordinator implements AutoCloseable {
    /// Of what is forgotten with its topic.
    private static final ErrorCode NOT_INITIALIZED = ErrorCode.INVALID_REQUEST;

    private final Shards<ShareStateCommand, ShareStateTimer> shards;
    private final IntSupplier partitions;
    private final Supplier<ClusterImage> image;

    /// @param partitions how many `__share_group_state` has, or will have
    public ShareStateCoordinator(
            ShareCoordinatorConfig config,
            CoordinatorLog log,
            IntSupplier partitions,
            Supplier<ClusterImage> image,
            Seams seams) {
        this.partitions = partitions;
        this.image = image;
        this.shards = new Shards<>("share states", () -> new ShareStateMachine(config), log, seams);
    }

    /// This broker leads the partition from now on.
    public void load(int partition) {
        shards.load(partition);
    }

    /// This broker leads the partition still, or again.
    public void reload(int partition) {
        shards.reload(partition);
    }

    /// This broker does not lead the partition any more.
    public void unload(int partition) throws InterruptedException {
        shards.unload(partition);
    }

    @Override
    public void close() throws InterruptedException {
        shards.close();
    }

    /// Topics were deleted: their share partitions are forgotten.
    public void topicsDeleted() {
        Set<Uuid> left =
                image.get().topics().all().stream().map(TopicImage::id).collect(Collectors.toSet());
        for (int partition : shards.hosted()) {
            Reply<ShareStateOutcome> reply = new Reply<>(ShareStateOutcome::refused);
            shards.submit(partition, new ShareStateCommand.KeepTopics(left, reply), reply);
        }
    }

    /// A group begins in a partition, or begins anew.
    ///
    /// @param startOffset -1 if the partition's leader shall find out
    public Pending<ShareStateOutcome> initialize(
            SharePartitionKey key, int stateEpoch, long startOffset) {
        return submit(
                key,
                check(key, stateEpoch),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                reply -> new ShareStateCommand.Initialize(key, stateEpoch, startOffset, reply));
    }

    /// A partition's leader begins to serve a group: no leader before it writes any more.
    public Pending<ShareStateOutcome> read(SharePartitionKey key, int leaderEpoch) {
        return submit(
                key,
                check(key, leaderEpoch),
                NOT_INITIALIZED,
                reply -> new ShareStateCommand.Read(key, leaderEpoch, reply));
    }

    /// Stores what has happened to records.
    ///
    /// @param startOffset -1 if it stays
    public Pending<ShareStateOutcome> write(
            SharePartitionKey key,
            int stateEpoch,
            int leaderEpoch,
            long startOffset,
            int deliveryCompleteCount,
            List<StateBatch> batches) {
        if (!batches.stream().allMatch(ShareStateCoordinator::isSound)) {
            return Pending.done(ShareStateOutcome.refused(ErrorCode.INVALID_REQUEST));
        }
        return submit(
                key,
                check(key, leaderEpoch, stateEpoch),
                NOT_INITIALIZED,
                reply ->
                        new ShareStateCommand.Write(
                                key,
                                stateEpoch,
                                leaderEpoch,
                                startOffset,
                                deliveryCompleteCount,
                                batches,
                                reply));
    }

    private static boolean isSound(StateBatch batch) {
        return batch.firstOffset() >= 0
                && batch.firstOffset() <= batch.lastOffset()
                && batch.lastOffset() < Long.MAX_VALUE;
    }

    public Pending<ShareStateOutcome> delete(SharePartitionKey key) {
        return submit(
                key,
                check(key),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                reply -> new ShareStateCommand.Delete(key, reply));
    }

    /// What is known of a share partition; without a state if nothing is.
    public Pending<ShareStateOutcome> summarize(SharePartitionKey key) {
        return submit(
                key,
                check(key),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                reply -> new ShareStateCommand.Summarize(key, reply));
    }

    private static ShareStateOutcome invalid(String message) {
        return ShareStateOutcome.refused(ErrorCode.INVALID_REQUEST, message);
    }

    /// What Kafka checks first, whether the partition exists or not.
    private static ShareStateOutcome check(SharePartitionKey key, int... epochs) {
        if (key.partition() < 0) {
            return invalid("The partition id cannot be a negative number.");
        }
        return IntStream.of(epochs).anyMatch(epoch -> epoch < 0)
                ? invalid("An epoch cannot be a negative number.")
                : ShareStateOutcome.DONE;
    }

    /// @param checked what the request itself is refused with, if it is
    /// @param missing what it is refused with where there is no such partition
    private Pending<ShareStateOutcome> submit(
            SharePartitionKey key,
            ShareStateOutcome checked,
            ErrorCode missing,
            Function<Reply<ShareStateOutcome>, ShareStateCommand> command) {
        Reply<ShareStateOutcome> reply = new Reply<>(ShareStateOutcome::refused);
        if (checked.code() != ErrorCode.NONE) {
            reply.settle(checked);
            return reply;
        }
        boolean exists =
                image.get()
                        .topics()
                        .withId(key.topicId())
                        .flatMap(topic -> topic.partition(key.partition()))
                        .isPresent();
        if (!exists) {
            reply.refuse(missing);
            return reply;
        }
        int partition = Shards.partitionOf(key.toString(), partitions.getAsInt());
        return shards.submit(partition, command.apply(reply), reply);
    }
}
