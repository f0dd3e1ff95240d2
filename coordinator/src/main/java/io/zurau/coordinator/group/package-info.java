/// Consumer groups and their committed offsets: a state machine per partition of
/// `__consumer_offsets`.
///
/// **Enter at** [io.zurau.coordinator.group.GroupCoordinator], with a method per request, and those
/// for consumer, share and streams groups behind `consumers()`, `shares()` and `streams()`. They
/// hand commands to the shards; `GroupMachine` decides them. `ClassicGroup` has the states of a
/// group, `Joining` and `Membership` the rules by which members come, stay and go, `OffsetRules`
/// and `Expiry` those of offsets, `TransactionalOffsets` and `PendingOffsets` of those that are
/// committed with a transaction, `GroupRecords` the records. `ConsumerGroups` finds the groups of
/// the new protocol, whose rules are in `io.zurau.coordinator.group.consumer`, `StreamsRules` those
/// in `io.zurau.coordinator.group.streams`; `Migration` changes a group from one protocol to the
/// other while its members work. What all kinds of groups have in common is in
/// `io.zurau.coordinator.group.kind`, assignors in `io.zurau.coordinator.group.assignor`, settings
/// in `io.zurau.coordinator.group.config`; those packages know nothing of this one.
///
/// **Promises.** The semantics of the classic protocol and of committed offsets are Apache Kafka
/// 4.4's at all versions, static membership (KIP-345) and cooperative rebalancing (KIP-429, which
/// is the clients' affair) included. What `__consumer_offsets` holds is Kafka's to the byte, and
/// what Kafka wrote there is read; records of kinds of groups that are not served are passed over.
///
/// **State** is owned by the thread of each shard. The states of a group are immutable values.
///
/// **Knows** the messages of the groups' APIs, and topics as the image of the cluster that came
/// with a command has them. **Must not know** brokers: where a coordinator is is theirs to say.
@NullMarked
package io.zurau.coordinator.group;

import org.jspecify.annotations.NullMarked;
