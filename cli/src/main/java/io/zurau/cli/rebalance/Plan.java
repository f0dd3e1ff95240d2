package io.zurau.cli.rebalance;

import io.zurau.protocol.TopicPartition;
import java.util.List;
import java.util.SortedMap;

/// What is to be done, and what comes of it.
///
/// @param moves partitions that get other replicas, or the same ones in another order
/// @param elections partitions that must be told to elect their first replica, once it is there
/// @param before by node
/// @param after by node, when all is done
public record Plan(
        List<Move> moves,
        List<TopicPartition> elections,
        SortedMap<Integer, Load> before,
        SortedMap<Integer, Load> after) {
    /// What one node has.
    ///
    /// @param leaders how many partitions it leads
    public record Load(int replicas, int leaders, long bytes) {}

    /// New replicas for a partition.
    ///
    /// @param replicaBytes of one replica
    public record Move(
            TopicPartition name, List<Integer> before, List<Integer> after, long replicaBytes) {
        public List<Integer> added() {
            return after.stream().filter(node -> !before.contains(node)).toList();
        }

        /// How much must be copied.
        public long bytes() {
            return replicaBytes * added().size();
        }
    }

    public boolean isEmpty() {
        return moves.isEmpty() && elections.isEmpty();
    }

    /// How much must be copied in all.
    public long bytes() {
        return moves.stream().mapToLong(Move::bytes).sum();
    }
}
