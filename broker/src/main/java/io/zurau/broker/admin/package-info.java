/// The APIs that tell about the cluster and change it.
///
/// **Enter at** [io.zurau.broker.admin.AdminHandlers], which makes one handler per API, and
/// [io.zurau.broker.admin.HeldBack], which a broker among others puts before one of them.
/// **Promises.** An answer about the cluster comes from one image, so it never mixes two states. An
/// answer about a change comes when the change is committed and this broker has followed it.
/// **State.** None but the block of producer ids, owned by [io.zurau.broker.admin.ProducerIds].
/// **Knows** the metadata and its controller, and of the logs their sizes and producers. **Must not
/// know** connections, or how records are read and written.
@NullMarked
package io.zurau.broker.admin;

import org.jspecify.annotations.NullMarked;
