/// A broker among others: it says that it lives, and one of them, the active controller, fences
/// those that do not.
///
/// **Enter at** [io.zurau.broker.cluster.Heartbeats], which every broker has, and
/// [io.zurau.broker.cluster.ActiveController], which every broker has too and which acts where the
/// leader of the metadata log is. **Promises.** A broker whose process has died is fenced as soon
/// as its connection breaks; one that is silent, after `broker.session.timeout.ms`. One that is
/// stopped leads nothing any more, and all others know it, before it goes. What is decided here is
/// never needed for safety: each decision is compared with the metadata log. **State.** Who was
/// heard when, under a lock, and forgotten with the leadership. **Knows** the controller's
/// commands, peers. **Must not know** partitions.
@NullMarked
package io.zurau.broker.cluster;

import org.jspecify.annotations.NullMarked;
