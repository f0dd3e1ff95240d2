package io.zurau.tests.simulation;

import io.zurau.runtime.Seams;
import io.zurau.simulation.Simulation;
import java.util.Optional;

/// A way in which the cluster is deliberately broken from outside, so that the simulator has
/// something to find.
interface Mutation {
    Mutation NONE = new Mutation() {};

    /// What brokers get in place of their machine's seams.
    default Seams seams(Seams machines) {
        return machines;
    }

    default SimQuorum.Bend bend() {
        return SimQuorum.Bend.NONE;
    }

    /// Somebody who does harm, on a machine of his own.
    default Optional<Actor> actor(Simulation simulation, SimCluster cluster) {
        return Optional.empty();
    }

    /// Whether requests of transactional producers that come late look as if they were of the
    /// transaction that is open then, and heartbeats of members as if of the epoch that they are in
    /// then.
    default boolean renewsLateRequests() {
        return false;
    }

    default String machine() {
        return "mutant";
    }
}
