/// Streams groups (KIP-1071): the members of one Kafka Streams application, which share its tasks.
///
/// A *task* is one partition of a *subtopology*. Exactly one member runs it (*active*); others may
/// follow its state (*standby*), or catch up with it before they take it over (*warm-up*).
///
/// ```
/// heartbeat ─► StreamsHeartbeat     who is it, may it say so (epochs), what is new
///                TopologyResolver   topics ─► tasks, and the internal topics that must be made
///                StickyAssignor     tasks ─► target of each member
///                WarmUps            holds a task back until its state is where it goes
///                Reconciliation     what a member holds ─► its target, a step at a time
/// ```
///
/// **Promises.** The answers, error codes and records are Apache Kafka 4.4's. No two members are
/// told to run the same task at once: a task is given only when the one who had it has said that it
/// is gone, or is gone itself.
///
/// **State** is owned by the thread of the group's shard. It is what its records say, but for
/// offsets of tasks, endpoints' epochs and requests to shut down, which members tell anew.
///
/// **Knows** topics by the cluster's image, which comes with each command. **Must not know** how
/// topics are made: it tells which are missing.
@NullMarked
package io.zurau.coordinator.group.streams;

import org.jspecify.annotations.NullMarked;
