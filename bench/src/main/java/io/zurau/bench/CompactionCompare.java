package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Measures how long both take to compact a log that was never compacted: from the change of
/// `cleanup.policy` until their checkpoint says that everything but the last segment is done.
public final class CompactionCompare {
    private static final String TOPIC = "table";
    private static final int RECORD_BYTES = 100;
    private static final int RECORDS_PER_KEY = 10;
    private static final long QUIET_MS = 35_000; // Both have synced what was written by then.
    private static final long LIMIT_MS = 600_000;

    private final Options options;
    private final Figures figures = new Figures();

    private CompactionCompare(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(List.of(arguments), List.of("compaction"));
        } catch (IllegalArgumentException e) {
            System.err.println(
                    "compaction: " + e.getMessage() + ". See the head of bench/compaction.");
            System.exit(2);
            return;
        }
        new CompactionCompare(options).run();
    }

    private void run() throws Exception {
        System.err.println(ProcessFacts.machine());
        for (int round = 1; round <= options.rounds(); round++) {
            System.err.println("round " + round + " of " + options.rounds());
            for (Subject subject : options.servers()) {
                subject.measureWith(
                        Map.of("log.cleaner.backoff.ms", "100"),
                        server -> measure(subject, server));
            }
        }
        System.out.println();
        System.out.println(ProcessFacts.machine());
        System.out.printf(
                "%d rounds, %,d records of %d bytes, %,d keys%n%n",
                options.rounds(), records(), RECORD_BYTES, records() / RECORDS_PER_KEY);
        System.out.print(figures.table());
    }

    private long records() {
        return options.bytes() / RECORD_BYTES;
    }

    private double measure(Subject subject, ServerUnderTest server) throws Exception {
        server.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            NewTopic topic = new NewTopic(TOPIC, 1, (short) 1);
            topic.configs(Map.of("cleanup.policy", "delete", "segment.bytes", "67108864"));
            admin.createTopics(List.of(topic)).all().get();
            write(server.bootstrap());
            Thread.sleep(QUIET_MS);
            Path log = server.logDirectory().resolve(TOPIC + "-0");
            long end = activeBase(log);
            long before = size(log);
            double residentBefore = ProcessFacts.residentMb(server.pid());
            double cpuBefore = ProcessFacts.cpuSeconds(server.pid());
            long begin = System.nanoTime();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
            AlterConfigOp compact =
                    new AlterConfigOp(
                            new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(compact))).all().get();
            double residentMost = residentBefore;
            while (cleaned(server.logDirectory()) < end) {
                if (System.nanoTime() - begin > LIMIT_MS * 1_000_000) {
                    throw new IllegalStateException("Compaction does not come to its end.");
                }
                residentMost = Math.max(residentMost, ProcessFacts.residentMb(server.pid()));
                Thread.sleep(10);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            figures.add("compaction: records/s", subject, end / seconds);
            figures.add(
                    "compaction: CPU seconds",
                    subject,
                    ProcessFacts.cpuSeconds(server.pid()) - cpuBefore);
            figures.add("resident MB more than before", subject, residentMost - residentBefore);
            figures.add("MB before", subject, before / 1e6);
            figures.add("MB afterwards", subject, size(log) / 1e6);
            return seconds;
        }
    }

    private void write(String bootstrap) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("linger.ms", "5");
        settings.put("batch.size", "65536");
        Random dice = new Random(1);
        long keys = records() / RECORDS_PER_KEY;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long i = 0; i < records(); i++) {
                byte[] key =
                        "key-%012d".formatted(dice.nextLong(keys)).getBytes(StandardCharsets.UTF_8);
                byte[] value = new byte[RECORD_BYTES - key.length];
                dice.nextBytes(value);
                producer.send(new ProducerRecord<>(TOPIC, key, value));
            }
        }
    }

    private static long activeBase(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .map(name -> Long.parseLong(name.substring(0, name.length() - 4)))
                    .max(Comparator.naturalOrder())
                    .orElse(0L);
        }
    }

    private static long size(Path log) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(log)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".log")).toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    /// Up to where the log is compacted; 0 if the checkpoint does not say.
    private static long cleaned(Path directory) throws IOException {
        Path checkpoint = directory.resolve("cleaner-offset-checkpoint");
        if (!Files.exists(checkpoint)) {
            return 0;
        }
        return Files.readAllLines(checkpoint).stream()
                .filter(line -> line.startsWith(TOPIC + " 0 "))
                .mapToLong(line -> Long.parseLong(line.split(" ")[2]))
                .findFirst()
                .orElse(0);
    }
}
