package io.zurau.tests.simulation;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What `bin/simulate` runs: the scenario with fresh seeds, or with one again.
///
/// `--cluster` runs the scenario of several brokers instead of that of one. `--seeds N` runs N
/// seeds (1000), `--seed S` begins at that one, and runs only that if N is not given. Ends with
/// exit code 1 at the first seed that fails.
public final class Simulate {
    private static final int SEEDS = 1000;
    private static final int SEEDS_PER_LINE = 100;

    private Simulate() {}

    public static void main(String[] arguments) {
        @Nullable Long first = null;
        @Nullable Long count = null;
        boolean cluster = false;
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--cluster" -> cluster = true;
                    case "--seeds" -> count = Long.parseLong(arguments[++i]);
                    case "--seed" -> first = Long.parseLong(arguments[++i]);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println("Usage: bin/simulate [--cluster] [--seeds N] [--seed S]");
            System.exit(2);
        }
        long from = first == null ? new Random().nextInt(Integer.MAX_VALUE) : first;
        long many = count == null ? (first == null ? SEEDS : 1) : count;
        System.exit(run(from, many, cluster) ? 0 : 1);
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : rootCause(cause);
    }

    private static boolean run(long first, long count, boolean cluster) {
        long records = 0;
        for (long seed = first; seed < first + count; seed++) {
            try {
                records +=
                        cluster
                                ? new ClusterScenario(seed).run().records()
                                : new PowerFailureScenario(seed).run().records();
            } catch (RuntimeException e) {
                System.err.println(e.getMessage());
                rootCause(e).printStackTrace();
                System.err.printf(
                        "%nTo see it again: bin/simulate %s--seed %d%n",
                        cluster ? "--cluster " : "", seed);
                return false;
            }
            if ((seed - first + 1) % SEEDS_PER_LINE == 0) {
                System.out.printf(
                        "%,d seeds, %,d records acknowledged%n", seed - first + 1, records);
            }
        }
        System.out.printf("No promise was broken in %,d seeds from %d on.%n", count, first);
        return true;
    }
}
