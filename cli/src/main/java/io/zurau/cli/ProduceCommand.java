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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `zurau produce`: a record per line of standard input or of a file, byte for byte.
@Command(
        name = "produce",
        description =
                "Writes each line of standard input, or of a file, to a topic; returns when all are acknowledged.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  printf 'first\\nsecond\\n' | zurau produce orders",
            "  zurau produce orders --file orders.txt --key-separator ="
        })
final class ProduceCommand implements Callable<Integer> {
    /// The most that one request may take, and so one line.
    private static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "Where to.")
    private String topic = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read from this file instead of standard input.")
    private @Nullable Path file;

    @Option(
            names = {"-k", "--key-separator"},
            paramLabel = "TEXT",
            description = "What stands before its first occurrence in a line is the key.")
    private @Nullable String keySeparator;

    @Option(
            names = {"-z", "--compression"},
            paramLabel = "CODEC",
            description = "none, gzip, snappy, lz4 or zstd (default: none).")
    private @Nullable String compression;

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Write to this partition only.")
    private @Nullable Integer partition;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    @Override
    public Integer call() throws Exception {
        try (InputStream in = open();
                Producer producer = Producer.of(settings(), ClientOptions.seams())) {
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
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a directory; name a file (--file).");
        }
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException e) {
            throw new NoSuchFileException("There is no readable file " + file + " (--file).");
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("client.id", "zurau-produce");
        settings.put("batch.size", String.valueOf(128 * 1024));
        settings.put("max.request.size", String.valueOf(MAX_LINE_BYTES));
        if (compression != null) {
            settings.put("compression.type", compression);
        }
        return client.with(settings);
    }
}
