/// The composition root of a node.
///
/// **Enter at** [io.zurau.server.ZurauServer], after [io.zurau.server.ServerConfig]. **Promises.**
/// A node that cannot start as it is told says so in one sentence and leaves nothing behind. A node
/// that was closed has nothing to replay at its next start. **State.** What a node has opened
/// belongs to its [io.zurau.server.ZurauServer]. **Knows** everything. **Must not** do anything but
/// wire it.
@NullMarked
package io.zurau.server;

import org.jspecify.annotations.NullMarked;
