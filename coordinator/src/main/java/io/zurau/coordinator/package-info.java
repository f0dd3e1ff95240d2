/// A small runtime for replicated state machines: whatever a coordinator must remember is decided
/// in memory, appended to a log, and answered only once the log has stored it.
///
/// **Enter at** [io.zurau.coordinator.Shards], the shards of one kind of coordinator on this
/// broker; [io.zurau.coordinator.StateMachine] is what a kind of coordinator implements. Groups
/// live in `io.zurau.coordinator.group`, transactions in `io.zurau.coordinator.transaction`, what
/// share groups have done in `io.zurau.coordinator.share`.
///
/// ```
/// request ─► Shards.submit ─► Shard (one thread per partition of the coordinator's topic)
///                               │ decide: commands and due timers, in order, until the batch is full
///                               │ append: all their records together, through CoordinatorLog
///                               ▼ settle: their answers, and news for others, once the records are stored
/// ```
///
/// **Promises.** Commands of one shard are decided one after the other, in the order in which they
/// came. No answer leaves before every record it rests on is stored. When an append fails, or a
/// decision breaks, the shard refuses everyone who waits, forgets its memory and loads it from the
/// log again: memory never says more than the log.
///
/// **State** of a machine and its timers are owned by the shard's thread; the mailbox is guarded by
/// the shard's `mailboxLock`.
///
/// **Knows** records as bytes, error codes, clocks and tasks. **Must not know** logs, requests,
/// sockets, or what the machines decide.
@NullMarked
package io.zurau.coordinator;

import org.jspecify.annotations.NullMarked;
