/// What share groups have done with the records of partitions (KIP-932): a state machine per
/// partition of `__share_group_state`.
///
/// **Enter at** [io.zurau.coordinator.share.ShareStateCoordinator], with a method per request. It
/// hands commands to the shards, one per share partition; `ShareStateMachine` decides them.
/// `ShareState` is what is known of one share partition, `StateBatches` how news of its records are
/// merged into it, `ShareStateRecords` the records.
///
/// ```
/// snapshot: all that is known   update: what has changed since   update   …   snapshot
/// ```
///
/// **Promises.** What was answered is stored. A partition's leader, or a group's epoch, that is
/// over changes nothing any more. What `__share_group_state` holds is Kafka's to the byte. Records
/// in front of the oldest snapshot that counts are deleted, and share partitions that stand still
/// get new snapshots, so that the topic is as long as the state is large.
///
/// **State** is owned by the thread of each shard. A share partition's is an immutable value.
///
/// **Knows** the messages of the share-state APIs. **Must not know** who consumes, and what is in
/// flight on the partition's leader.
@NullMarked
package io.zurau.coordinator.share;

import org.jspecify.annotations.NullMarked;
