package io.zurau.simulation;

import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// This machine, with a disk in a directory.
record RealWorld(Path directory) implements World {
    @Override
    public void run(Check check) {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        ThreadTasks tasks = new ThreadTasks((thread, e) -> thrown.compareAndSet(null, e));
        Seams seams =
                new Seams(new SystemClock(), tasks, new SocketNetwork(), new SecureRandomness());
        Place place = new Place(seams, new FileDisk(directory), "localhost");
        try {
            tasks.start("check", () -> SimWorld.runChecked(check, place)).join();
        } catch (InterruptedException e) {
            throw new AssertionError("The test was interrupted.", e);
        }
        Throwable failure = thrown.get();
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }
}
