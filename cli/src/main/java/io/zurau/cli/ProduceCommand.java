package io.zurau.cli;

import io.zurau.client.OutgoingRecord;
import io.zurau.client.Producer;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// `zurau produce`: a record per line of standard input or of a file, byte for byte.
final class ProduceCommand {
    private static final Option FILE =
            Option.of("-f --file", "FILE", "Read from this file instead of standard input.");
    private static final Option KEY_SEPARATOR =
            Option.of(
                    "-k --key-separator",
                    "TEXT",
                    "What stands before its first occurrence in a line is the key.");
    private static final Option COMPRESSION =
            Option.of(
                    "-z --compression",
                    "CODEC",
                    "none, gzip, snappy, lz4 or zstd (default: none).");
    private static final Option PARTITION =
            Option.of("-p --partition", "N", "Write to this partition only.");

    static final Command COMMAND =
            new Command(
                    "produce",
                    "Writes each line of standard input, or of a file, to a topic; returns when all are acknowledged.",
                    "TOPIC",
                    1,
                    ClientOptions.with(FILE, KEY_SEPARATOR, COMPRESSION, PARTITION),
                    List.of(
                            "Examples:",
                            "  printf 'first\\nsecond\\n' | zurau produce orders",
                            "  zurau produce orders --file orders.txt --key-separator ="),
                    (given, out) -> new ProduceCommand(given).run());

    /// The most that one request may take, and so one line.
    private static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

    private final Map<String, String> settings;
    private final String topic;
    private final @Nullable String file;
    private final @Nullable String keySeparator;
    private final @Nullable Integer partition;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private ProduceCommand(Given given) {
        this.settings = settings(given);
        this.topic = given.operands().getFirst();
        this.file = given.text(FILE);
        this.keySeparator = given.text(KEY_SEPARATOR);
        this.partition = given.number(PARTITION, 0);
        if (keySeparator != null && keySeparator.isEmpty()) {
            throw new UsageError("--key-separator is empty, but must have at least one character.");
        }
    }

    private int run() throws Exception {
        try (InputStream in = open();
                Producer producer = Producer.of(settings, ClientOptions.seams())) {
            LineReader lines = new LineReader(in, MAX_LINE_BYTES);
            ByteBuffer separator =
                    keySeparator == null
                            ? null
                            : ByteBuffer.wrap(keySeparator.getBytes(StandardCharsets.UTF_8));
            for (ByteBuffer line = lines.next();
                    line != null && failure.get() == null;
                    line = lines.next()) {
                send(producer, record(line, separator, lines.count()));
            }
            producer.flush();
        }
        Throwable first = failure.get();
        if (first != null) {
            throw first instanceof Exception e ? e : new IllegalStateException(first);
        }
        return 0;
    }

    private void send(Producer producer, OutgoingRecord outgoing) {
        producer.send(outgoing)
                .whenComplete(
                        (position, refusal) -> {
                            if (refusal != null) {
                                failure.compareAndSet(null, refusal);
                            }
                        });
    }

    private OutgoingRecord record(ByteBuffer line, @Nullable ByteBuffer separator, long number) {
        ByteBuffer key = null;
        ByteBuffer value = line;
        if (separator != null) {
            int at = indexOf(line, separator);
            if (at < 0) {
                throw new IllegalArgumentException(
                        "Line %d has no \"%s\" (--key-separator).".formatted(number, keySeparator));
            }
            key = line.slice(0, at);
            int start = at + separator.remaining();
            value = line.slice(start, line.remaining() - start);
        }
        return new OutgoingRecord(topic, partition, OutgoingRecord.NOW, key, value, List.of());
    }

    private static int indexOf(ByteBuffer line, ByteBuffer part) {
        int length = part.remaining();
        for (int i = 0; i + length <= line.remaining(); i++) {
            if (line.slice(i, length).equals(part)) {
                return i;
            }
        }
        return -1;
    }

    private InputStream open() throws IOException {
        if (file == null) {
            return System.in;
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new UsageError(file + " is a directory; name a file (--file).");
        }
        try {
            return new FileInputStream(file);
        } catch (FileNotFoundException e) {
            throw new UsageError("There is no readable file " + file + " (--file).");
        }
    }

    private static Map<String, String> settings(Given given) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("client.id", "zurau-produce");
        settings.put("batch.size", String.valueOf(128 * 1024));
        settings.put("max.request.size", String.valueOf(MAX_LINE_BYTES));
        String compression = given.text(COMPRESSION);
        if (compression != null) {
            settings.put("compression.type", compression);
        }
        return ClientOptions.settings(given, settings);
    }
}
