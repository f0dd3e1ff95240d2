/// What all kinds of coordinators share on a broker: their topics, and who coordinates what.
///
/// **Enter at** [io.zurau.broker.coordinator.CoordinatorTopic]: a topic that keeps the memory of
/// coordinators; `TopicLog` writes and reads it, `LedPartitions` tells a coordinator which
/// partitions of it are its own, `FindCoordinatorHandler` tells clients. `LeadershipProof` makes
/// sure that nobody has taken a partition over, before something is answered from memory.
///
/// **Promises.** A coordinator's topic comes into being when somebody first asks for a coordinator.
///
/// **State.** None: the coordinators' shards own theirs.
///
/// **Knows** partitions, the cluster's image, the controller. **Must not know** what is decided.
@NullMarked
package io.zurau.broker.coordinator;

import org.jspecify.annotations.NullMarked;
