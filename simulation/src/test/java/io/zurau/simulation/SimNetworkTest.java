package io.zurau.simulation;

final class SimNetworkTest extends NetworkContract {
    @Override
    World world() {
        return new SimWorld();
    }
}
