/// Transactions of producers: a state machine per partition of `__transaction_state`.
///
/// **Enter at** [io.zurau.coordinator.transaction.TransactionCoordinator], with a method per
/// request. It hands commands to the shards; `TransactionMachine` decides them. `Transaction` has
/// the steps of one transaction, `Initialization`, `Enlistment` and `Ending` the rules by which
/// they are taken, `TransactionRecords` the records.
///
/// **Promises.** A decision holds once it is stored: every partition of the transaction learns of
/// it, whoever coordinates by then. Only the producer with the newest epoch of a transactional id
/// begins and ends transactions. The semantics are Apache Kafka 4.4's at all versions, and what
/// `__transaction_state` holds is Kafka's to the byte. What may be delayed, repeated and reordered
/// is in `docs/transactions.md`.
///
/// **State** is owned by the thread of each shard. A transaction is an immutable value.
///
/// **Knows** the messages of the transactions' APIs. **Must not know** where partitions are and how
/// markers get there.
@NullMarked
package io.zurau.coordinator.transaction;

import org.jspecify.annotations.NullMarked;
