/// Replication: this broker's followers repeat their leaders' logs, and its leaders say who is in
/// sync.
///
/// **Enter at** [io.zurau.broker.replica.ReplicaFetchers], which has a task for each leading broker
/// and follows the metadata; [io.zurau.broker.replica.InSyncChanges] proposes what the leaders here
/// see, [io.zurau.broker.replica.DirectoryFailures] what disks are lost, and
/// [io.zurau.broker.replica.ReplicaMover] where copied replicas are. **Promises.** A follower
/// stores what it fetched before it fetches again, so the offset that it asks for is the end of
/// what it has stored. **State.** Each fetcher belongs to its task. **Knows** partitions, peers,
/// the controller's commands. **Must not know** clients.
@NullMarked
package io.zurau.broker.replica;

import org.jspecify.annotations.NullMarked;
