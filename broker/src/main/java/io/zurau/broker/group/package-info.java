/// The APIs of groups and committed offsets, and the broker's side of the group coordinator.
///
/// **Enter at** [io.zurau.broker.group.GroupService], which joins the coordinator with the cluster.
/// `GroupHandlers` lists the handlers, `ShareGroupHandlers` those of share groups; what these have
/// done with records is `ShareGroupStates`' to order. [io.zurau.broker.group.GroupLags] counts how
/// far groups are behind, and [io.zurau.broker.group.DynamicGroupConfigs] says what they are set
/// to.
///
/// **Promises.** Topics are checked and their ids and names matched here; the coordinator knows
/// nothing of the cluster.
///
/// **State.** None: the coordinator's shards own theirs.
///
/// **Knows** partitions, the cluster's image, the controller, the group coordinator. **Must not
/// know** what groups decide.
@NullMarked
package io.zurau.broker.group;

import org.jspecify.annotations.NullMarked;
