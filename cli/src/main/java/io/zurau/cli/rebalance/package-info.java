/// Where the replicas and leaders of a cluster should be.
///
/// **Enter at** [io.zurau.cli.rebalance.Planner], which makes a [io.zurau.cli.rebalance.Plan].
///
/// **Promises.** The same cluster always gets the same plan; a cluster that has followed a plan
/// gets an empty one. No partition gets another number of replicas, or fewer racks.
///
/// **Knows** partitions, nodes and racks. **Must not know** the client, or how a plan is carried
/// out.
@NullMarked
package io.zurau.cli.rebalance;

import org.jspecify.annotations.NullMarked;
