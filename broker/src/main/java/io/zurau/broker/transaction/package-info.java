/// The APIs of transactions, and the broker's side of the transaction coordinator.
///
/// **Enter at** [io.zurau.broker.transaction.TransactionService], which joins the coordinator with
/// the cluster. `MarkerSender` brings ends of transactions to the partitions, `MarkerAppender`
/// writes them into those led here, `Enlisting` asks coordinators about transactions before records
/// are written. Both talk to other brokers through an `Outbox` for each.
///
/// **Promises.** Records of a transaction are written only where its coordinator knows of them;
/// which ends a partition takes is in [io.zurau.broker.partition.TransactionGate].
///
/// **State.** None but what is on its way: the coordinator's shards own theirs.
///
/// **Knows** partitions, peers, the cluster's image, both coordinators. **Must not know** what they
/// decide.
@NullMarked
package io.zurau.broker.transaction;

import org.jspecify.annotations.NullMarked;
