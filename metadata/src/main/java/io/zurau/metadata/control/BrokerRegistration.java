package io.zurau.metadata.control;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One decision about a broker that has started, in place of its earlier incarnation.
///
/// It finds what the broker no longer has. A replica in a directory that is gone (a wiped disk) is
/// empty now. After an unclean stop, a replica with `durability=memory` may have lost its newest
/// records (KIP-966's unclean shutdown); any other has stored what it acknowledged.
///
/// **Owner:** the thread that decides.
final class BrokerRegistration {
    private static final long NO_EPOCH = -1;

    private final BrokerImage broker;
    private final boolean cleanlyStopped;
    private final PartitionChanges changes;
    private final List<String> withoutCopy = new ArrayList<>();
    private int wipedReplicas;

    /// @param epoch greater than that of any registration before
    /// @param wipedReplicas how many of the broker's replicas went with their directory
    /// @param withoutCopy the partitions of which no replica is left that is known to have
    ///   everything
    /// @param refusal why it was not registered; null if it was
    record Registered(
            long epoch, int wipedReplicas, List<String> withoutCopy, @Nullable String refusal) {
        static Registered refused(String reason) {
            return new Registered(NO_EPOCH, 0, List.of(), reason);
        }
    }

    private BrokerRegistration(
            BrokerImage broker, boolean cleanlyStopped, PartitionChanges changes) {
        this.broker = broker;
        this.cleanlyStopped = cleanlyStopped;
        this.changes = changes;
    }

    /// @param broker fenced, if it must be let in before it may lead; else it goes on where its
    ///   earlier incarnation was, but for what is on no disk any more
    static Command<Registered> command(
            BrokerImage broker, boolean cleanlyStopped, ClusterConfigs configs) {
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
            BrokerRegistration registration =
                    new BrokerRegistration(broker, cleanlyStopped, changes);
            changes.visit(registration::follow);
            return changes.answering(
                    new Registered(
                            epoch,
                            registration.wipedReplicas,
                            List.copyOf(registration.withoutCopy),
                            null));
        };
    }

    private void follow(TopicImage topic, int index, PartitionImage partition) {
        int nodeId = broker.nodeId();
        int at = partition.replicas().indexOf(nodeId);
        if (at < 0) {
            return;
        }
        boolean wiped = broker.hasLost(partition.directories().get(at));
        boolean forgot = !wiped && mayHaveForgotten(topic, partition);
        boolean leaves = broker.fenced() && partition.inSync().contains(nodeId);
        if (!wiped && !forgot && !leaves) {
            return;
        }
        PartitionChange change = changes.change(topic, index).leaves(nodeId);
        if (wiped) {
            wipedReplicas++;
            change.directory(nodeId, broker.directoryOfNew());
        }
        if (wiped || forgot) {
            change.lost(nodeId);
        }
        PartitionImage after = change.decided();
        changes.add(topic, index, after);
        if (hasCopy(partition) && (!hasCopy(after) || after.recovering())) {
            withoutCopy.add(topic.name() + "-" + index);
        }
    }

    /// Only claims can be lost: who is neither in sync nor eligible fetches what it lacks. And the
    /// only replica of a partition keeps its claim, because there is no better copy to wait for.
    private boolean mayHaveForgotten(TopicImage topic, PartitionImage partition) {
        int nodeId = broker.nodeId();
        return broker.fenced()
                && !cleanlyStopped
                && partition.replicas().size() > 1
                && (partition.inSync().contains(nodeId)
                        || partition.eligibleLeaders().contains(nodeId)
                        || partition.lastKnownEligible().contains(nodeId))
                && !changes.policy(topic).durable();
    }

    private static boolean hasCopy(PartitionImage partition) {
        return !partition.inSync().isEmpty() || !partition.eligibleLeaders().isEmpty();
    }
}
