package io.zurau.cli;

import io.zurau.cli.rebalance.Node;
import io.zurau.cli.rebalance.Partition;
import io.zurau.cli.rebalance.Plan;
import io.zurau.cli.rebalance.Plan.Load;
import io.zurau.cli.rebalance.Plan.Move;
import io.zurau.cli.rebalance.Planner;
import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.ClusterDescription;
import io.zurau.client.Reassignment;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import java.io.Console;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/// `zurau cluster rebalance`: spreads replicas and leaders evenly over the nodes.
final class RebalanceCommand {
    private static final Option DRAIN =
            Option.of(
                    "--drain",
                    "ID,…",
                    "Nodes to empty, before they are stopped for good or because they are gone.");
    private static final Option EXECUTE =
            Option.flag("--execute", "Carries the plan out without a question.");
    private static final Option AT_ONCE =
            Option.of(
                    "--at-once",
                    "N",
                    "How many partitions are on the move at the same time (default: 10).");
    private static final Option THROTTLE =
            Option.of(
                    "--throttle",
                    "SIZE",
                    "The most bytes per second that each node sends, and receives, for moves, for example 50MB (default: no limit). Taken off when all is moved.");
    private static final Option REMOVE_THROTTLE =
            Option.flag(
                    "--remove-throttle",
                    "Makes no plan; takes off every throttle of moves that nodes and topics have, for example one that a killed rebalance has left.");
    private static final Option CANCEL =
            Option.flag(
                    "--cancel",
                    "Makes no plan; leaves all partitions that are being moved where they were.");
    private static final int DEFAULT_AT_ONCE = 10;
    private static final int MOST_AT_ONCE = 1000;

    /// As many lines of moves as fit on a page; JSON has all.
    private static final int MOST_LINES = 20;

    static final Command COMMAND =
            new Command(
                    "cluster rebalance",
                    "Plans how to spread replicas, leaders and bytes evenly, and carries it out.",
                    "",
                    0,
                    ClientOptions.with(
                            DRAIN,
                            EXECUTE,
                            AT_ONCE,
                            THROTTLE,
                            CANCEL,
                            REMOVE_THROTTLE,
                            ClientOptions.OUTPUT),
                    List.of(
                            "Without --execute it shows the plan, and asks if it runs on a terminal.",
                            "",
                            "Examples:",
                            "  zurau cluster rebalance",
                            "  zurau cluster rebalance --drain 4,5 --execute --throttle 50MB"),
                    RebalanceCommand::run);

    private RebalanceCommand() {}

    private static int run(Given given, PrintWriter out) throws InterruptedException {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        Set<Integer> drained = drained(given);
        int atOnce = (int) given.number(AT_ONCE, DEFAULT_AT_ONCE, 1, MOST_AT_ONCE);
        OptionalLong rate = given.bytes(THROTTLE);
        Seams seams = ClientOptions.seams();
        try (Admin admin = Admin.of(ClientOptions.settings(given, Map.of()), seams)) {
            if (given.has(CANCEL)) {
                return cancel(admin, out);
            }
            if (given.has(REMOVE_THROTTLE)) {
                return removeThrottle(admin, out);
            }
            ClusterSnapshot snapshot = ClusterSnapshot.take(admin);
            Plan plan = plan(snapshot, drained);
            Throttling throttling = new Throttling(admin, snapshot.cluster());
            Throttle throttle =
                    rate.isPresent()
                            ? Throttle.of(plan, rate.getAsLong(), throttling.present())
                            : Throttle.NONE;
            switch (output) {
                case TEXT -> print(out, plan);
                case JSON -> Json.print(out, json -> write(json, plan));
            }
            if (!snapshot.rates().isEmpty()) {
                System.err.printf(
                        "zurau: Moves are throttled to %s by what nodes were given; %s takes it off.%n",
                        snapshot.rates().values().iterator().next(), Throttling.BY_HAND);
            }
            if (plan.isEmpty() || !(given.has(EXECUTE) || wanted(output, out))) {
                return 0;
            }
            RebalanceExecution execution =
                    new RebalanceExecution(
                            admin, seams.clock(), atOnce, output == OutputFormat.TEXT ? out : null);
            return carryOut(execution, plan, throttling, throttle) ? 0 : 1;
        }
    }

    /// @return false if something failed; it was said on standard error
    private static boolean carryOut(
            RebalanceExecution execution, Plan plan, Throttling throttling, Throttle throttle)
            throws InterruptedException {
        if (throttle.isEmpty()) {
            return execution.run(plan);
        }
        throttling.refuseIfThereIsOne(throttle);
        System.err.printf(
                "zurau: Should this be killed, the moves go on and the throttle stays, until %s.%n",
                Throttling.BY_HAND);
        boolean done = false;
        try {
            throttling.putOn(throttle);
            done = execution.run(plan);
        } finally {
            done &= throttling.takeOff(throttle);
        }
        return done;
    }

    private static Set<Integer> drained(Given given) {
        Set<Integer> ids = new TreeSet<>();
        String text = given.text(DRAIN);
        for (String id : text == null ? List.<String>of() : List.of(text.split(",", -1))) {
            if (!id.strip().matches("\\d{1,9}")) {
                throw new UsageError(
                        "--drain is \"%s\", but must be node ids with commas between them."
                                .formatted(text));
            }
            ids.add(Integer.valueOf(id.strip()));
        }
        return ids;
    }

    private static int cancel(Admin admin, PrintWriter out) {
        List<TopicPartition> moving =
                admin.reassignments().stream().map(Reassignment::partition).toList();
        Map<TopicPartition, ClientFailure.Refused> refused =
                moving.isEmpty() ? Map.of() : admin.cancelReassignments(moving);
        refused.values().forEach(refusal -> System.err.println("zurau: " + refusal.getMessage()));
        out.printf("Moves cancelled: %d%n", moving.size() - refused.size());
        return refused.isEmpty() ? 0 : 1;
    }

    private static int removeThrottle(Admin admin, PrintWriter out) {
        Throttling throttling = new Throttling(admin, admin.describeCluster());
        Set<String> topics = new TreeSet<>();
        admin.topics().forEach(topic -> topics.add(topic.name()));
        Throttle found = throttling.found(topics);
        found.lines().forEach(out::println);
        if (!throttling.takeOff(found)) {
            return 1;
        }
        out.printf("Settings taken off: %d%n", found.lines().size());
        return 0;
    }

    /// @throws IllegalStateException with a sentence, if the cluster is not in a state to be
    ///   planned for
    /// @throws UsageError if not all of these nodes can be drained
    static Plan plan(ClusterSnapshot snapshot, Set<Integer> drained) {
        if (!snapshot.reassignments().isEmpty()) {
            throw new IllegalStateException(
                    "Partitions still being moved: %d. Wait for them, or give up on them with --cancel."
                            .formatted(snapshot.reassignments().size()));
        }
        Map<Integer, ClusterDescription.Node> active = new TreeMap<>();
        Set<Integer> known = new TreeSet<>();
        for (ClusterDescription.Node node : snapshot.cluster().nodes()) {
            known.add(node.id());
            if (!node.fenced()) {
                active.put(node.id(), node);
            }
        }
        Set<Integer> absent = new TreeSet<>();
        snapshot.partitions().values().forEach(p -> absent.addAll(p.replicas()));
        known.addAll(absent);
        absent.removeAll(active.keySet());
        absent.removeAll(drained);
        if (!absent.isEmpty()) {
            throw new IllegalStateException(
                    "Node %d has replicas but is not there; start it, or give up on it with --drain."
                            .formatted(absent.iterator().next()));
        }
        for (int id : drained) {
            if (!known.contains(id)) {
                throw new UsageError("There is no node %d (--drain).".formatted(id));
            }
        }
        active.keySet().removeAll(drained);
        List<Partition> partitions = new ArrayList<>();
        snapshot.partitions()
                .forEach(
                        (name, partition) ->
                                partitions.add(
                                        new Partition(
                                                name,
                                                partition.replicas(),
                                                partition.leader(),
                                                snapshot.bytesOf(name))));
        try {
            return Planner.plan(
                    active.values().stream().map(RebalanceCommand::node).toList(), partitions);
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private static Node node(ClusterDescription.Node node) {
        String rack = node.rack();
        return new Node(node.id(), rack == null ? "" : rack);
    }

    @SuppressWarnings("SystemConsoleNull") // Without a terminal it is null, on JDK 25, too.
    private static boolean wanted(OutputFormat output, PrintWriter out) {
        Console console = System.console();
        if (output == OutputFormat.JSON || console == null || !console.isTerminal()) {
            return false;
        }
        out.flush();
        String answer = console.readLine("%nCarry it out? [y/N] ");
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    static void print(PrintWriter out, Plan plan) {
        Table loads = new Table("NODE", "REPLICAS", "", "LEADERS", "", "SIZE", "");
        plan.before()
                .forEach(
                        (node, before) -> {
                            Load after = plan.after().getOrDefault(node, new Load(0, 0, 0));
                            loads.add(
                                    node,
                                    before.replicas(),
                                    "→ " + after.replicas(),
                                    before.leaders(),
                                    "→ " + after.leaders(),
                                    Bytes.text(before.bytes()),
                                    "→ " + Bytes.text(after.bytes()));
                        });
        loads.print(out);
        out.println();
        if (plan.isEmpty()) {
            out.println("There is nothing to do.");
            return;
        }
        Table moves = new Table("PARTITION", "REPLICAS", "", "TO COPY");
        plan.moves().stream()
                .limit(MOST_LINES)
                .forEach(
                        move ->
                                moves.add(
                                        move.name(),
                                        move.before(),
                                        "→ " + move.after(),
                                        move.added().isEmpty() ? "-" : Bytes.text(move.bytes())));
        if (!plan.moves().isEmpty()) {
            moves.print(out);
        }
        if (plan.moves().size() > MOST_LINES) {
            out.printf("… and %d more%n", plan.moves().size() - MOST_LINES);
        }
        out.printf(
                "Replicas to copy: %d (%s), leaders to change: %d%n",
                plan.moves().stream().mapToInt(move -> move.added().size()).sum(),
                Bytes.text(plan.bytes()),
                plan.elections().size());
    }

    private static void write(JsonGenerator json, Plan plan) {
        json.writeStartObject();
        json.writeArrayPropertyStart("nodes");
        plan.before()
                .forEach(
                        (node, before) -> {
                            json.writeStartObject();
                            json.writeNumberProperty("id", node);
                            write(json, "before", before);
                            write(
                                    json,
                                    "after",
                                    plan.after().getOrDefault(node, new Load(0, 0, 0)));
                            json.writeEndObject();
                        });
        json.writeEndArray();
        json.writeArrayPropertyStart("moves");
        for (Move move : plan.moves()) {
            json.writeStartObject();
            json.writeStringProperty("topic", move.name().topic());
            json.writeNumberProperty("partition", move.name().partition());
            Json.writeNumbers(json, "before", move.before());
            Json.writeNumbers(json, "after", move.after());
            json.writeNumberProperty("bytes", move.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("elections");
        for (TopicPartition partition : plan.elections()) {
            json.writeStartObject();
            json.writeStringProperty("topic", partition.topic());
            json.writeNumberProperty("partition", partition.partition());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Load load) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("replicas", load.replicas());
        json.writeNumberProperty("leaders", load.leaders());
        json.writeNumberProperty("bytes", load.bytes());
        json.writeEndObject();
    }
}
