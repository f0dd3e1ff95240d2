package io.zurau.tests.conformance;

import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/// What a test needs from the system and only root may have.
public final class RootOnly {
    private RootOnly() {}

    /// Skips the test where it cannot be had.
    public static <T> T orSkip(Supplier<T> needed) {
        try {
            return needed.get();
        } catch (IllegalStateException e) {
            return Assumptions.abort("Not possible here: " + e.getMessage());
        }
    }
}
