/// Simulated twins of the seams, under a scheduler that follows from a seed.
///
/// **Enter at** [io.zurau.simulation.Simulation]: make one from a seed, boot
/// [io.zurau.simulation.SimMachine]s in it, hand their seams and disks to the real code, and break
/// them. How it works is told at `Scheduler`.
///
/// **Promises.** The same seed gives the same run, in any JVM. A machine that crashes stops between
/// two steps and runs no `finally` block. A disk forgets at a power failure all that a real one may
/// forget. A run in which nothing moves, or that has no end, fails with a picture of who waits
/// where.
///
/// **State** belongs to the one thread that runs the simulation; nothing here needs a lock.
///
/// **Knows** the seams of `runtime`, and an inner constructor of the JDK's virtual threads (so
/// tests need `--add-opens java.base/java.lang=ALL-UNNAMED`). **Must not know** Kafka.
@NullMarked
package io.zurau.simulation;

import org.jspecify.annotations.NullMarked;
