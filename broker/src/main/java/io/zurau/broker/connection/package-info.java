/// From the bytes of a client to its requests, and from their answers to bytes.
///
/// **Enter at** [io.zurau.broker.connection.ClientListener]. **Promises.** Answers leave in the
/// order of the requests. A client that sends nonsense loses its connection and harms nobody else.
/// Connections, request sizes, buffered bytes, waiting answers and idle time are bounded.
/// **State.** A connection belongs to its reading thread, but for the answers that wait. **Knows**
/// the router. **Must not know** what any API does.
@NullMarked
package io.zurau.broker.connection;

import org.jspecify.annotations.NullMarked;
