/// The partitions that this broker leads or follows.
///
/// **Enter at** [io.zurau.broker.partition.Partitions], which finds them, then
/// [io.zurau.broker.partition.PartitionLeader], whose [io.zurau.broker.partition.Watermark] says
/// what is safe; [io.zurau.broker.partition.ReadableReplica] is what consumers see of either role.
/// How replicas move between disks is told at [io.zurau.broker.partition.DirectoryChanges].
/// **Promises.** Consumers see nothing above the high watermark, and it never passes what a power
/// cut could take back. Whoever waits for a partition is answered when the partition goes.
/// **State.** Each partition guards its own; which partitions there are follows the cluster image.
/// **Knows** logs and the metadata's image. **Must not know** requests, connections.
@NullMarked
package io.zurau.broker.partition;

import org.jspecify.annotations.NullMarked;
