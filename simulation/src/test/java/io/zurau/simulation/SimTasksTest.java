package io.zurau.simulation;

final class SimTasksTest extends TasksContract {
    @Override
    World world() {
        return new SimWorld();
    }
}
