/// Share groups on the leaders of partitions (KIP-932): who has which records, until when, and what
/// became of them.
///
/// **Enter at** `ShareFetchHandler` and `ShareAcknowledgeHandler`;
/// [io.zurau.broker.share.ShareService] wires them.
///
/// ```
/// request ─► ShareSessions: which partitions the member means
///              │
///              ▼
///          SharePartitions ─► SharePartition: one partition of one group, as long as this broker leads it
///                               │ Window: what is in flight (package window)
///                               │ its task: stores what was said, ends locks, moves the start
///                               ▼
///                             ShareStates: the coordinator of the share partition, here or elsewhere
/// ```
///
/// **Promises.** What a member was told is accepted was stored before, and is never delivered again
/// by a leader that could hear of it. A member that is silent for the lock's duration, or whose
/// connection has gone, has its records no longer. All of it fits into the limits of sessions and
/// of records in flight.
///
/// **State** is owned by each share partition, under its `windowLock`. Sessions are under
/// `sessionsLock`, the list of share partitions under `partitionsLock`, which is taken before
/// `windowLock`.
///
/// **Knows** partitions that this broker leads, and how to ask other brokers. **Must not know** who
/// is a member of a group and what it is assigned: whoever fetches gets records.
@NullMarked
package io.zurau.broker.share;

import org.jspecify.annotations.NullMarked;
