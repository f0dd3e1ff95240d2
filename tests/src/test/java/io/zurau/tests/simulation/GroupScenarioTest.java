package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GroupScenarioTest {
    private static final int SEEDS = Integer.getInteger("zurau.group.seeds", 20);
    private static final int FIRST = Integer.getInteger("zurau.group.seed", 0);

    @Test
    void noPartitionIsUsedByTwoMembersWhenBrokersFail() {
        // When
        int owners = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                owners += new GroupScenario(seed).run().owners();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("Seed " + seed, e);
            }
        }

        // Then: they did share
        assertThat(owners).isGreaterThan(SEEDS);
    }
}
