package io.zurau.simulation;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SystemClockTest extends ClockContract {
    @TempDir private Path directory;

    @Override
    World world() {
        return new RealWorld(directory);
    }
}
