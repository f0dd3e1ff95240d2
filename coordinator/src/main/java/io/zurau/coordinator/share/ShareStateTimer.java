package io.zurau.coordinator.share;

/// What a shard of share states waits for.
enum ShareStateTimer {
    /// Time to delete what no longer counts from the log.
    PRUNE,

    /// Time to look for share partitions whose last snapshot is old.
    SNAPSHOT
}
