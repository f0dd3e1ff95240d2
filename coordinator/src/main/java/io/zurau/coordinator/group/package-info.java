/// Consumer groups and their committed offsets: a state machine per partition of
/// `__consumer_offsets`.
///
/// **Enter at** [io.zurau.coordinator.group.GroupCoordinator], with a method per request. It hands
/// commands to the shards; `GroupMachine` decides them. `ClassicGroup` has the states of a group,
/// `Joining` and `Membership` the rules by which members come, stay and go, `OffsetRules` and
/// `Expiry` those of offsets, `TransactionalOffsets` and `PendingOffsets` of those that are
/// committed with a transaction, `GroupRecords` the records. Streams groups are in
/// `io.zurau.coordinator.group.streams`.
///
/// **Promises.** The semantics of the classic protocol and of committed offsets are Apache Kafka
/// 4.4's at all versions, static membership (KIP-345) and cooperative rebalancing (KIP-429, which
/// is the clients' affair) included. What `__consumer_offsets` holds is Kafka's to the byte, and
/// what Kafka wrote there is read; records of groups of other protocols are passed over.
///
/// **State** is owned by the thread of each shard. The states of a group are immutable values.
///
/// **Knows** the messages of the groups' APIs. **Must not know** topics and brokers: whether a
/// topic exists, and where a coordinator is, is the broker's to say.
@NullMarked
package io.zurau.coordinator.group;

import org.jspecify.annotations.NullMarked;
