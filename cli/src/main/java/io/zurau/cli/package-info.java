/// The `zurau` command: one program for starting a broker and for using one.
///
/// **Enter at** [io.zurau.cli.Main]; there is one class per command. What `zurau cluster rebalance`
/// plans is decided in [io.zurau.cli.rebalance.Planner].
///
/// **Promises.** Exit code 0: done; 1: the operation failed; 2: wrong usage, or a broker that
/// refused to start. An error is one sentence on standard error with the subject, the value and
/// what to do.
///
/// **Knows** the client library and how to start a server. **Must not know** anything behind
/// either.
@NullMarked
package io.zurau.cli;

import org.jspecify.annotations.NullMarked;
