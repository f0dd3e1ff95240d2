/// Consumer groups whose assignor is the coordinator (KIP-848): members tell what they subscribe to
/// in heartbeats and are told what to consume; partitions change hands one by one, without a stop
/// of the whole group.
///
/// **Enter at** [io.zurau.coordinator.group.consumer.ConsumerGroup], a group's memory, and
/// [io.zurau.coordinator.group.consumer.Heartbeats], what its members do. `Assigning` makes target
/// assignments, `Reconciliation` a member's next step towards its own, `Departures` ends sessions,
/// `Regexes` keeps what regular expressions mean, `ClassicMembers` serves those of the classic
/// protocol who share the group, `ConsumerRecords` has the records.
///
/// ```
/// heartbeat ─► Heartbeats ─► Steps: hear (what it says) ─► Assigning: follow (group epoch)
///                                 │                        Assigning: assign (target, its epoch)
///                                 └► reconcile (member epoch, what it owns) ─► answer
/// ```
///
/// **Promises.** No partition is owned by two members: the next one is told to take it only after
/// the one before said that it gave it up, or lost its session. What a member is refused with
/// changes nothing. Records and error codes are Apache Kafka 4.4's.
///
/// **State** is owned by the thread of each shard.
///
/// **Knows** topics, assignors, the groups' settings. **Must not know** classic groups, offsets,
/// and which groups there are.
@NullMarked
package io.zurau.coordinator.group.consumer;

import org.jspecify.annotations.NullMarked;
