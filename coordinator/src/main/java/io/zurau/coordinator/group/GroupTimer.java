package io.zurau.coordinator.group;

/// What a shard of groups waits for.
sealed interface GroupTimer {
    /// A member, or one that was given an id, has been silent for too long.
    record Session(String groupId, String memberId) implements GroupTimer {}

    /// Members had their time to rejoin.
    record Rebalance(String groupId) implements GroupTimer {}

    /// Members had their time to ask for their assignment.
    record Sync(String groupId) implements GroupTimer {}

    /// Time to look for offsets and groups that nobody needs any more.
    record Expiry() implements GroupTimer {}
}
