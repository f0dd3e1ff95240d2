/// Which member of a group gets which partitions: pure functions.
///
/// **Enter at** [io.zurau.coordinator.group.assignor.Assignor]. `UniformAssignor` gives everyone as
/// many partitions as anyone and moves few; `RangeAssignor` gives the same numbers of each topic to
/// the same member, for joins.
///
/// **Promises.** Every partition of a topic that somebody subscribes to goes to exactly one
/// subscriber. The same input gives the same output.
///
/// **State.** None. **Knows** partitions. **Must not know** groups, epochs, records.
@NullMarked
package io.zurau.coordinator.group.assignor;

import org.jspecify.annotations.NullMarked;
