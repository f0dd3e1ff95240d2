package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.protocol.ErrorCode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/// `zurau topic`: what is done to topics as a whole.
final class TopicCommand {
    private static final Option PARTITIONS =
            Option.of(
                    "-p --partitions",
                    "N",
                    "How many partitions (default: the broker's num.partitions).");
    private static final Option REPLICATION_FACTOR =
            Option.of(
                    "-r --replication-factor",
                    "N",
                    "How many copies (default: the broker's default.replication.factor).");
    private static final Option CONFIG =
            Option.of("-c --config", "KEY=VALUE", "A setting of the topic.").manyTimes();
    private static final Option IF_NOT_EXISTS =
            Option.flag("--if-not-exists", "Succeed if it exists already.");
    private static final Option INTERNAL =
            Option.flag("--internal", "Also the brokers' own topics.");
    private static final int UNSAID = -1;

    static final List<Command> COMMANDS =
            List.of(
                    new Command(
                            "topic create",
                            "Creates a topic.",
                            "TOPIC",
                            1,
                            ClientOptions.with(
                                    PARTITIONS,
                                    REPLICATION_FACTOR,
                                    CONFIG,
                                    IF_NOT_EXISTS,
                                    ClientOptions.OUTPUT),
                            List.of(
                                    "Example: zurau topic create orders --partitions 6 --config retention.ms=86400000"),
                            TopicCommand::create),
                    new Command(
                            "topic list",
                            "Lists the topics.",
                            "",
                            0,
                            ClientOptions.with(INTERNAL, ClientOptions.OUTPUT),
                            List.of("Example: zurau topic list --output json"),
                            TopicCommand::list),
                    new Command(
                            "topic describe",
                            "Shows the partitions and settings of topics.",
                            "TOPIC",
                            Integer.MAX_VALUE,
                            ClientOptions.with(ClientOptions.OUTPUT),
                            List.of("Example: zurau topic describe orders"),
                            TopicCommand::describe),
                    new Command(
                            "topic delete",
                            "Deletes topics with all their records.",
                            "TOPIC",
                            Integer.MAX_VALUE,
                            ClientOptions.with(),
                            List.of("Example: zurau topic delete orders"),
                            TopicCommand::delete));

    private TopicCommand() {}

    private static int create(Given given, PrintWriter out) {
        String topic = given.operands().getFirst();
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        Admin.NewTopic wanted =
                new Admin.NewTopic(
                        topic,
                        (int) given.number(PARTITIONS, UNSAID, 1, Integer.MAX_VALUE),
                        (short) given.number(REPLICATION_FACTOR, UNSAID, 1, Short.MAX_VALUE),
                        given.pairs(CONFIG));
        try (Admin admin = admin(given)) {
            boolean isNew = create(admin, wanted, given.has(IF_NOT_EXISTS));
            switch (output) {
                case TEXT ->
                        out.println(
                                isNew
                                        ? "Created topic " + topic + "."
                                        : "Topic " + topic + " exists already.");
                case JSON -> {
                    Admin.Topic created = admin.describe(List.of(topic)).getFirst();
                    Json.print(out, json -> writeTopic(json, created, admin.settingsOf(topic)));
                }
            }
        }
        return 0;
    }

    /// @return false if it exists already, which is all right if `mayExist`
    private static boolean create(Admin admin, Admin.NewTopic wanted, boolean mayExist) {
        try {
            admin.createTopic(wanted);
            return true;
        } catch (ClientFailure.Refused e) {
            if (!mayExist || e.code() != ErrorCode.TOPIC_ALREADY_EXISTS) {
                throw e;
            }
            return false;
        }
    }

    private static int list(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<Admin.Topic> topics =
                    admin.topics().stream()
                            .filter(topic -> given.has(INTERNAL) || !topic.internal())
                            .toList();
            switch (output) {
                case JSON -> Json.print(out, json -> writeTopics(json, topics));
                case TEXT -> printTopics(out, topics);
            }
        }
        return 0;
    }

    private static void printTopics(PrintWriter out, List<Admin.Topic> topics) {
        if (topics.isEmpty()) {
            return;
        }
        Table table = new Table("TOPIC", "PARTITIONS", "REPLICAS");
        topics.forEach(t -> table.add(t.name(), t.partitions().size(), replicationFactor(t)));
        table.print(out);
    }

    private static void writeTopics(JsonGenerator json, List<Admin.Topic> topics) {
        json.writeStartArray();
        for (Admin.Topic topic : topics) {
            json.writeStartObject();
            json.writeStringProperty("name", topic.name());
            json.writeStringProperty("id", topic.id());
            json.writeBooleanProperty("internal", topic.internal());
            json.writeNumberProperty("partitions", topic.partitions().size());
            json.writeNumberProperty("replicationFactor", replicationFactor(topic));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static int describe(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<Admin.Topic> topics = admin.describe(given.operands());
            Map<String, Map<String, String>> settings = new TreeMap<>();
            topics.forEach(topic -> settings.put(topic.name(), admin.settingsOf(topic.name())));
            switch (output) {
                case JSON ->
                        Json.print(
                                out,
                                json -> {
                                    json.writeStartArray();
                                    topics.forEach(
                                            t -> writeTopic(json, t, settingsOf(settings, t)));
                                    json.writeEndArray();
                                });
                case TEXT -> topics.forEach(t -> printTopic(out, t, settingsOf(settings, t)));
            }
        }
        return 0;
    }

    private static Map<String, String> settingsOf(
            Map<String, Map<String, String>> settings, Admin.Topic topic) {
        return settings.getOrDefault(topic.name(), Map.of());
    }

    private static int delete(Given given, PrintWriter out) {
        try (Admin admin = admin(given)) {
            admin.deleteTopics(given.operands());
        }
        given.operands().forEach(name -> out.println("Deleted topic " + name + "."));
        return 0;
    }

    private static Admin admin(Given given) {
        return Admin.of(ClientOptions.settings(given, Map.of()), ClientOptions.seams());
    }

    private static int replicationFactor(Admin.Topic topic) {
        return topic.partitions().isEmpty() ? 0 : topic.partitions().getFirst().replicas().size();
    }

    private static void printTopic(
            PrintWriter out, Admin.Topic topic, Map<String, String> settings) {
        out.println(topic.name() + "  (id " + topic.id() + ")");
        settings.forEach((key, value) -> out.println("  " + key + " = " + value));
        Table table = new Table("  PARTITION", "LEADER", "EPOCH", "REPLICAS", "IN SYNC");
        for (Admin.Partition partition : topic.partitions()) {
            table.add(
                    "  " + partition.number(),
                    partition.leader() < 0 ? "none" : partition.leader(),
                    partition.leaderEpoch(),
                    partition.replicas(),
                    partition.isr());
        }
        table.print(out);
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
            Json.writeNumbers(json, "replicas", partition.replicas());
            Json.writeNumbers(json, "isr", partition.isr());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
