package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.SettingEntry;
import io.zurau.client.SettingEntry.Resource;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/// `zurau config`: what topics, brokers, groups and clients' metrics are set to.
final class ConfigCommand {
    private static final String EVERY_BROKER = "all";
    private static final Option ALL =
            Option.flag("-a --all", "Also what is not set, with the defaults.");
    private static final Option SETTING =
            Option.of("-c --config", "KEY=VALUE", "A setting to set.").manyTimes();
    private static final Option DELETE =
            Option.of("-d --delete", "KEY", "A setting to take away, so that its default holds.")
                    .manyTimes();
    private static final Option DRY_RUN =
            Option.flag("--dry-run", "Only asks whether it could be done.");
    private static final String WHAT =
            "WHAT is a topic, broker, group or client-metrics and its name; the brokers together are \"broker all\".";

    static final List<Command> COMMANDS =
            List.of(
                    new Command(
                            "config describe",
                            "Shows what something is set to.",
                            "WHAT NAME",
                            2,
                            ClientOptions.with(ALL, ClientOptions.OUTPUT),
                            List.of(WHAT, "Example: zurau config describe topic orders --all"),
                            ConfigCommand::describe),
                    new Command(
                            "config alter",
                            "Sets something while the cluster runs.",
                            "WHAT NAME",
                            2,
                            ClientOptions.with(SETTING, DELETE, DRY_RUN),
                            List.of(
                                    WHAT,
                                    "Example: zurau config alter group billing --config consumer.session.timeout.ms=50000"),
                            ConfigCommand::alter));

    private ConfigCommand() {}

    /// What a command is about.
    private record Subject(Resource type, String name) {
        static Subject of(Given given) {
            List<String> operands = given.operands();
            if (operands.size() < 2) {
                throw new UsageError("A name is missing behind \"" + operands.getFirst() + "\".");
            }
            String name = operands.get(1);
            return switch (operands.getFirst().toLowerCase(Locale.ROOT)) {
                case "topic" -> new Subject(Resource.TOPIC, name);
                case "broker" ->
                        new Subject(Resource.BROKER, name.equals(EVERY_BROKER) ? "" : name);
                case "group" -> new Subject(Resource.GROUP, name);
                case "client-metrics" -> new Subject(Resource.CLIENT_METRICS, name);
                default ->
                        throw new UsageError(
                                "\"%s\" is none of topic, broker, group and client-metrics."
                                        .formatted(operands.getFirst()));
            };
        }
    }

    private static int describe(Given given, PrintWriter out) {
        Subject subject = Subject.of(given);
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<SettingEntry> entries =
                    admin.settings(subject.type, subject.name).stream()
                            .filter(entry -> given.has(ALL) || entry.isSet())
                            .toList();
            switch (output) {
                case JSON -> Json.print(out, json -> write(json, entries));
                case TEXT -> print(out, entries);
            }
        }
        return 0;
    }

    private static void print(PrintWriter out, List<SettingEntry> entries) {
        if (entries.isEmpty()) {
            out.println("Nothing is set.");
            return;
        }
        Table table = new Table("SETTING", "VALUE", "SET ON");
        for (SettingEntry entry : entries) {
            String value = entry.value();
            table.add(entry.name(), value == null ? "-" : value, words(entry.source()));
        }
        table.print(out);
    }

    private static void write(JsonGenerator json, List<SettingEntry> entries) {
        json.writeStartArray();
        for (SettingEntry entry : entries) {
            json.writeStartObject();
            json.writeStringProperty("name", entry.name());
            json.writeStringProperty("value", entry.value());
            json.writeStringProperty("setOn", words(entry.source()));
            json.writeBooleanProperty("readOnly", entry.readOnly());
            json.writeStringProperty("documentation", entry.documentation());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String words(SettingEntry.Source source) {
        return switch (source) {
            case FILE -> "the node's file";
            case DEFAULT -> "default";
            default -> source.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    private static int alter(Given given, PrintWriter out) {
        Subject subject = Subject.of(given);
        Map<String, Optional<String>> changes = new TreeMap<>();
        given.pairs(SETTING).forEach((key, value) -> changes.put(key, Optional.of(value)));
        for (String key : given.texts(DELETE)) {
            if (changes.put(key, Optional.empty()) != null) {
                throw new UsageError("\"%s\" is both set and taken away.".formatted(key));
            }
        }
        if (changes.isEmpty()) {
            throw new UsageError("Nothing to change: give --config KEY=VALUE or --delete KEY.");
        }
        try (Admin admin = admin(given)) {
            admin.changeSettings(subject.type, subject.name, changes, given.has(DRY_RUN));
        }
        out.println(given.has(DRY_RUN) ? "That could be done." : "Done.");
        return 0;
    }

    private static Admin admin(Given given) {
        return Admin.of(ClientOptions.settings(given, Map.of()), ClientOptions.seams());
    }
}
