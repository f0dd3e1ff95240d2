package io.zurau.broker.group;

import io.zurau.broker.share.ShareStates;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.share.ShareStateAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.coordinator.group.share.ShareStateOrder;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Tasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What share groups have done with partitions: carries out what the group coordinator orders, and
/// tells it what became of that. It goes on even if nobody waits for it.
record ShareGroupStates(GroupCoordinator groups, ShareStates states, Tasks tasks) {
    /// Asked at once; the coordinators store them together.
    private static final int TOGETHER = 32;

    /// What became of single partitions.
    record Done(Map<ShareStateOrder.Partition, ShareStateOutcome> outcomes) {
        /// Of the first that failed; `NONE` if none has.
        ErrorCode code() {
            return outcomes.values().stream()
                    .map(ShareStateOutcome::code)
                    .filter(code -> code != ErrorCode.NONE)
                    .findFirst()
                    .orElse(ErrorCode.NONE);
        }

        ErrorCode code(Uuid topicId) {
            return outcomes.entrySet().stream()
                    .filter(one -> one.getKey().topicId().equals(topicId))
                    .map(one -> one.getValue().code())
                    .filter(code -> code != ErrorCode.NONE)
                    .findFirst()
                    .orElse(ErrorCode.NONE);
        }
    }

    @FunctionalInterface
    interface Question {
        ShareStateOutcome ask(ShareStateOrder.Partition partition) throws InterruptedException;
    }

    /// Puts a question about each partition, several at once.
    Done each(ShareStateOrder order, Question question) throws InterruptedException {
        Map<ShareStateOrder.Partition, ShareStateOutcome> outcomes = new LinkedHashMap<>();
        List<ShareStateOrder.Partition> left = order.partitions();
        while (!left.isEmpty()) {
            List<ShareStateOrder.Partition> now = left.subList(0, Math.min(TOGETHER, left.size()));
            Map<ShareStateOrder.Partition, Reply<ShareStateOutcome>> asked = new LinkedHashMap<>();
            for (ShareStateOrder.Partition partition : now) {
                Reply<ShareStateOutcome> reply = new Reply<>(ShareStateOutcome::refused);
                asked.put(partition, reply);
                tasks.start(
                        "share state " + order.groupId(), () -> ask(question, partition, reply));
            }
            for (Map.Entry<ShareStateOrder.Partition, Reply<ShareStateOutcome>> one :
                    asked.entrySet()) {
                outcomes.put(one.getKey(), one.getValue().await());
            }
            left = left.subList(now.size(), left.size());
        }
        return new Done(outcomes);
    }

    private static void ask(
            Question question,
            ShareStateOrder.Partition partition,
            Reply<ShareStateOutcome> reply) {
        try {
            reply.settle(question.ask(partition));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reply.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE); // If it was not settled.
        }
    }

    private static SharePartitionKey key(
            ShareStateOrder order, ShareStateOrder.Partition partition) {
        return new SharePartitionKey(order.groupId(), partition.topicId(), partition.index());
    }

    private Done initializeEach(ShareStateOrder order) throws InterruptedException {
        return each(
                order,
                partition ->
                        states.initialize(
                                key(order, partition),
                                order.stateEpoch(),
                                partition.startOffset()));
    }

    Done summarizeEach(ShareStateOrder order) throws InterruptedException {
        return each(order, partition -> states.summarize(key(order, partition)));
    }

    /// The group's new partitions are kept from now on.
    ///
    /// @return whether they are
    Pending<Boolean> initialize(ShareStateOrder order) {
        Reply<Boolean> reply = new Reply<>(_ -> false);
        tasks.start(
                "share group " + order.groupId(),
                () -> {
                    try {
                        boolean kept = initializeEach(order).code() == ErrorCode.NONE;
                        groups.shares()
                                .change(
                                        order.groupId(),
                                        kept
                                                ? new ShareStateChange.Initialized(order)
                                                : new ShareStateChange.NotInitialized(order))
                                .await();
                        reply.settle(kept);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        reply.settle(false); // If it was not settled.
                    }
                });
        return reply;
    }

    /// A group is moved: what it has done before is forgotten.
    Done move(ShareStateOrder order) throws InterruptedException {
        Done done = initializeEach(order);
        if (done.code() == ErrorCode.NONE) {
            groups.shares()
                    .change(order.groupId(), new ShareStateChange.Initialized(order))
                    .await();
        }
        return done;
    }

    /// What was done with partitions is forgotten.
    Done delete(ShareStateOrder order) throws InterruptedException {
        Done done = each(order, partition -> states.delete(key(order, partition)));
        TreeSet<Uuid> deleted = new TreeSet<>(order.offsets().keySet());
        deleted.removeIf(topicId -> done.code(topicId) != ErrorCode.NONE);
        groups.shares().change(order.groupId(), new ShareStateChange.Deleted(deleted)).await();
        return done;
    }

    /// Everything that the share groups among these have done is forgotten.
    ///
    /// @return why not, by group; those that are no share groups are not among them
    Pending<Map<String, ErrorCode>> deleteAll(List<String> groupIds) {
        Map<String, Pending<ShareStateAnswer>> pending = new LinkedHashMap<>();
        for (String groupId : groupIds) {
            pending.put(groupId, groups.shares().change(groupId, new ShareStateChange.DeleteAll()));
        }
        return () -> {
            Map<String, ErrorCode> refused = new LinkedHashMap<>();
            List<ShareStateOrder> orders = new ArrayList<>();
            for (Map.Entry<String, Pending<ShareStateAnswer>> one : pending.entrySet()) {
                ShareStateAnswer answer = one.getValue().await();
                switch (answer.code()) {
                    case NONE -> orders.add(answer.order());
                    case NON_EMPTY_GROUP -> refused.put(one.getKey(), answer.code());
                    default -> {} // Deletion of the group itself meets the same.
                }
            }
            for (ShareStateOrder order : orders) {
                ErrorCode code = delete(order).code();
                if (code != ErrorCode.NONE) {
                    refused.put(order.groupId(), code);
                }
            }
            return refused;
        };
    }
}
