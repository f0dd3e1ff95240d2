package io.zurau.simulation;

final class SimDiskTest extends DiskContract {
    @Override
    World world() {
        return new SimWorld();
    }
}
