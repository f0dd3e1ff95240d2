package io.zurau.cli.rebalance;

/// A node that may hold replicas.
///
/// @param rack empty if it has none; then it counts as a rack of its own
public record Node(int id, String rack) {
    /// Different for nodes that do not fail together.
    String rackOrItself() {
        return rack.isEmpty() ? "node " + id : "rack " + rack;
    }
}
