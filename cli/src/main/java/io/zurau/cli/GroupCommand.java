package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.GroupDescription;
import io.zurau.client.GroupDescription.Listed;
import io.zurau.client.GroupDescription.PartitionProgress;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/// `zurau group`: which groups there are, and how far they are behind.
final class GroupCommand {
    private static final Option LAG =
            Option.flag("--lag", "Also how far each group is behind, which takes longer.");

    static final List<Command> COMMANDS =
            List.of(
                    new Command(
                            "group list",
                            "Lists the groups.",
                            "",
                            0,
                            ClientOptions.with(LAG, ClientOptions.OUTPUT),
                            List.of("Example: zurau group list --lag"),
                            GroupCommand::list),
                    new Command(
                            "group describe",
                            "Shows the members of groups, and how far they are behind.",
                            "GROUP",
                            Integer.MAX_VALUE,
                            ClientOptions.with(ClientOptions.OUTPUT),
                            List.of(
                                    "LAG is the number of records not consumed yet, BEHIND the age of the oldest of them.",
                                    "Example: zurau group describe billing"),
                            GroupCommand::describe));

    private GroupCommand() {}

    private static int list(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<GroupDescription> groups =
                    given.has(LAG)
                            ? admin.describeGroups(admin.groups())
                            : admin.groups().stream()
                                    .map(g -> new GroupDescription(g, List.of(), List.of()))
                                    .toList();
            switch (output) {
                case JSON -> Json.print(out, json -> writeList(json, groups, given.has(LAG)));
                case TEXT -> printList(out, groups, given.has(LAG));
            }
        }
        return 0;
    }

    private static void printList(PrintWriter out, List<GroupDescription> groups, boolean withLag) {
        if (groups.isEmpty()) {
            return;
        }
        Table table =
                withLag
                        ? new Table("GROUP", "TYPE", "STATE", "LAG", "BEHIND")
                        : new Table("GROUP", "TYPE", "STATE");
        for (GroupDescription one : groups) {
            Listed group = one.group();
            if (withLag) {
                table.add(
                        group.groupId(),
                        group.type(),
                        group.state(),
                        number(one.lag()),
                        Ages.text(one.lagMs()));
            } else {
                table.add(group.groupId(), group.type(), group.state());
            }
        }
        table.print(out);
    }

    private static void writeList(
            JsonGenerator json, List<GroupDescription> groups, boolean withLag) {
        json.writeStartArray();
        for (GroupDescription group : groups) {
            json.writeStartObject();
            writeHead(json, group.group());
            if (withLag) {
                writeLag(json, group.lag(), group.lagMs());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static int describe(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<GroupDescription> groups =
                    admin.describeGroups(named(admin.groups(), given.operands()));
            switch (output) {
                case JSON ->
                        Json.print(
                                out,
                                json -> {
                                    json.writeStartArray();
                                    groups.forEach(group -> writeGroup(json, group));
                                    json.writeEndArray();
                                });
                case TEXT -> groups.forEach(group -> printGroup(out, group));
            }
        }
        return 0;
    }

    private static List<Listed> named(List<Listed> all, List<String> names) {
        List<Listed> named = new ArrayList<>();
        for (String name : names) {
            named.add(
                    all.stream()
                            .filter(group -> group.groupId().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "There is no group \"" + name + "\".")));
        }
        return named;
    }

    private static void printGroup(PrintWriter out, GroupDescription described) {
        Listed group = described.group();
        out.println(
                "%s  (%s, %s, %d members, coordinated by node %d)"
                        .formatted(
                                group.groupId(),
                                group.type(),
                                group.state(),
                                described.members().size(),
                                group.coordinator()));
        if (described.partitions().isEmpty()) {
            out.println("  Nothing is assigned or committed.");
            return;
        }
        Table table = new Table("  TOPIC", "PARTITION", "COMMITTED", "LAG", "BEHIND", "MEMBER");
        for (PartitionProgress one : described.partitions()) {
            table.add(
                    "  " + one.partition().topic(),
                    one.partition().partition(),
                    number(one.committed()),
                    number(one.lag()),
                    Ages.text(one.lagMs()),
                    one.memberId() == null ? "-" : one.memberId());
        }
        table.add(
                "  all together",
                "",
                "",
                number(described.lag()),
                Ages.text(described.lagMs()),
                "");
        table.print(out);
    }

    private static String number(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "-";
    }

    private static void writeGroup(JsonGenerator json, GroupDescription described) {
        json.writeStartObject();
        writeHead(json, described.group());
        writeLag(json, described.lag(), described.lagMs());
        json.writeArrayPropertyStart("members");
        for (GroupDescription.Member member : described.members()) {
            json.writeStartObject();
            json.writeStringProperty("memberId", member.memberId());
            json.writeStringProperty("instanceId", member.instanceId());
            json.writeStringProperty("clientId", member.clientId());
            json.writeStringProperty("host", member.host());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("partitions");
        for (PartitionProgress one : described.partitions()) {
            json.writeStartObject();
            json.writeStringProperty("topic", one.partition().topic());
            json.writeNumberProperty("partition", one.partition().partition());
            writeNumber(json, "committed", one.committed());
            writeLag(json, one.lag(), one.lagMs());
            json.writeStringProperty("memberId", one.memberId());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeHead(JsonGenerator json, Listed group) {
        json.writeStringProperty("group", group.groupId());
        json.writeStringProperty("type", group.type());
        json.writeStringProperty("state", group.state());
        json.writeNumberProperty("coordinator", group.coordinator());
    }

    /// Both are null where the broker does not know them.
    private static void writeLag(JsonGenerator json, OptionalLong lag, OptionalLong lagMs) {
        writeNumber(json, "lag", lag);
        if (lagMs.isPresent()) {
            json.writeNumberProperty("lagSeconds", lagMs.getAsLong() / 1000.0);
        } else {
            json.writeNullProperty("lagSeconds");
        }
    }

    private static void writeNumber(JsonGenerator json, String name, OptionalLong number) {
        if (number.isPresent()) {
            json.writeNumberProperty(name, number.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static Admin admin(Given given) {
        return Admin.of(ClientOptions.settings(given, Map.of()), ClientOptions.seams());
    }
}
