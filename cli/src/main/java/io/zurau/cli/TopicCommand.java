package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.protocol.ErrorCode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;

/// `zurau topic`: what is done to topics as a whole.
@Command(
        name = "topic",
        description = "Creates, lists, describes and deletes topics.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "create|list|describe|delete")
final class TopicCommand {
    @Mixin private ClientOptions client = new ClientOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "create",
            description = "Creates a topic.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example: zurau topic create orders --partitions 6 --config retention.ms=86400000"
            })
    int create(
            @Mixin ClientOptions options,
            @Parameters(paramLabel = "TOPIC", description = "Its name.") String topic,
            @Option(
                            names = {"-p", "--partitions"},
                            paramLabel = "N",
                            defaultValue = "-1",
                            description =
                                    "How many partitions (default: the broker's num.partitions).")
                    int partitions,
            @Option(
                            names = {"-r", "--replication-factor"},
                            paramLabel = "N",
                            defaultValue = "-1",
                            description =
                                    "How many copies (default: the broker's default.replication.factor).")
                    short replicationFactor,
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "KEY=VALUE",
                            description = "A setting of the topic. May be given several times.")
                    Map<String, String> settings,
            @Option(names = "--if-not-exists", description = "Succeed if it exists already.")
                    boolean ifNotExists,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "text|json",
                            defaultValue = "text",
                            description = "For people or for programs.")
                    OutputFormat output) {
        try (Admin admin = admin(options)) {
            admin.createTopic(
                    new Admin.NewTopic(
                            topic,
                            partitions,
                            replicationFactor,
                            settings == null ? Map.of() : settings));
            if (output == OutputFormat.TEXT) {
                out().println("Created topic " + topic + ".");
            }
        } catch (ClientFailure.Refused e) {
            if (!ifNotExists || e.code() != ErrorCode.TOPIC_ALREADY_EXISTS) {
                throw e;
            }
            if (output == OutputFormat.TEXT) {
                out().println("Topic " + topic + " exists already.");
            }
        }
        if (output == OutputFormat.JSON) {
            try (Admin admin = admin(options)) {
                Admin.Topic created = admin.describe(List.of(topic)).getFirst();
                Json.print(out(), json -> writeTopic(json, created, admin.settingsOf(topic)));
            }
        }
        out().flush();
        return 0;
    }

    @Command(
            name = "list",
            description = "Lists the topics.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: zurau topic list --output json"})
    int list(
            @Mixin ClientOptions options,
            @Option(names = "--internal", description = "Also the brokers' own topics.")
                    boolean internal,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "text|json",
                            defaultValue = "text",
                            description = "For people or for programs.")
                    OutputFormat output) {
        try (Admin admin = admin(options)) {
            List<Admin.Topic> topics =
                    admin.topics().stream().filter(t -> internal || !t.internal()).toList();
            if (output == OutputFormat.JSON) {
                Json.print(
                        out(),
                        json -> {
                            json.writeStartArray();
                            for (Admin.Topic topic : topics) {
                                json.writeStartObject();
                                json.writeStringProperty("name", topic.name());
                                json.writeStringProperty("id", topic.id());
                                json.writeBooleanProperty("internal", topic.internal());
                                json.writeNumberProperty("partitions", topic.partitions().size());
                                json.writeNumberProperty(
                                        "replicationFactor", replicationFactor(topic));
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        });
            } else if (!topics.isEmpty()) {
                Table table = new Table("TOPIC", "PARTITIONS", "REPLICAS");
                topics.forEach(
                        t -> table.add(t.name(), t.partitions().size(), replicationFactor(t)));
                table.print(out());
            }
        }
        return 0;
    }

    @Command(
            name = "describe",
            description = "Shows the partitions and settings of topics.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: zurau topic describe orders"})
    int describe(
            @Mixin ClientOptions options,
            @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Their names.")
                    List<String> names,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "text|json",
                            defaultValue = "text",
                            description = "For people or for programs.")
                    OutputFormat output) {
        try (Admin admin = admin(options)) {
            List<Admin.Topic> topics = admin.describe(names);
            Map<String, Map<String, String>> settings = new TreeMap<>();
            topics.forEach(topic -> settings.put(topic.name(), admin.settingsOf(topic.name())));
            if (output == OutputFormat.JSON) {
                Json.print(
                        out(),
                        json -> {
                            json.writeStartArray();
                            for (Admin.Topic topic : topics) {
                                writeTopic(
                                        json, topic, settings.getOrDefault(topic.name(), Map.of()));
                            }
                            json.writeEndArray();
                        });
            } else {
                topics.forEach(
                        topic -> printTopic(topic, settings.getOrDefault(topic.name(), Map.of())));
            }
        }
        return 0;
    }

    @Command(
            name = "delete",
            description = "Deletes topics with all their records.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: zurau topic delete orders"})
    int delete(
            @Mixin ClientOptions options,
            @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Their names.")
                    List<String> names) {
        try (Admin admin = admin(options)) {
            admin.deleteTopics(names);
        }
        names.forEach(name -> out().println("Deleted topic " + name + "."));
        out().flush();
        return 0;
    }

    /// Options may stand before the subcommand or behind it.
    private Admin admin(ClientOptions options) {
        return Admin.of(
                options.isGiven() ? options.with(Map.of()) : client.with(Map.of()),
                ClientOptions.seams());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static int replicationFactor(Admin.Topic topic) {
        return topic.partitions().isEmpty() ? 0 : topic.partitions().getFirst().replicas().size();
    }

    private void printTopic(Admin.Topic topic, Map<String, String> settings) {
        out().println(topic.name() + "  (id " + topic.id() + ")");
        settings.forEach((key, value) -> out().println("  " + key + " = " + value));
        Table table = new Table("  PARTITION", "LEADER", "EPOCH", "REPLICAS", "IN SYNC");
        for (Admin.Partition partition : topic.partitions()) {
            table.add(
                    "  " + partition.number(),
                    partition.leader() < 0 ? "none" : partition.leader(),
                    partition.leaderEpoch(),
                    partition.replicas(),
                    partition.isr());
        }
        table.print(out());
    }

    private static void writeTopic(
            JsonGenerator json, Admin.Topic topic, Map<String, String> settings) {
        json.writeStartObject();
        json.writeStringProperty("name", topic.name());
        json.writeStringProperty("id", topic.id());
        json.writeBooleanProperty("internal", topic.internal());
        json.writeObjectPropertyStart("settings");
        new LinkedHashMap<>(settings).forEach(json::writeStringProperty);
        json.writeEndObject();
        json.writeArrayPropertyStart("partitions");
        for (Admin.Partition partition : topic.partitions()) {
            json.writeStartObject();
            json.writeNumberProperty("partition", partition.number());
            json.writeNumberProperty("leader", partition.leader());
            json.writeNumberProperty("leaderEpoch", partition.leaderEpoch());
            writeNodes(json, "replicas", partition.replicas());
            writeNodes(json, "isr", partition.isr());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeNodes(JsonGenerator json, String name, List<Integer> nodes) {
        json.writeArrayPropertyStart(name);
        nodes.forEach(node -> json.writeNumber(node.intValue()));
        json.writeEndArray();
    }
}
