/// How this broker talks to the other brokers of its cluster.
///
/// **Enter at** [io.zurau.broker.peer.Peers]: opens a connection to a broker by its node id, and
/// notes in [io.zurau.broker.peer.Refusals] who does not listen any more; `IdleConnections` keeps
/// some open for whoever asks now and then. **Promises.** A call ends, with an answer or an
/// [java.io.IOException], within the time allowed. A connection that failed once is closed.
/// **State.** Each connection is owned by the one task that calls on it. **Knows** Kafka's frames,
/// and where the image says that a broker listens. **Must not know** what is said.
@NullMarked
package io.zurau.broker.peer;

import org.jspecify.annotations.NullMarked;
