package io.zurau.tests.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// What `bin/simulate` runs: the scenario with fresh seeds, or with one again.
///
/// `--cluster` runs the scenario of several brokers instead of that of one, `--transactions` that
/// of transactions, `--groups` that of consumer and streams groups, `--share` that of share groups.
/// `--seeds N` runs N seeds (1000), `--seed S` begins at that one, and runs only that if N is not
/// given. Ends with exit code 1 at the first seed that fails.
public final class Simulate {
    private static final int SEEDS = 1000;
    private static final int SEEDS_PER_LINE = 100;

    private Simulate() {}

    /// What can be run.
    private enum Scenario {
        POWER_FAILURE(""),
        CLUSTER("--cluster "),
        TRANSACTIONS("--transactions "),
        GROUPS("--groups "),
        SHARE("--share ");

        private final String option;

        Scenario(String option) {
            this.option = option;
        }

        /// @return how many records, or transactions, were acknowledged, by members of share
        ///   groups, too, or how many members owned something
        int run(long seed) {
            return switch (this) {
                case POWER_FAILURE -> new PowerFailureScenario(seed).run().records();
                case CLUSTER -> new ClusterScenario(seed).run().records();
                case TRANSACTIONS -> new TransactionScenario(seed).run().committed();
                case GROUPS -> new GroupScenario(seed).run().owners();
                case SHARE -> new ShareScenario(seed).run().settled();
            };
        }
    }

    public static void main(String[] arguments) {
        @Nullable Long first = null;
        @Nullable Long count = null;
        Scenario scenario = Scenario.POWER_FAILURE;
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--cluster" -> scenario = Scenario.CLUSTER;
                    case "--transactions" -> scenario = Scenario.TRANSACTIONS;
                    case "--groups" -> scenario = Scenario.GROUPS;
                    case "--share" -> scenario = Scenario.SHARE;
                    case "--seeds" -> count = Long.parseLong(arguments[++i]);
                    case "--seed" -> first = Long.parseLong(arguments[++i]);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(
                    "Usage: bin/simulate [--cluster | --transactions | --groups | --share] [--seeds N] [--seed S]");
            System.exit(2);
        }
        long from = first == null ? new Random().nextInt(Integer.MAX_VALUE) : first;
        long many = count == null ? (first == null ? SEEDS : 1) : count;
        System.exit(run(from, many, scenario) ? 0 : 1);
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : rootCause(cause);
    }

    /// Runs seeds on all cores: each run is a world of its own.
    private static boolean run(long first, long count, Scenario scenario) {
        int workers = (int) Math.min(count, Runtime.getRuntime().availableProcessors());
        if (workers > 1) {
            silenceLoggers();
        }
        Progress progress = new Progress(first, first + count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            threads.add(Thread.ofPlatform().start(() -> work(progress, scenario)));
        }
        threads.forEach(Simulate::join);
        if (progress.isFailed()) {
            return false;
        }
        System.out.printf("No promise was broken in %,d seeds from %d on.%n", count, first);
        return true;
    }

    /// They share a lock: a task of one world would wait for a task of another, which no world's
    /// clock knows of.
    private static void silenceLoggers() {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(Level.OFF);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this program.", e);
        }
    }

    private static void work(Progress progress, Scenario scenario) {
        for (OptionalLong next = progress.next(); next.isPresent(); next = progress.next()) {
            long seed = next.getAsLong();
            try {
                progress.passed(scenario.run(seed));
            } catch (RuntimeException | Error e) {
                progress.failed(
                        "%s%n%s%nTo see it again: bin/simulate %s--seed %d"
                                .formatted(
                                        e.getMessage(),
                                        trace(rootCause(e)),
                                        scenario.option,
                                        seed));
            }
        }
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /// Which seeds were run. **Guard:** its monitor.
    private static final class Progress {
        private final long first;
        private final long end;
        private long next;
        private long passed;
        private long records;
        private boolean failed;

        Progress(long first, long end) {
            this.first = first;
            this.end = end;
            this.next = first;
        }

        /// Empty after the last seed, or when one has failed.
        synchronized OptionalLong next() {
            return failed || next == end ? OptionalLong.empty() : OptionalLong.of(next++);
        }

        synchronized void passed(int acknowledged) {
            records += acknowledged;
            if (++passed % SEEDS_PER_LINE == 0 || passed == end - first) {
                System.out.printf("%,d seeds, %,d acknowledged%n", passed, records);
            }
        }

        synchronized void failed(String story) {
            failed = true;
            System.err.println(story);
        }

        synchronized boolean isFailed() {
            return failed;
        }
    }
}
