package io.zurau.cli;

import io.zurau.cli.ClusterReport.InNeed;
import io.zurau.cli.ClusterReport.Moving;
import io.zurau.cli.ClusterReport.NodeLine;
import io.zurau.client.Admin;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/// `zurau cluster`: how the cluster is, on one page.
final class ClusterCommand {
    /// As many lines of a list as fit on a page; JSON has all.
    private static final int MOST_LINES = 20;

    static final List<Command> COMMANDS =
            List.of(command("cluster"), command("cluster show"), RebalanceCommand.COMMAND);

    private ClusterCommand() {}

    private static Command command(String words) {
        return new Command(
                words,
                "Shows the nodes, the partitions in need, and what is being moved.",
                "",
                0,
                ClientOptions.with(ClientOptions.OUTPUT),
                List.of("Example: zurau cluster --output json"),
                ClusterCommand::show);
    }

    private static int show(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        ClusterReport report;
        try (Admin admin =
                Admin.of(ClientOptions.settings(given, Map.of()), ClientOptions.seams())) {
            report = ClusterReport.of(ClusterSnapshot.take(admin));
        }
        switch (output) {
            case TEXT -> print(out, report);
            case JSON -> Json.print(out, json -> write(json, report));
        }
        return 0;
    }

    static void print(PrintWriter out, ClusterReport report) {
        out.printf("Cluster %s%n%n", report.clusterId());
        Table nodes =
                new Table(
                        "NODE",
                        "ADDRESS",
                        "RACK",
                        "STATE",
                        "QUORUM",
                        "LEADS",
                        "REPLICAS",
                        "OUT OF SYNC",
                        "LAG",
                        "SIZE");
        for (NodeLine node : report.nodes()) {
            nodes.add(
                    node.id(),
                    orDash(node.address()),
                    orDash(node.rack()),
                    word(node.state()),
                    word(node.role()),
                    node.leaders(),
                    node.replicas(),
                    node.outOfSync(),
                    node.lag() < 0 ? "?" : node.lag(),
                    node.bytes() < 0 ? "?" : Bytes.text(node.bytes()));
        }
        nodes.print(out);
        out.printf(
                "%nPartitions: %d, in need: %d, being moved: %d%n",
                report.partitions(), report.inNeed().size(), report.reassignments().size());

        Table inNeed =
                new Table(
                        "PARTITION", "PROBLEM", "LEADER", "REPLICAS", "IN SYNC", "RECORDS BEHIND");
        list(
                out,
                report.inNeed(),
                inNeed,
                found ->
                        inNeed.add(
                                found.name(),
                                found.problem(),
                                found.partition().leader() < 0
                                        ? "none"
                                        : found.partition().leader(),
                                found.partition().replicas(),
                                found.partition().isr(),
                                behind(found)));
        Table moving = new Table("PARTITION", "REPLICAS", "ADDING", "REMOVING", "DONE");
        list(
                out,
                report.reassignments(),
                moving,
                on ->
                        moving.add(
                                on.reassignment().partition(),
                                on.reassignment().replicas(),
                                on.reassignment().adding(),
                                on.reassignment().removing(),
                                on.percent() + " % of " + Bytes.text(on.bytes())));
        printRates(out, report.rates());
    }

    /// One line for all nodes with the same rates; mostly these are all.
    private static void printRates(PrintWriter out, SortedMap<Integer, Throttle.Rates> rates) {
        SortedMap<String, List<Integer>> nodes = new TreeMap<>();
        rates.forEach(
                (node, rate) ->
                        nodes.computeIfAbsent(rate.toString(), _ -> new ArrayList<>()).add(node));
        if (!nodes.isEmpty()) {
            out.println();
        }
        nodes.forEach((rate, ids) -> out.printf("Moves throttled to %s on nodes %s%n", rate, ids));
    }

    /// Nothing, if there is nothing in it.
    private static <T> void list(PrintWriter out, List<T> all, Table table, Consumer<T> add) {
        if (all.isEmpty()) {
            return;
        }
        all.stream().limit(MOST_LINES).forEach(add);
        out.println();
        table.print(out);
        if (all.size() > MOST_LINES) {
            out.printf("… and %d more%n", all.size() - MOST_LINES);
        }
    }

    /// Of the replicas that are not in sync, as `node: records`.
    private static String behind(InNeed found) {
        return found.partition().replicas().stream()
                .filter(replica -> !found.partition().isr().contains(replica))
                .map(
                        replica -> {
                            Long lag = found.lags().get(replica);
                            return replica + ": " + (lag == null ? "?" : lag);
                        })
                .collect(Collectors.joining(", "));
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void write(JsonGenerator json, ClusterReport report) {
        json.writeStartObject();
        json.writeStringProperty("clusterId", report.clusterId());
        json.writeNumberProperty("partitions", report.partitions());
        writeAll(json, "nodes", report.nodes(), ClusterCommand::writeNode);
        writeAll(json, "partitionsInNeed", report.inNeed(), ClusterCommand::writeInNeed);
        writeAll(json, "reassignments", report.reassignments(), ClusterCommand::writeMoving);
        writeAll(
                json,
                "throttles",
                List.copyOf(report.rates().entrySet()),
                ClusterCommand::writeRates);
        json.writeEndObject();
    }

    private static <T> void writeAll(
            JsonGenerator json, String name, List<T> all, BiConsumer<JsonGenerator, T> write) {
        json.writeArrayPropertyStart(name);
        for (T one : all) {
            json.writeStartObject();
            write.accept(json, one);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeNode(JsonGenerator json, NodeLine node) {
        json.writeNumberProperty("id", node.id());
        json.writeStringProperty("address", node.address().isEmpty() ? null : node.address());
        json.writeStringProperty("rack", node.rack().isEmpty() ? null : node.rack());
        json.writeStringProperty("state", word(node.state()));
        json.writeStringProperty("quorum", word(node.role()));
        json.writeNumberProperty("leaders", node.leaders());
        json.writeNumberProperty("replicas", node.replicas());
        json.writeNumberProperty("outOfSync", node.outOfSync());
        writeIfKnown(json, "lag", node.lag());
        writeIfKnown(json, "bytes", node.bytes());
    }

    private static void writeIfKnown(JsonGenerator json, String name, long number) {
        if (number < 0) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, number);
        }
    }

    private static void writeInNeed(JsonGenerator json, InNeed found) {
        json.writeStringProperty("topic", found.name().topic());
        json.writeNumberProperty("partition", found.name().partition());
        json.writeStringProperty("problem", found.problem().toString());
        json.writeNumberProperty("leader", found.partition().leader());
        Json.writeNumbers(json, "replicas", found.partition().replicas());
        Json.writeNumbers(json, "isr", found.partition().isr());
        json.writeObjectPropertyStart("lag");
        SortedMap<Integer, Long> lags = found.lags();
        lags.forEach((node, lag) -> json.writeNumberProperty(String.valueOf(node), lag));
        json.writeEndObject();
    }

    private static void writeRates(JsonGenerator json, Map.Entry<Integer, Throttle.Rates> node) {
        json.writeNumberProperty("node", node.getKey());
        writeIfKnown(json, "leaderBytesPerSecond", node.getValue().sending());
        writeIfKnown(json, "followerBytesPerSecond", node.getValue().receiving());
    }

    private static void writeMoving(JsonGenerator json, Moving on) {
        json.writeStringProperty("topic", on.reassignment().partition().topic());
        json.writeNumberProperty("partition", on.reassignment().partition().partition());
        Json.writeNumbers(json, "replicas", on.reassignment().replicas());
        Json.writeNumbers(json, "adding", on.reassignment().adding());
        Json.writeNumbers(json, "removing", on.reassignment().removing());
        json.writeNumberProperty("doneBytes", on.doneBytes());
        json.writeNumberProperty("bytes", on.bytes());
    }
}
