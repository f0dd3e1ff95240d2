package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TransactionScenarioTest {
    private static final int SEEDS = Integer.getInteger("zurau.transaction.seeds", 30);
    private static final int FIRST = Integer.getInteger("zurau.transaction.seed", 0);

    @Test
    void transactionsAreWholeWhateverFails() {
        // When
        int committed = 0;
        int copied = 0;
        int commits = 0;
        int compacted = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            TransactionScenario.Result result = new TransactionScenario(seed).run();
            committed += result.committed();
            copied += result.copied();
            commits += result.commits();
            compacted += result.compacted();
        }

        // Then: it was not for want of transactions
        assertThat(committed).isGreaterThan(SEEDS * 5);
        assertThat(copied).isGreaterThan(SEEDS * 5);
        assertThat(commits).isGreaterThan(SEEDS * 5);
        assertThat(compacted).isGreaterThan(SEEDS);
    }
}
