package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.simulation.SimulationFailure;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class PowerFailureScenarioTest {
    private static final int SEEDS = 1_000;
    private static final int SEEDS_TO_FIND_A_LIE = 100;
    private static final long SEED = 7;

    @Test
    void noPromiseIsBrokenWhenThePowerFails() {
        // When
        int records = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            records += new PowerFailureScenario(seed).run().records();
        }

        // Then: it was not for want of records
        assertThat(records).isGreaterThan(SEEDS * 20);
    }

    @Test
    void acknowledgingTooEarlyIsFound() {
        // When: writes to the journal are not synced when they return
        long seed = 0;
        while (seed < SEEDS_TO_FIND_A_LIE && keepsItsPromises(seed)) {
            seed++;
        }

        // Then
        assertThat(seed).isLessThan(SEEDS_TO_FIND_A_LIE);
    }

    /// A broker that notices the damage and does not start has broken no promise.
    private static boolean keepsItsPromises(long seed) {
        try {
            new PowerFailureScenario(seed).withLyingDisk().run();
            return true;
        } catch (SimulationFailure e) {
            return !(rootCause(e) instanceof BrokenPromise);
        }
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : rootCause(cause);
    }

    @Test
    void theSameSeedGivesTheSameRunInAnotherJvm() throws IOException, InterruptedException {
        assertThat(OtherJvm.lastLineOf(PowerFailureScenarioTest.class))
                .isEqualTo(new PowerFailureScenario(SEED).run().toString());
    }

    public static void main(String[] arguments) {
        System.out.println(new PowerFailureScenario(SEED).run());
    }
}
