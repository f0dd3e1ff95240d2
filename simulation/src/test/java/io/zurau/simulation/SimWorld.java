package io.zurau.simulation;

import io.zurau.runtime.Seams;

/// Simulations of one machine, one per seed.
record SimWorld() implements World {
    private static final int SEEDS = 20;

    @Override
    public void run(Check check) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("one");
                        Seams seams = machine.boot();
                        Place place = new Place(seams, machine.disk("data"), "one");
                        seams.tasks().start("check", () -> runChecked(check, place)).join();
                    });
        }
    }

    static void runChecked(Check check, Place place) {
        try {
            check.run(place);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("The check threw " + e, e);
        }
    }
}
