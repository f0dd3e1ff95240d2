/// The APIs of groups and committed offsets, and the broker's side of the group coordinator.
///
/// **Enter at** [io.zurau.broker.group.GroupService], which joins the coordinator with the cluster:
/// its topic (`OffsetsTopic`), its log (`GroupLog`) and which partitions of it are led here
/// (`LedPartitions`). `GroupHandlers` lists the handlers.
///
/// **Promises.** `__consumer_offsets` comes into being when somebody first asks for a coordinator.
/// Topics are checked and their ids and names matched here; the coordinator knows nothing of the
/// cluster.
///
/// **State.** None: the coordinator's shards own theirs.
///
/// **Knows** partitions, the cluster's image, the controller, the group coordinator. **Must not
/// know** what groups decide.
@NullMarked
package io.zurau.broker.group;

import org.jspecify.annotations.NullMarked;
