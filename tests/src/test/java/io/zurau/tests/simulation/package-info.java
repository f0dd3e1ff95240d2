/// The real broker and the real client in the simulator, with everything going wrong.
///
/// **Enter at** [io.zurau.tests.simulation.PowerFailureScenario]; `bin/simulate` runs it with fresh
/// seeds.
///
/// **Promises.** The same seed gives the same run. A run that breaks a promise of the broker fails
/// with the seed, the promise and what broke it.
@NullMarked
package io.zurau.tests.simulation;

import org.jspecify.annotations.NullMarked;
