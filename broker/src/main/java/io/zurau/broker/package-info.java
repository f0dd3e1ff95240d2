/// One node's broker: connections, one handler per API, and the partitions that it leads.
///
/// **Enter at** [io.zurau.broker.RequestHandler], which answers one API, and
/// [io.zurau.broker.RequestRouter], which every request passes. **Promises.** Answers leave a
/// connection in the order of its requests. Only APIs that have a handler are advertised. What a
/// handler throws becomes an answer in one place. **State.** A connection belongs to its reading
/// thread; a partition guards its own. **Knows** logs, metadata, coordinators, the protocol. **Must
/// not know** where the metadata's records come from.
@NullMarked
package io.zurau.broker;

import org.jspecify.annotations.NullMarked;
