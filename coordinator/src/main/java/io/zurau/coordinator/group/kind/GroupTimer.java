package io.zurau.coordinator.group.kind;

/// What a shard of groups waits for.
public sealed interface GroupTimer {
    /// A member, or one that was given an id, has been silent for too long.
    record Session(String groupId, String memberId) implements GroupTimer {}

    /// Members of a classic group had their time to rejoin.
    record Rebalance(String groupId) implements GroupTimer {}

    /// Members of a classic group had their time to ask for their assignment.
    record Sync(String groupId) implements GroupTimer {}

    /// A member of a group whose assignor is the coordinator had its time to give partitions up.
    record Revocation(String groupId, String memberId) implements GroupTimer {}

    /// A member of the classic protocol in such a group had its time to rejoin.
    record MemberJoin(String groupId, String memberId) implements GroupTimer {}

    /// A member of the classic protocol in such a group had its time to ask for its assignment.
    record MemberSync(String groupId, String memberId) implements GroupTimer {}

    /// A new streams group had its time to wait for further members.
    record FirstTarget(String groupId) implements GroupTimer {}

    /// Time to look for offsets and groups that nobody needs any more.
    record Expiry() implements GroupTimer {}
}
