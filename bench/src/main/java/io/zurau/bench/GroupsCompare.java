package io.zurau.bench;

import java.util.List;
import java.util.Map;

/// Measures what groups and transactions cost: a member that joins, a copy in transactions, and a
/// restart with many groups.
public final class GroupsCompare {
    private static final List<String> PARTS = List.of("join", "copy", "restart");

    private final Options options;
    private final Figures figures = new Figures();

    private GroupsCompare(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(List.of(arguments), PARTS);
        } catch (IllegalArgumentException e) {
            System.err.println("groups: " + e.getMessage() + ". See the head of bench/groups.");
            System.exit(2);
            return;
        }
        new GroupsCompare(options).run();
    }

    private void run() throws Exception {
        System.err.println(ProcessFacts.machine());
        for (int round = 1; round <= options.rounds(); round++) {
            System.err.println("round " + round + " of " + options.rounds());
            for (Subject subject : options.servers()) {
                measure(subject);
            }
        }
        System.out.println();
        System.out.println(ProcessFacts.machine());
        System.out.printf("%d rounds%n%n", options.rounds());
        System.out.print(figures.table());
    }

    private void measure(Subject subject) throws Exception {
        if (options.wants("join")) {
            figures.add(
                    "member 101 joins, until all have 300 partitions, ms",
                    subject,
                    subject.measureWith(Map.of(), JoiningMember::measure));
        }
        if (options.wants("copy")) {
            figures.add(
                    "copy, a transaction per 100 records, records/s",
                    subject,
                    subject.measureWith(Map.of(), new TransactionalCopy(options.bytes())::measure));
        }
        if (options.wants("restart")) {
            figures.add(
                    "restart until offsets of 10,000 groups are served, ms",
                    subject,
                    subject.measureWith(Map.of(), ManyGroups::measure));
        }
    }
}
