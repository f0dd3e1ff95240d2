/// The broker killed, stopped, started wrongly and starved of disk, as a real process.
///
/// **Knows** processes, exit codes and what a person reads on a terminal. **Must not know** Zurau's
/// classes.
@NullMarked
package io.zurau.tests.crash;

import org.jspecify.annotations.NullMarked;
