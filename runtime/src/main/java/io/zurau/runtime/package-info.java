/// The seams to the world: everything that a broker or a client needs from the machine and that a
/// test must be able to take over.
///
/// **Enter at** [io.zurau.runtime.Seams], the bundle that is handed from the composition root to
/// whoever needs it. [io.zurau.runtime.Disk] comes separately: there is one per log directory.
///
/// **Promises.** No other package of the product reads a clock, sleeps, starts a thread, opens a
/// file or a socket or draws a random number. Each seam has a simulated twin, and one contract
/// suite runs on both.
///
/// **Knows** the operating system. **Must not know** Kafka: no topics, offsets or messages here.
@NullMarked
package io.zurau.runtime;

import org.jspecify.annotations.NullMarked;
