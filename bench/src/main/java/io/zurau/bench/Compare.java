package io.zurau.bench;

import java.util.List;

/// Measures both servers in turns and prints a table of medians and ratios.
public final class Compare {
    private static final long HEAP_BYTES = 300_000_000;

    private final Options options;
    private final Figures figures = new Figures();

    private Compare(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage() + ". See the head of bench/compare.");
            System.exit(2);
            return;
        }
        new Compare(options).run();
    }

    private void run() throws Exception {
        System.err.println(ProcessFacts.machine());
        if (options.wants("start") || options.wants("restart")) {
            Starts.fresh(options.servers().getFirst()); // Warms this JVM's producer.
        }
        for (int round = 1; round <= options.rounds(); round++) {
            System.err.println("round " + round + " of " + options.rounds());
            for (Subject subject : options.servers()) {
                measure(subject);
            }
        }
        System.out.println();
        System.out.println(ProcessFacts.machine());
        System.out.printf(
                "%d rounds, %,d MB each; Zurau syncs before it acknowledges, Kafka does not%n%n",
                options.rounds(), options.bytes() / 1_000_000);
        System.out.print(figures.table());
    }

    private void measure(Subject subject) throws Exception {
        if (options.wants("start")) {
            figures.add("start to first acknowledged record: ms", subject, Starts.fresh(subject));
        }
        if (options.wants("restart")) {
            figures.add(
                    "restart after kill -9 to first acknowledged: ms",
                    subject,
                    Starts.afterKill(subject, options.bytes()));
        }
        if (options.wants("memory")) {
            figures.add("resident MB, idle", subject, Starts.idleMemory(subject));
        }
        if (options.wants("heap") && subject == Subject.ZURAU) {
            figures.add(
                    "produce 1 KB with a 256 MB heap: MB/s", subject, Starts.smallHeap(HEAP_BYTES));
        }
        if (options.wants("produce") || options.wants("consume")) {
            Throughput.measure(subject, figures, options);
        }
    }
}
