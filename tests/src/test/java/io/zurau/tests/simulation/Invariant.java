package io.zurau.tests.simulation;

/// What a cluster must keep whatever happens; a run that breaks one fails with its name.
enum Invariant {
    /// What a producer was told is stored, or a consumer was shown, stays where it was.
    NO_ACKNOWLEDGED_RECORD_LOST,

    /// No record is in the log twice, and those of one producer keep their order.
    NO_RECORD_DOUBLED_OR_DISORDERED,

    /// Two brokers never lead in the same epoch of a partition, nor do epochs fall.
    ONE_LEADER_PER_EPOCH,

    /// What two replicas have at the same offset from the same epoch is the same.
    ONE_APPENDS_PER_EPOCH,

    /// The end that consumers are told never falls, nor below what was promised before.
    WATERMARK_NEVER_FALLS,

    /// A group goes on where it committed, or behind.
    COMMITTED_OFFSETS_SURVIVE,

    /// Of a transaction, readers of committed data see everything once, or nothing.
    TRANSACTIONS_ARE_WHOLE,

    /// A transaction that nobody asked to commit is not seen.
    ABORTED_IS_NOT_READ,

    /// What is read, written elsewhere and committed with the offsets is there once, in order.
    COPIED_ONCE,

    /// Whatever compaction takes, the newest record of each key is not among it.
    NEWEST_OF_KEY_STAYS,

    /// No partition is used by two members of a group whose sessions go on (KIP-848), and nobody is
    /// out of a group within its session.
    PARTITIONS_HAVE_ONE_OWNER,

    /// No task is run by two members of a streams group whose sessions go on (KIP-1071), nor is it
    /// in any role with two members of one process; and nobody is out of a group within its
    /// session.
    TASKS_ARE_RUN_ONCE,

    /// The epoch that a member is told never falls, and nobody is heard in one that is over.
    EPOCHS_OF_MEMBERS_GROW,

    /// What a member of a share group was told to be accepted or rejected, and stored, is given to
    /// nobody who asks after that (KIP-932).
    SETTLED_IS_NOT_SHARED_AGAIN,

    /// A share group passes over no record before it was delivered as often as it may.
    SHARED_IS_NOT_SKIPPED,

    /// Below the high watermark all replicas have the same bytes.
    REPLICAS_ARE_EQUAL,

    /// Each replica in sync, and each that may be elected, has everything that was promised.
    IN_SYNC_HAS_EVERYTHING,

    /// As long as nothing goes wrong, nothing is refused.
    SERVES,

    /// When all trouble is over, every replica comes in sync and clients go on, soon.
    RECOVERS
}
