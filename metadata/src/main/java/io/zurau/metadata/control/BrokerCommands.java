package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.PartitionChange.Election;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.BrokerRegistrationChangeRecord;
import io.zurau.protocol.message.UnregisterBrokerRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What becomes of the partitions when a registered broker stops or comes back: each is one
/// decision, whatever the number of partitions.
///
/// The answer is false if the broker has registered anew since, or was never known.
final class BrokerCommands {
    private static final byte TURNED_ON = 1;
    private static final byte TURNED_OFF = -1;

    private BrokerCommands() {}

    /// It leads nothing and is in sync nowhere until it is let in again.
    static Command<Boolean> fence(int nodeId, long epoch, ClusterConfigs configs) {
        return ofPresent(
                nodeId,
                epoch,
                (image, broker) ->
                        broker.fenced()
                                ? Decision.answer(true)
                                : left(
                                        nodeId,
                                        PartitionChanges.after(
                                                List.of(change(broker).fenced(TURNED_ON).build()),
                                                image,
                                                configs)));
    }

    /// It may lead and be in sync; what waited for it gets its leader.
    static Command<Boolean> unfence(int nodeId, long epoch, ClusterConfigs configs) {
        return ofPresent(
                nodeId,
                epoch,
                (image, broker) -> {
                    if (!broker.fenced()) {
                        return Decision.answer(true);
                    }
                    PartitionChanges changes =
                            PartitionChanges.after(
                                    List.of(change(broker).fenced(TURNED_OFF).build()),
                                    image,
                                    configs);
                    changes.visit(
                            (topic, index, partition) -> {
                                if (!partition.hasLeader()
                                        && partition.replicas().contains(nodeId)) {
                                    changes.add(
                                            topic, index, changes.change(topic, index).decided());
                                }
                            });
                    return changes.answering(true);
                });
    }

    /// It is about to stop: others lead from now on, and acknowledge without it. Where nobody else
    /// can, it goes on.
    static Command<Boolean> beginShutdown(int nodeId, long epoch, ClusterConfigs configs) {
        return ofPresent(
                nodeId,
                epoch,
                (image, broker) -> {
                    if (broker.inControlledShutdown()) {
                        return Decision.answer(true);
                    }
                    PartitionChanges changes =
                            PartitionChanges.after(
                                    List.of(change(broker).inControlledShutdown(TURNED_ON).build()),
                                    image,
                                    configs);
                    changes.visit(
                            (topic, index, partition) -> {
                                if (!partition.inSync().contains(nodeId)) {
                                    return;
                                }
                                PartitionImage after =
                                        changes.change(topic, index)
                                                .leaves(nodeId)
                                                .electing(Election.CLEAN)
                                                .decided();
                                if (after.hasLeader()) {
                                    changes.add(topic, index, after);
                                }
                            });
                    return changes.answering(true);
                });
    }

    /// Some of its log directories have failed: others lead, and acknowledge without, what was in
    /// them. The last one is not taken away; a broker without any is to be fenced.
    static Command<Boolean> loseDirectories(
            int nodeId, long epoch, List<Uuid> failed, ClusterConfigs configs) {
        return ofPresent(
                nodeId,
                epoch,
                (image, broker) -> {
                    List<Uuid> left =
                            broker.logDirectories().stream()
                                    .filter(directory -> !failed.contains(directory))
                                    .toList();
                    if (left.isEmpty() || left.equals(broker.logDirectories())) {
                        return Decision.answer(true);
                    }
                    PartitionChanges changes =
                            PartitionChanges.after(
                                    List.of(change(broker).logDirs(left).build()), image, configs);
                    changes.visit(
                            (topic, index, partition) -> {
                                if (failed.contains(partition.directoryOf(nodeId))) {
                                    changes.add(
                                            topic,
                                            index,
                                            changes.change(topic, index).leaves(nodeId).decided());
                                }
                            });
                    return changes.answering(true);
                });
    }

    /// It is forgotten. Its replicas stay assigned, so that it can come back with what it has, or
    /// be replaced by a reassignment.
    ///
    /// @return whether it was known
    static Command<Boolean> unregister(int nodeId, ClusterConfigs configs) {
        return image ->
                image.broker(nodeId)
                        .map(
                                broker ->
                                        left(
                                                nodeId,
                                                PartitionChanges.after(
                                                        List.of(
                                                                UnregisterBrokerRecord.builder()
                                                                        .brokerId(nodeId)
                                                                        .brokerEpoch(broker.epoch())
                                                                        .build()),
                                                        image,
                                                        configs)))
                        .orElseGet(() -> Decision.answer(false));
    }

    private static Decision<Boolean> left(int nodeId, PartitionChanges changes) {
        changes.visit(
                (topic, index, partition) -> {
                    if (partition.inSync().contains(nodeId)) {
                        changes.add(
                                topic,
                                index,
                                changes.change(topic, index).leaves(nodeId).decided());
                    }
                });
        return changes.answering(true);
    }

    @FunctionalInterface
    interface OfBroker {
        Decision<Boolean> decide(ClusterImage image, BrokerImage broker);
    }

    static Command<Boolean> ofPresent(int nodeId, long epoch, OfBroker deciding) {
        return image -> {
            Optional<BrokerImage> broker =
                    image.broker(nodeId).filter(known -> known.epoch() == epoch);
            Function<BrokerImage, Decision<Boolean>> decide =
                    present -> deciding.decide(image, present);
            return broker.map(decide).orElseGet(() -> Decision.answer(false));
        };
    }

    private static BrokerRegistrationChangeRecord.Builder change(BrokerImage broker) {
        return BrokerRegistrationChangeRecord.builder()
                .brokerId(broker.nodeId())
                .brokerEpoch(broker.epoch());
    }
}
