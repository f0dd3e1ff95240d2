/// The real broker and the real client in the simulator, with everything going wrong.
///
/// **Enter at** [io.zurau.tests.simulation.PowerFailureScenario] for one broker and
/// [io.zurau.tests.simulation.ClusterScenario] for several,
/// [io.zurau.tests.simulation.TransactionScenario] for transactions and compaction, whose histories
/// [io.zurau.tests.simulation.Anomalies] judges, [io.zurau.tests.simulation.GroupScenario] and
/// [io.zurau.tests.simulation.ShareScenario] for members of groups; `bin/simulate` runs them with
/// fresh seeds. That they find what is broken is shown by [io.zurau.tests.simulation.MutationTest].
///
/// **Promises.** The same seed gives the same run. A run that breaks a promise of the broker fails
/// with the seed, the promise and what broke it.
@NullMarked
package io.zurau.tests.simulation;

import org.jspecify.annotations.NullMarked;
