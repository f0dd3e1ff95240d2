package io.zurau.simulation;

final class SimClockTest extends ClockContract {
    @Override
    World world() {
        return new SimWorld();
    }
}
