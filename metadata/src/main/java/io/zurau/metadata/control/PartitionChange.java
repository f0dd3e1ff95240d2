package io.zurau.metadata.control;

import io.zurau.metadata.config.TopicPolicy;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What becomes of one partition when its replicas change, or the brokers that can be used: the one
/// place where leaders are elected.
///
/// A leader comes from the replicas in sync; only when there is none, from the *eligible* ones
/// (KIP-966): those that left while fewer than `min.insync.replicas` were in sync, so that no high
/// watermark has passed them since. If nobody is left who has everything that was acknowledged, the
/// partition has no leader, unless its topic allows an unclean election.
///
/// Differs from Kafka: the last known leader is not elected uncleanly by itself, because that too
/// can lose acknowledged records. A leader that is shutting down stays while nobody can follow it.
///
/// **Owner:** the thread that decides.
final class PartitionChange {
    private final PartitionImage before;
    private final TopicPolicy policy;
    private final ClusterImage cluster;
    private final NewDirectories newDirectories;
    private final Set<Integer> lost = new TreeSet<>();
    private final Map<Integer, Uuid> directories = new TreeMap<>(); // Where they change.

    private List<Integer> replicas;
    private List<Integer> inSync;
    private List<Integer> removing;
    private List<Integer> adding;
    private List<Integer> eligible;
    private List<Integer> lastKnown;
    private int leader;
    private boolean recovering;
    private boolean electedUncleanly;
    private Election election = Election.ONLINE;

    enum Election {
        /// Whoever leads goes on if it can; uncleanly if nobody can and the topic allows it.
        ONLINE,
        /// The same, but never uncleanly.
        CLEAN,
        /// The preferred leader leads if it can do so cleanly.
        PREFERRED,
        /// Somebody leads, whatever the topic's settings say.
        UNCLEAN
    }

    /// @param cluster with the brokers as they will be
    PartitionChange(
            PartitionImage before,
            TopicPolicy policy,
            ClusterImage cluster,
            NewDirectories newDirectories) {
        this.before = before;
        this.policy = policy;
        this.cluster = cluster;
        this.newDirectories = newDirectories;
        this.replicas = before.replicas();
        this.inSync = before.inSync();
        this.removing = before.removing();
        this.adding = before.adding();
        this.eligible = before.eligibleLeaders();
        this.lastKnown = before.lastKnownEligible();
        this.leader = before.leader();
        this.recovering = before.recovering();
    }

    PartitionChange electing(Election how) {
        election = how;
        return this;
    }

    PartitionChange inSync(List<Integer> nodeIds) {
        inSync = nodeIds;
        return this;
    }

    /// The broker stops, with everything that it has.
    PartitionChange leaves(int nodeId) {
        inSync = without(inSync, Set.of(nodeId));
        return this;
    }

    /// The broker's replica lacks something that it had.
    PartitionChange lost(int nodeId) {
        lost.add(nodeId);
        return leaves(nodeId);
    }

    PartitionChange directory(int nodeId, Uuid directory) {
        directories.put(nodeId, directory);
        return this;
    }

    PartitionChange inNewDirectory(int nodeId) {
        return directory(nodeId, newDirectories.of(nodeId));
    }

    /// The broker's replica is begun again, empty, in another directory.
    PartitionChange madeAnew(int nodeId) {
        return lost(nodeId).inNewDirectory(nodeId);
    }

    PartitionChange recovering(boolean isRecovering) {
        recovering = isRecovering;
        return this;
    }

    PartitionChange assigned(Reassignment reassignment) {
        replicas = reassignment.replicas();
        removing = reassignment.removing();
        adding = reassignment.adding();
        inSync = inSync.stream().filter(replicas::contains).toList();
        return this;
    }

    /// The partition as it will be; the same object if nothing changes. To be asked once.
    PartitionImage decided() {
        completeReassignment();
        followEligible();
        elect();
        rememberLastLeader();
        PartitionImage same = image(before.leaderEpoch(), before.epoch());
        if (same.equals(before) && !electedUncleanly) {
            return before;
        }
        return image(before.leaderEpoch() + (needsNewEpoch() ? 1 : 0), before.epoch() + 1);
    }

    private boolean needsNewEpoch() {
        return leader != before.leader()
                || electedUncleanly
                // The removed ones must not be taken for followers of the same leader.
                || !replicas.containsAll(before.replicas());
    }

    private PartitionImage image(int leaderEpoch, int epoch) {
        return new PartitionImage(
                replicas,
                directories(),
                inSync,
                removing,
                adding,
                eligible,
                lastKnown,
                leader,
                recovering,
                leaderEpoch,
                epoch);
    }

    private List<Uuid> directories() {
        return directories.isEmpty() && replicas.equals(before.replicas())
                ? before.directories()
                : replicas.stream().map(this::directory).toList();
    }

    private void completeReassignment() {
        if (removing.isEmpty() && adding.isEmpty()) {
            return;
        }
        Set<Integer> gone = Set.copyOf(removing);
        List<Integer> target = without(replicas, gone);
        if (!target.isEmpty() && inSync.containsAll(target)) {
            replicas = target;
            inSync = without(inSync, gone);
            removing = List.of();
            adding = List.of();
        }
    }

    /// While enough are in sync the high watermark moves on without those that are not. While not,
    /// it stands still, and who was in sync when it stopped has everything below it.
    private void followEligible() {
        eligible =
                inSync.size() >= Math.min(policy.minInSyncReplicas(), replicas.size())
                        ? List.of()
                        : Stream.concat(eligible.stream(), before.inSync().stream())
                                .distinct()
                                .filter(node -> replicas.contains(node))
                                .filter(node -> !inSync.contains(node) && !lost.contains(node))
                                .toList();
    }

    private void elect() {
        Optional<Integer> clean = cleanLeader();
        if (clean.isPresent()) {
            leader = clean.get();
            if (!inSync.contains(leader)) {
                inSync = List.of(leader);
                followEligible(); // One may be enough by now.
            }
            return;
        }
        Optional<Integer> unclean = uncleanLeader();
        leader = unclean.orElse(PartitionImage.NO_LEADER);
        if (unclean.isPresent()) {
            electedUncleanly = true;
            recovering = true;
            inSync = List.of(leader);
            eligible = List.of();
        }
    }

    private Optional<Integer> cleanLeader() {
        if (election == Election.PREFERRED && canLead(replicas.getFirst())) {
            return Optional.of(replicas.getFirst());
        }
        if (canLead(before.leader())) {
            return Optional.of(before.leader());
        }
        return replicas.stream()
                .filter(this::canLead)
                .findFirst()
                .or(() -> Optional.of(before.leader()).filter(this::canGoOn));
    }

    /// Whether it has everything that was acknowledged, and runs.
    private boolean canLead(int nodeId) {
        return (inSync.contains(nodeId) || (inSync.isEmpty() && eligible.contains(nodeId)))
                && isUsable(nodeId);
    }

    /// Whether the present leader, which is about to stop, may lead until it does.
    private boolean canGoOn(int nodeId) {
        BrokerImage broker = cluster.brokers().get(nodeId);
        return broker != null
                && !broker.fenced()
                && inSync.contains(nodeId)
                && !broker.hasLost(directory(nodeId));
    }

    private Optional<Integer> uncleanLeader() {
        boolean allowed =
                election == Election.UNCLEAN
                        || (election == Election.ONLINE && policy.uncleanElection());
        return !allowed
                ? Optional.empty()
                : Stream.of(without(lastKnown, lost), without(replicas, lost), replicas)
                        .flatMap(List::stream)
                        .filter(node -> replicas.contains(node) && isUsable(node))
                        .findFirst()
                        .or(this::emptyLeader);
    }

    /// Who asks for a leader at any price gives up what lies in a directory that is missing.
    private Optional<Integer> emptyLeader() {
        Optional<Integer> empty =
                election == Election.UNCLEAN
                        ? replicas.stream().filter(this::isActive).findFirst()
                        : Optional.empty();
        empty.ifPresent(this::madeAnew);
        return empty;
    }

    private boolean isActive(int nodeId) {
        BrokerImage broker = cluster.brokers().get(nodeId);
        return broker != null && broker.isActive();
    }

    private boolean isUsable(int nodeId) {
        BrokerImage broker = cluster.brokers().get(nodeId);
        return broker != null && broker.isActive() && !broker.hasLost(directory(nodeId));
    }

    /// For those who must choose when nobody is left who has everything.
    private void rememberLastLeader() {
        if (leader != PartitionImage.NO_LEADER) {
            lastKnown = List.of();
            return;
        }
        if (inSync.isEmpty() && before.hasLeader()) {
            lastKnown = List.of(before.leader());
        }
        lastKnown =
                lastKnown.stream()
                        .filter(node -> replicas.contains(node) && !lost.contains(node))
                        .toList();
    }

    private Uuid directory(int nodeId) {
        Uuid changed = directories.get(nodeId);
        if (changed != null) {
            return changed;
        }
        int at = before.replicas().indexOf(nodeId);
        if (at >= 0) {
            return before.directories().get(at);
        }
        Uuid chosen = newDirectories.of(nodeId);
        directories.put(nodeId, chosen);
        return chosen;
    }

    private static List<Integer> without(List<Integer> nodeIds, Set<Integer> gone) {
        if (nodeIds.stream().noneMatch(gone::contains)) {
            return nodeIds;
        }
        List<Integer> rest = new ArrayList<>(nodeIds);
        rest.removeIf(gone::contains);
        return List.copyOf(rest);
    }
}
