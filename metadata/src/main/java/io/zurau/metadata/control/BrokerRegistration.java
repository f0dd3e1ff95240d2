package io.zurau.metadata.control;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One decision about a broker that has started, in place of its earlier incarnation.
///
/// It finds what the broker no longer has. A replica whose directory is missing is offline: it
/// keeps its claim to be complete, for the disk may come back. Only if the broker misses no disk
/// that it should have, and somebody else has a complete copy, is it made anew, empty, in another
/// directory. After an unclean stop, a replica with `durability=memory` may have lost its newest
/// records (KIP-966's unclean shutdown); any other has stored what it acknowledged. What counts is
/// what its log was when the broker stopped: the topic may have been changed since.
///
/// **Owner:** the thread that decides.
final class BrokerRegistration {
    private static final long NO_EPOCH = -1;

    private final BrokerImage broker;
    private final BrokerStorage storage;
    private final PartitionChanges changes;
    private final List<String> withoutCopy = new ArrayList<>();
    private int offline;
    private int madeAnew;

    /// @param epoch greater than that of any registration before
    /// @param offline how many of the broker's replicas are in directories that are missing
    /// @param madeAnew how many more were, and are made anew in others
    /// @param withoutCopy the partitions of which no replica is left that is known to have
    ///   everything
    /// @param refusal why it was not registered; null if it was
    record Registered(
            long epoch,
            int offline,
            int madeAnew,
            List<String> withoutCopy,
            @Nullable String refusal) {
        static Registered refused(String reason) {
            return new Registered(NO_EPOCH, 0, 0, List.of(), reason);
        }
    }

    private BrokerRegistration(
            BrokerImage broker, BrokerStorage storage, PartitionChanges changes) {
        this.broker = broker;
        this.storage = storage;
        this.changes = changes;
    }

    /// @param broker fenced, if it must be let in before it may lead; else it goes on where its
    ///   earlier incarnation was, but for what is on no disk any more
    static Command<Registered> command(
            BrokerImage broker, BrokerStorage storage, ClusterConfigs configs) {
        return image -> {
            Optional<String> problem =
                    SupportedFeatures.problem(broker.nodeId(), broker.features(), image.features());
            if (problem.isPresent()) {
                return Decision.answer(Registered.refused(problem.get()));
            }
            long epoch = image.endOffset();
            List<MetadataRecord> first = new ArrayList<>();
            first.add(broker.record(epoch));
            if (broker.fenced()) { // Else it is alone, and has nobody to agree with.
                first.addAll(CommonDefaults.missing(image, configs));
            }
            PartitionChanges changes = PartitionChanges.after(first, image, configs);
            BrokerRegistration registration = new BrokerRegistration(broker, storage, changes);
            changes.visit(registration::follow);
            return changes.answering(
                    new Registered(
                            epoch,
                            registration.offline,
                            registration.madeAnew,
                            List.copyOf(registration.withoutCopy),
                            null));
        };
    }

    private void follow(TopicImage topic, int index, PartitionImage partition) {
        int at = partition.replicas().indexOf(broker.nodeId());
        if (at < 0) {
            return;
        }
        Uuid directory = partition.directories().get(at);
        if (broker.hasLost(directory)) {
            missing(topic, index);
        } else {
            present(topic, index, partition);
        }
        if (!BrokerImage.isKnown(directory)) {
            locate(topic, index);
        }
        PartitionImage after = changes.partition(topic, index).orElseThrow();
        if (hasCopy(partition) && (!hasCopy(after) || after.recovering())) {
            withoutCopy.add(topic.name() + "-" + index);
        }
    }

    private void missing(TopicImage topic, int index) {
        int nodeId = broker.nodeId();
        changes.add(topic, index, changes.change(topic, index).leaves(nodeId).decided());
        PartitionImage left = changes.partition(topic, index).orElseThrow();
        if (storage.complete() && othersHaveCopy(left)) {
            changes.add(topic, index, changes.change(topic, index).madeAnew(nodeId).decided());
            madeAnew++;
        } else {
            offline++;
        }
    }

    private void present(TopicImage topic, int index, PartitionImage partition) {
        int nodeId = broker.nodeId();
        boolean forgot = mayHaveForgotten(topic, index, partition);
        if (forgot) {
            changes.add(topic, index, changes.change(topic, index).lost(nodeId).decided());
        } else if (broker.fenced() && partition.inSync().contains(nodeId)) {
            changes.add(topic, index, changes.change(topic, index).leaves(nodeId).decided());
        } else if (!broker.fenced() && !partition.hasLeader()) {
            changes.add(topic, index, changes.change(topic, index).decided()); // The disk is back.
        }
    }

    /// A replica must not stay where nobody knows.
    private void locate(TopicImage topic, int index) {
        PartitionChange change = changes.change(topic, index);
        List<BrokerStorage.Log> found = storage.logs().of(topic, index);
        if (!found.isEmpty()) {
            change.directory(broker.nodeId(), found.getFirst().directory());
        } else if (storage.complete()) {
            change.inNewDirectory(broker.nodeId());
        }
        changes.add(topic, index, change.decided());
    }

    /// Only claims can be lost: who is neither in sync nor eligible fetches what it lacks. And the
    /// only replica of a partition keeps its claim, because there is no better copy to wait for.
    private boolean mayHaveForgotten(TopicImage topic, int index, PartitionImage partition) {
        int nodeId = broker.nodeId();
        return broker.fenced()
                && !storage.cleanlyStopped()
                && partition.replicas().size() > 1
                && (partition.inSync().contains(nodeId)
                        || partition.eligibleLeaders().contains(nodeId)
                        || partition.lastKnownEligible().contains(nodeId))
                && !(changes.policy(topic).durable() && wasDurable(topic, index, partition));
    }

    /// A log that is missing has acknowledged nothing, or its directory would be missing.
    private boolean wasDurable(TopicImage topic, int index, PartitionImage partition) {
        Uuid directory = partition.directoryOf(broker.nodeId());
        return storage.logs().of(topic, index).stream()
                .filter(log -> !BrokerImage.isKnown(directory) || log.directory().equals(directory))
                .allMatch(BrokerStorage.Log::durable);
    }

    /// On disks that are there: an eligible leader may wait for its own.
    private boolean othersHaveCopy(PartitionImage partition) {
        return Stream.concat(partition.inSync().stream(), partition.eligibleLeaders().stream())
                .filter(nodeId -> nodeId != broker.nodeId())
                .flatMap(nodeId -> changes.cluster().broker(nodeId).stream())
                .anyMatch(other -> !other.hasLost(partition.directoryOf(other.nodeId())));
    }

    private static boolean hasCopy(PartitionImage partition) {
        return !partition.inSync().isEmpty() || !partition.eligibleLeaders().isEmpty();
    }
}
