package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShareScenarioTest {
    private static final int SEEDS = Integer.getInteger("zurau.share.seeds", 10);
    private static final int FIRST = Integer.getInteger("zurau.share.seed", 0);

    @Test
    void whatIsAcceptedStaysAcceptedAndNothingIsSkippedWhenBrokersFail() {
        // When
        int settled = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                settled += new ShareScenario(seed).run().settled();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("Seed " + seed, e);
            }
        }

        // Then: they did take records
        assertThat(settled).isGreaterThan(100 * SEEDS);
    }
}
