package io.zurau.tests.simulation;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/// The metadata log of a simulated cluster, in place of the real quorum: totally ordered, never
/// lost, but late, leaderless for a while, and sometimes silent about what became of a proposal.
///
/// **Guard:** the one thread of a simulation; nothing in here blocks, so each call is one step.
final class SimQuorum {
    /// As long as an election of the real quorum takes.
    private static final long LEADER_LOST_NANOS = 600_000_000;

    private final Random dice;
    private final LongSupplier nowNanos;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Long> lastSeenNanos = new TreeMap<>();
    private final Map<Integer, Runnable> views = new TreeMap<>(); // Told of each commit, by node.
    private final Set<Integer> cutOff = new TreeSet<>();
    private final int voters;
    private BiConsumer<ClusterImage, ClusterImage> watcher = (_, _) -> {};
    private Bend bend = Bend.NONE;
    private Leadership leadership = new Leadership(Leadership.NOBODY, 0);
    private ClusterImage image;

    /// What one proposal added.
    record Entry(List<MetadataRecord> records, long endOffset) {}

    /// How a broken quorum, or a broken controller, differs from a good one.
    interface Bend {
        Bend NONE = new Bend() {};

        /// Whether a proposal is compared with what was committed meanwhile.
        default boolean compares(List<MetadataRecord> records) {
            return true;
        }

        /// What is committed in place of the records, as many as there were.
        default List<MetadataRecord> bent(ClusterImage before, List<MetadataRecord> records) {
            return records;
        }
    }

    /// @param nowNanos the true time
    SimQuorum(
            String clusterId,
            int voters,
            List<MetadataRecord> origin,
            Random dice,
            LongSupplier nowNanos) {
        this.voters = voters;
        this.nowNanos = nowNanos;
        this.dice = dice;
        this.image = ClusterImage.empty(clusterId);
        append(origin);
    }

    /// Tells the image before and after each commit.
    void watch(BiConsumer<ClusterImage, ClusterImage> newWatcher) {
        watcher = newWatcher;
    }

    void bend(Bend how) {
        bend = how;
    }

    Random dice() {
        return dice;
    }

    String clusterId() {
        return image.clusterId();
    }

    /// The image that everything committed makes.
    ClusterImage image() {
        return image;
    }

    int size() {
        return entries.size();
    }

    Entry entry(int index) {
        return entries.get(index);
    }

    /// From now on a node's view is told of commits; its newest view counts.
    ///
    /// @param view must not block
    void tell(int nodeId, Runnable view) {
        views.put(nodeId, view);
    }

    /// From now on a node is heard by no other, until [#reconnect()].
    void cutOff(int nodeId) {
        cutOff.add(nodeId);
    }

    void reconnect() {
        cutOff.clear();
    }

    boolean reaches(int nodeId) {
        return !cutOff.contains(nodeId);
    }

    /// A node says that it lives, and hears who leads as far as it can know.
    Leadership see(int nodeId, Leadership known) {
        if (!reaches(nodeId)) {
            return known;
        }
        if (nodeId <= voters) {
            lastSeenNanos.put(nodeId, nowNanos.getAsLong());
            if (!isAlive(leadership.leaderId()) && hasMajority()) {
                leadership = new Leadership(nodeId, leadership.epoch() + 1);
            }
        }
        return leadership;
    }

    /// A node says that the leader's process has died; it may be wrong.
    void leaderHasDied(Leadership dead) {
        if (leadership.equals(dead)) {
            dropLeader();
        }
    }

    /// Elects somebody else now and then, as real quorums do for no visible reason.
    void dropLeader() {
        lastSeenNanos.remove(leadership.leaderId());
    }

    private boolean isAlive(int nodeId) {
        Long seen = lastSeenNanos.get(nodeId);
        return seen != null && nowNanos.getAsLong() - seen < LEADER_LOST_NANOS && reaches(nodeId);
    }

    boolean hasMajority() {
        long alive = lastSeenNanos.keySet().stream().filter(node -> isAlive(node)).count();
        return 2 * alive > voters;
    }

    /// @return whether nothing was committed in between
    boolean commit(long expectedEnd, List<MetadataRecord> records) {
        if (image.endOffset() != expectedEnd && bend.compares(records)) {
            return false;
        }
        ClusterImage before = image;
        append(bend.bent(image, records));
        watcher.accept(before, image);
        views.values().forEach(Runnable::run);
        return true;
    }

    private void append(List<MetadataRecord> records) {
        image = image.replay(records, image.endOffset() + records.size());
        entries.add(new Entry(records, image.endOffset()));
    }
}
