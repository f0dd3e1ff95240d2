package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.simulation.SimulationFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TransactionScenarioTest {
    private static final int SEEDS = Integer.getInteger("zurau.transaction.seeds", 30);
    private static final int FIRST = Integer.getInteger("zurau.transaction.seed", 0);

    @Test
    void transactionsAreWholeWhateverFails() {
        // When
        int committed = 0;
        int copied = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            TransactionScenario.Result result = new TransactionScenario(seed).run();
            committed += result.committed();
            copied += result.copied();
        }

        // Then: it was not for want of transactions
        assertThat(committed).isGreaterThan(SEEDS * 5);
        assertThat(copied).isGreaterThan(SEEDS * 5);
    }

    @Test
    void markersThatNobodyFencesAreFound() {
        // When
        @Nullable Invariant found = null;
        for (long seed = 0; seed < SEEDS && found == null; seed++) {
            found = brokenBy(seed);
        }

        // Then
        assertThat(found).isIn(Invariant.ABORTED_IS_NOT_READ, Invariant.TRANSACTIONS_ARE_WHOLE);
    }

    private static @Nullable Invariant brokenBy(long seed) {
        try {
            new TransactionScenario(seed, Mutations.endsTransactionsUnasked()).run();
            return null;
        } catch (SimulationFailure e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause instanceof BrokenPromise promise ? promise.invariant() : null;
        }
    }
}
