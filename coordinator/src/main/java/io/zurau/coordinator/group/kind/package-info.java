/// What all kinds of groups have in common.
///
/// **Enter at** [io.zurau.coordinator.group.kind.Group]: a group as offsets, lists and deletion see
/// it. `GroupTimer` has what a shard waits for, `Topics` what it knows of the cluster.
///
/// Groups whose assignor is the coordinator (KIP-848, 932, 1071) share an idea of epochs, all of
/// which only grow:
///
/// ```
/// group epoch       grows when members, subscriptions or the topics subscribed to change
///    ▲ follows
/// assignment epoch  the group epoch that the target assignment was made for
///    ▲ follows
/// member epoch      the assignment epoch that a member has reached: it owns its target, or what
///                   of it others have given up by now
/// ```
///
/// Such a group is an object that only records change: a decision appends a record and applies it
/// to the group in the same way as replay does, so that memory is what the log says. The topics'
/// picture comes with each command, as an image of the cluster; a group notices by
/// [io.zurau.coordinator.group.kind.Topics#hash] that its topics have changed.
///
/// **State** is owned by the thread of each shard.
///
/// **Knows** the cluster's image. **Must not know** any one kind.
@NullMarked
package io.zurau.coordinator.group.kind;

import org.jspecify.annotations.NullMarked;
