package io.zurau.cli;

import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `zurau consume`: the records of a topic, a line each, as long as it is not stopped.
final class ConsumeCommand {
    private static final Option FROM_BEGINNING =
            Option.flag(
                    "--from-beginning",
                    "Start at the first record, not behind the last; with --group, where the group has committed nothing.");
    private static final Option GROUP =
            Option.of(
                    "-g --group",
                    "GROUP",
                    "Share the partitions with this group's other members, and commit.");
    private static final Option MAX = Option.of("-n --max", "N", "Stop after this many records.");
    private static final Option UNTIL_END =
            Option.flag("--until-end", "Stop at the end of the topic.");
    private static final Option PARTITION =
            Option.of("-p --partition", "N", "Read this partition only.");
    private static final Option OUTPUT =
            Option.of(
                    "-o --output",
                    "text|json",
                    "text: the value as it is; json: everything about a record (default: text).");
    private static final Option PRINT_KEY =
            Option.flag("--print-key", "Print the key, too, before the value.");
    private static final Option KEY_SEPARATOR =
            Option.of(
                    "-k --key-separator",
                    "TEXT",
                    "What stands between key and value (default: a tab).");

    static final Command COMMAND =
            new Command(
                    "consume",
                    "Prints the records of a topic, a line each, until it is stopped.",
                    "TOPIC",
                    1,
                    ClientOptions.with(
                            FROM_BEGINNING,
                            GROUP,
                            MAX,
                            UNTIL_END,
                            PARTITION,
                            OUTPUT,
                            PRINT_KEY,
                            KEY_SEPARATOR),
                    List.of(
                            "Examples:",
                            "  zurau consume orders --from-beginning --until-end",
                            "  zurau consume orders --group billing --output json"),
                    (given, out) -> new ConsumeCommand(given).run());

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(10);
    private static final int OUTPUT_BUFFER_BYTES = 256 * 1024;

    private final Map<String, String> settings;
    private final String topic;
    private final @Nullable String group;
    private final @Nullable Integer partition;
    private final long max;
    private final boolean untilEnd;
    private final OutputFormat output;
    private final boolean printKey;
    private final String keySeparator;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopping;

    private ConsumeCommand(Given given) {
        this.settings = settings(given);
        this.topic = given.operands().getFirst();
        this.group = given.text(GROUP);
        this.partition = given.number(PARTITION, 0);
        this.max = given.number(MAX, Long.MAX_VALUE, 0, Long.MAX_VALUE);
        this.untilEnd = given.has(UNTIL_END);
        this.output = given.format(OUTPUT);
        this.printKey = given.has(PRINT_KEY);
        this.keySeparator = Objects.requireNonNullElse(given.text(KEY_SEPARATOR), "\t");
        if (group != null && partition != null) {
            throw new UsageError(
                    "A group chooses the partitions itself: give --group or --partition, not both.");
        }
    }

    private int run() throws IOException {
        Consumer consumer = Consumer.of(settings, ClientOptions.seams());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer), "stop"));
        // Flushed after each poll, and never closed: standard output is not this command's own.
        OutputStream out =
                new BufferedOutputStream(
                        new FileOutputStream(FileDescriptor.out), OUTPUT_BUFFER_BYTES);
        try (consumer) {
            start(consumer);
            print(consumer, new RecordPrinter(out, output, printKey, keySeparator));
        } finally {
            done.countDown();
        }
        return 0;
    }

    private void start(Consumer consumer) {
        if (group != null) {
            consumer.subscribe(List.of(topic));
        } else if (partition == null) {
            consumer.assign(consumer.partitionsOf(topic));
        } else {
            consumer.assign(List.of(new TopicPartition(topic, partition)));
        }
    }

    private void print(Consumer consumer, RecordPrinter printer) throws IOException {
        long left = max;
        while (left > 0 && !stopping) {
            List<ConsumedRecord> records = consumer.poll(PATIENCE);
            int count = (int) Math.min(left, records.size());
            for (ConsumedRecord consumed : records.subList(0, count)) {
                if (!printer.print(consumed)) {
                    return; // Nobody reads any more.
                }
            }
            left -= count;
            giveBack(consumer, records.subList(count, records.size()));
            printer.flush();
            if (untilEnd && records.isEmpty() && isAtEnd(consumer)) {
                return;
            }
        }
    }

    /// So that a group's next consumer begins with the first record that was not printed.
    private static void giveBack(Consumer consumer, List<ConsumedRecord> notPrinted) {
        for (ConsumedRecord consumed : notPrinted.reversed()) {
            consumer.seek(
                    new TopicPartition(consumed.topic(), consumed.partition()), consumed.offset());
        }
    }

    private static boolean isAtEnd(Consumer consumer) {
        Map<TopicPartition, Long> positions = consumer.positions();
        return !positions.isEmpty()
                && consumer.endOffsets(positions.keySet()).entrySet().stream()
                        .allMatch(
                                end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /// On a signal: ends the loop and waits until offsets are committed and the group is left.
    private void stop(Consumer consumer) {
        stopping = true;
        consumer.wakeUp();
        try {
            boolean ended = done.await(LONGEST_GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                System.err.println("zurau: stopped without saying goodbye to the group.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> settings(Given given) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("client.id", "zurau-consume");
        settings.put("max.poll.records", "5000");
        settings.put("auto.offset.reset", given.has(FROM_BEGINNING) ? "earliest" : "latest");
        String group = given.text(GROUP);
        if (group != null) {
            settings.put("group.id", group);
        }
        return ClientOptions.settings(given, settings);
    }
}
