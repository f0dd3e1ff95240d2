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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `zurau consume`: the records of a topic, a line each, as long as it is not stopped.
@Command(
        name = "consume",
        description = "Prints the records of a topic, a line each, until it is stopped.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  zurau consume orders --from-beginning --until-end",
            "  zurau consume orders --group billing --output json"
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(10);
    private static final int OUTPUT_BUFFER_BYTES = 256 * 1024;

    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "What to read.")
    private String topic = "";

    @Option(
            names = "--from-beginning",
            description =
                    "Start at the first record, not behind the last; with --group, where the group has committed nothing.")
    private boolean fromBeginning;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "Share the partitions with this group's other members, and commit.")
    private @Nullable String group;

    @Option(
            names = {"-n", "--max"},
            paramLabel = "N",
            description = "Stop after this many records.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--until-end", description = "Stop at the end of the topic.")
    private boolean untilEnd;

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Read this partition only.")
    private @Nullable Integer partition;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            description =
                    "text: the value as it is; json: everything about a record (default: text).")
    private OutputFormat output = OutputFormat.TEXT;

    @Option(names = "--print-key", description = "Print the key, too, before the value.")
    private boolean printKey;

    @Option(
            names = {"-k", "--key-separator"},
            paramLabel = "TEXT",
            description = "What stands between key and value (default: a tab).")
    private String keySeparator = "\t";

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopping;

    @Override
    public Integer call() throws IOException {
        if (group != null && partition != null) {
            throw new IllegalArgumentException(
                    "A group chooses the partitions itself: give --group or --partition, not both.");
        }
        Consumer consumer = Consumer.of(settings(), ClientOptions.seams());
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

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("client.id", "zurau-consume");
        settings.put("max.poll.records", "5000");
        settings.put(
                "auto.offset.reset",
                (fromBeginning ? "EARLIEST" : "LATEST").toLowerCase(Locale.ROOT));
        if (group != null) {
            settings.put("group.id", group);
        }
        return client.with(settings);
    }
}
