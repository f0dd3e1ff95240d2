package io.zurau.coordinator.group.assignor;

import io.zurau.coordinator.group.kind.Assignment;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// A way to divide partitions among the members of a group.
public interface Assignor {
    /// Kafka's word for it.
    String name();

    /// @return what each member shall have, by member id; those that are missing get nothing
    Map<String, Assignment> assign(Demand demand);

    static Optional<Assignor> named(String name) {
        return switch (name) {
            case UniformAssignor.NAME -> Optional.of(new UniformAssignor());
            case RangeAssignor.NAME -> Optional.of(new RangeAssignor());
            default -> Optional.empty();
        };
    }

    /// What an assignor is given.
    ///
    /// @param members by their ids
    /// @param topics of all members' subscriptions
    record Demand(SortedMap<String, Subscriber> members, Supply topics) {
        /// Whether all members subscribe to the same topics.
        boolean isUniform() {
            return members.values().stream().map(Subscriber::topics).distinct().count() <= 1;
        }
    }
}
