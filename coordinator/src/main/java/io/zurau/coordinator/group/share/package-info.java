/// Share groups (KIP-932): members that share partitions, each record going to any of them.
///
/// **Enter at** [io.zurau.coordinator.group.share.ShareHeartbeat], by which members join, stay and
/// leave, and [io.zurau.coordinator.group.share.ShareStateRules], for what is kept of partitions.
/// [io.zurau.coordinator.group.share.ShareGroup] is what is stored of one group, `ShareRecords` its
/// records, `SimpleAssignor` gives members their partitions, all of them or as many as there are
/// members for.
///
/// What has become of records is not kept here but by the share coordinator
/// (`io.zurau.coordinator.share`). A group only notes for which partitions it has been told to keep
/// that, and members get no others:
///
/// ```
/// subscribed ─► initializing ─(the share coordinator has stored it)─► initialized ─► assigned
///                                                                        └─► deleting ─► gone
/// ```
///
/// **Promises.** Kafka 4.4's semantics and, to the byte, its records. A member's new assignment
/// holds at once: nobody has to give up partitions first, because records are locked one by one.
///
/// **State** is owned by the thread of each shard.
///
/// **Must not know** other kinds of groups, and how the share coordinator is reached.
@NullMarked
package io.zurau.coordinator.group.share;

import org.jspecify.annotations.NullMarked;
