/// How the cluster changes: commands, decided against the image, committed as records.
///
/// **Enter at** [io.zurau.metadata.control.Controller]: a method per command, which answers when
/// the change is committed and this node's listeners were told; for brokers, and who holds and
/// leads partitions, at its [io.zurau.metadata.control.ReplicationController]. Every leader is
/// elected in [io.zurau.metadata.control.PartitionChange]. **Promises.** A decision rests on the
/// image that its records follow directly: if anything was committed in between, it is made anew.
/// Decisions are pure: no clock, no randomness, no I/O. **State.** The commands that wait, owned by
/// [io.zurau.metadata.control.Deciding] under its lock. **Knows** the image, the port of the
/// metadata log, Kafka's rules and error codes. **Must not know** how records are stored, or
/// partition logs.
@NullMarked
package io.zurau.metadata.control;

import org.jspecify.annotations.NullMarked;
