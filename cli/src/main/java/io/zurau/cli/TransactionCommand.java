package io.zurau.cli;

import io.zurau.client.Admin;
import io.zurau.client.TransactionDescription;
import io.zurau.protocol.TopicPartition;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/// `zurau txn`: transactional ids, and their open transactions.
final class TransactionCommand {
    static final List<Command> COMMANDS =
            List.of(
                    new Command(
                            "txn list",
                            "Lists the transactional ids.",
                            "",
                            0,
                            ClientOptions.with(ClientOptions.OUTPUT),
                            List.of("Example: zurau txn list"),
                            TransactionCommand::list),
                    new Command(
                            "txn describe",
                            "Shows the open transactions of transactional ids.",
                            "ID",
                            Integer.MAX_VALUE,
                            ClientOptions.with(ClientOptions.OUTPUT),
                            List.of("Example: zurau txn describe payments-1"),
                            TransactionCommand::describe),
                    new Command(
                            "txn abort",
                            "Aborts the open transaction of a transactional id, and fences its producer.",
                            "ID",
                            1,
                            ClientOptions.with(),
                            List.of(
                                    "The producer that has the id ends with an error; a new one can begin.",
                                    "Example: zurau txn abort payments-1"),
                            TransactionCommand::abort));

    private TransactionCommand() {}

    private static int list(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<TransactionDescription.Listed> all = admin.transactions();
            switch (output) {
                case JSON -> Json.print(out, json -> writeList(json, all));
                case TEXT -> printList(out, all);
            }
        }
        return 0;
    }

    private static void printList(PrintWriter out, List<TransactionDescription.Listed> all) {
        if (all.isEmpty()) {
            return;
        }
        Table table = new Table("ID", "STATE", "PRODUCER", "COORDINATOR");
        all.forEach(
                t -> table.add(t.transactionalId(), t.state(), t.producerId(), t.coordinator()));
        table.print(out);
    }

    private static void writeList(JsonGenerator json, List<TransactionDescription.Listed> all) {
        json.writeStartArray();
        for (TransactionDescription.Listed one : all) {
            json.writeStartObject();
            json.writeStringProperty("transactionalId", one.transactionalId());
            json.writeStringProperty("state", one.state());
            json.writeNumberProperty("producerId", one.producerId());
            json.writeNumberProperty("coordinator", one.coordinator());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static int describe(Given given, PrintWriter out) {
        OutputFormat output = given.format(ClientOptions.OUTPUT);
        try (Admin admin = admin(given)) {
            List<TransactionDescription> all =
                    given.operands().stream().map(admin::describeTransaction).toList();
            switch (output) {
                case JSON ->
                        Json.print(
                                out,
                                json -> {
                                    json.writeStartArray();
                                    all.forEach(one -> write(json, one));
                                    json.writeEndArray();
                                });
                case TEXT -> print(out, all);
            }
        }
        return 0;
    }

    private static void print(PrintWriter out, List<TransactionDescription> all) {
        Table table =
                new Table(
                        "ID",
                        "STATE",
                        "PRODUCER",
                        "EPOCH",
                        "COORDINATOR",
                        "TIMEOUT",
                        "OPEN SINCE",
                        "PARTITIONS");
        for (TransactionDescription one : all) {
            table.add(
                    one.transactionalId(),
                    one.state(),
                    one.producerId(),
                    one.producerEpoch(),
                    one.coordinator(),
                    Ages.text(one.timeoutMs()),
                    one.startMs() < 0 ? "-" : Instant.ofEpochMilli(one.startMs()),
                    one.partitions().isEmpty() ? "-" : partitions(one));
        }
        table.print(out);
    }

    private static String partitions(TransactionDescription one) {
        return one.partitions().stream()
                .map(TopicPartition::toString)
                .collect(Collectors.joining(", "));
    }

    private static void write(JsonGenerator json, TransactionDescription one) {
        json.writeStartObject();
        json.writeStringProperty("transactionalId", one.transactionalId());
        json.writeStringProperty("state", one.state());
        json.writeNumberProperty("producerId", one.producerId());
        json.writeNumberProperty("producerEpoch", one.producerEpoch());
        json.writeNumberProperty("coordinator", one.coordinator());
        json.writeNumberProperty("timeoutMs", one.timeoutMs());
        if (one.startMs() < 0) {
            json.writeNullProperty("startMs");
        } else {
            json.writeNumberProperty("startMs", one.startMs());
        }
        json.writeArrayPropertyStart("partitions");
        for (TopicPartition partition : one.partitions()) {
            json.writeStartObject();
            json.writeStringProperty("topic", partition.topic());
            json.writeNumberProperty("partition", partition.partition());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static int abort(Given given, PrintWriter out) {
        String id = given.operands().getFirst();
        try (Admin admin = admin(given)) {
            admin.abortTransaction(id);
        }
        out.println("Whatever was open of " + id + " is aborted, and its producer is fenced.");
        return 0;
    }

    private static Admin admin(Given given) {
        return Admin.of(ClientOptions.settings(given, Map.of()), ClientOptions.seams());
    }
}
