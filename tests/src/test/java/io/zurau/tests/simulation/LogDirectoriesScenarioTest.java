package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LogDirectoriesScenarioTest {
    private static final int SEEDS = Integer.getInteger("zurau.directories.seeds", 30);
    private static final int FIRST = Integer.getInteger("zurau.directories.seed", 0);

    @Test
    void oneDiskOfTwoMayFail() {
        // When
        int records = 0;
        int failures = 0;
        int moves = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                LogDirectoriesScenario.Outcome outcome = new LogDirectoriesScenario(seed).run();
                records += outcome.records();
                failures += outcome.failures();
                moves += outcome.moves();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("Seed " + seed, e);
            }
        }

        // Then: it was not for want of records, of failures, or of moves
        assertThat(records).isGreaterThan(SEEDS * 20);
        assertThat(failures).isGreaterThan(SEEDS / 4);
        assertThat(moves).isGreaterThan(SEEDS * 2);
    }
}
