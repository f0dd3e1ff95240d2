package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ClusterScenarioTest {
    private static final int SEEDS = Integer.getInteger("zurau.cluster.seeds", 100);
    private static final int FIRST = Integer.getInteger("zurau.cluster.seed", 0);
    private static final long SEED = 7;

    @Test
    void noPromiseIsBrokenWhenBrokersFail() {
        // When
        int records = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            records += new ClusterScenario(seed).run().records();
        }

        // Then: it was not for want of records
        assertThat(records).isGreaterThan(SEEDS * 20);
    }

    @Test
    void theSameSeedGivesTheSameRunInAnotherJvm() throws IOException, InterruptedException {
        assertThat(OtherJvm.lastLineOf(ClusterScenarioTest.class))
                .isEqualTo(new ClusterScenario(SEED).run().toString());
    }

    public static void main(String[] arguments) {
        System.out.println(new ClusterScenario(SEED).run());
    }
}
