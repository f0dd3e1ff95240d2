package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.Reassignment;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// `zurau cluster`: how the cluster is, on one page.
final class ClusterCommand {
    /// As many lines of a list as fit on a page; JSON has all.
    private static final int MOST_LINES = 20;

    private static final List<Option> OPTIONS = ClientOptions.with(ClientOptions.OUTPUT);

    static final List<Command> COMMANDS =
            List.of(
                    new Command(
                            "cluster",
                            "The same as \"cluster describe\".",
                            "",
                            0,
                            OPTIONS,
                            List.of("Example: zurau cluster --output json"),
                            ClusterCommand::describe),
                    new Command(
                            "cluster describe",
                            "Shows the nodes, and the partitions in need.",
                            "",
                            0,
                            OPTIONS,
                            List.of("Example: zurau cluster describe -b broker1:9092"),
                            ClusterCommand::describe));

    private ClusterCommand() {}

    private static int describe(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        ClusterReport report;
        try (Admin admin =
                Admin.of(ClientOptions.settings(given, Map.of()), ClientOptions.seams())) {
            report =
                    ClusterReport.of(
                            admin.describeCluster(), admin.topics(), admin.reassignments());
        }
        switch (output) {
            case TEXT -> print(out, report);
            case JSON -> Json.print(out, json -> write(json, report));
        }
        return 0;
    }

    static void print(PrintWriter out, ClusterReport report) {
        out.printf(
                "Cluster %s, controller %s%n",
                report.clusterId(), report.controllerId() < 0 ? "none" : report.controllerId());
        Table nodes =
                new Table("NODE", "ADDRESS", "RACK", "STATE", "LEADS", "REPLICAS", "OUT OF SYNC");
        for (ClusterReport.NodeLine node : report.nodes()) {
            nodes.add(
                    node.id(),
                    orDash(node.address()),
                    orDash(node.rack()),
                    word(node.state()) + (node.id() == report.controllerId() ? ", controller" : ""),
                    node.leaders(),
                    node.replicas(),
                    node.outOfSync());
        }
        nodes.print(out);

        if (!report.inNeed().isEmpty()) {
            out.printf("%nPartitions in need: %d%n", report.inNeed().size());
            Table table = new Table("PARTITION", "PROBLEM", "LEADER", "REPLICAS", "IN SYNC");
            report.inNeed().stream()
                    .limit(MOST_LINES)
                    .forEach(
                            found ->
                                    table.add(
                                            found.topic() + "-" + found.partition().number(),
                                            found.problem(),
                                            found.partition().leader() < 0
                                                    ? "none"
                                                    : found.partition().leader(),
                                            found.partition().replicas(),
                                            found.partition().isr()));
            table.print(out);
            printRest(out, report.inNeed().size());
        }

        if (!report.reassignments().isEmpty()) {
            out.printf("%nReassignments under way: %d%n", report.reassignments().size());
            Table table = new Table("PARTITION", "REPLICAS", "ADDING", "REMOVING");
            report.reassignments().stream()
                    .limit(MOST_LINES)
                    .forEach(
                            moving ->
                                    table.add(
                                            moving.topic() + "-" + moving.partition(),
                                            moving.replicas(),
                                            moving.adding(),
                                            moving.removing()));
            table.print(out);
            printRest(out, report.reassignments().size());
        }
    }

    private static void printRest(PrintWriter out, int size) {
        if (size > MOST_LINES) {
            out.printf("… and %d more%n", size - MOST_LINES);
        }
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String word(ClusterReport.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static void write(JsonGenerator json, ClusterReport report) {
        json.writeStartObject();
        json.writeStringProperty("clusterId", report.clusterId());
        json.writeNumberProperty("controller", report.controllerId());
        json.writeArrayPropertyStart("nodes");
        for (ClusterReport.NodeLine node : report.nodes()) {
            json.writeStartObject();
            json.writeNumberProperty("id", node.id());
            json.writeStringProperty("address", node.address().isEmpty() ? null : node.address());
            json.writeStringProperty("rack", node.rack().isEmpty() ? null : node.rack());
            json.writeStringProperty("state", word(node.state()));
            json.writeBooleanProperty("controller", node.id() == report.controllerId());
            json.writeNumberProperty("leaders", node.leaders());
            json.writeNumberProperty("replicas", node.replicas());
            json.writeNumberProperty("outOfSync", node.outOfSync());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("partitionsInNeed");
        for (ClusterReport.InNeed found : report.inNeed()) {
            json.writeStartObject();
            json.writeStringProperty("topic", found.topic());
            json.writeNumberProperty("partition", found.partition().number());
            json.writeStringProperty("problem", found.problem());
            json.writeNumberProperty("leader", found.partition().leader());
            Json.writeNumbers(json, "replicas", found.partition().replicas());
            Json.writeNumbers(json, "isr", found.partition().isr());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("reassignments");
        for (Reassignment moving : report.reassignments()) {
            json.writeStartObject();
            json.writeStringProperty("topic", moving.topic());
            json.writeNumberProperty("partition", moving.partition());
            Json.writeNumbers(json, "replicas", moving.replicas());
            Json.writeNumbers(json, "adding", moving.adding());
            Json.writeNumbers(json, "removing", moving.removing());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
