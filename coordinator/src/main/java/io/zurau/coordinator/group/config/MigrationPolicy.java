package io.zurau.coordinator.group.config;

import java.util.Locale;
import java.util.Optional;

/// Between which protocols a group with members may change (KIP-848). A group without members may
/// always.
public enum MigrationPolicy {
    DISABLED,
    UPGRADE,
    DOWNGRADE,
    BIDIRECTIONAL;

    /// From the classic protocol to the new one.
    public boolean allowsUpgrade() {
        return this == UPGRADE || this == BIDIRECTIONAL;
    }

    /// From the new protocol to the classic one.
    public boolean allowsDowngrade() {
        return this == DOWNGRADE || this == BIDIRECTIONAL;
    }

    /// In any case, as Kafka takes it; empty if there is none of the name.
    static Optional<MigrationPolicy> named(String name) {
        for (MigrationPolicy policy : values()) {
            if (policy.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
