package io.zurau.coordinator.group.assignor;

import io.zurau.coordinator.group.kind.Assignment;
import java.util.Map;

/// Gives everyone as many partitions as anyone, as far as subscriptions allow, and moves as few as
/// that takes.
final class UniformAssignor implements Assignor {
    static final String NAME = "uniform";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Assignment> assign(Demand demand) {
        if (demand.members().isEmpty()) {
            return Map.of();
        }
        return demand.isUniform() ? EqualShares.of(demand) : new LevelledShares(demand).assign();
    }
}
