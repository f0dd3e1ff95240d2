package io.zurau.bench;

import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// One round of Kafka's perf tools against one server that was started for it.
final class Throughput {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int PARTITIONS = 6;
    private static final long WARM_UP_BYTES = 200_000_000;
    private static final Pattern PRODUCED = Pattern.compile("\\(([0-9.]+) MB/sec\\)");
    private static final double MIB = 1 << 20;

    private final ServerUnderTest server;
    private final Subject subject;
    private final Figures figures;
    private final Options options;

    private Throughput(ServerUnderTest server, Subject subject, Figures figures, Options options) {
        this.server = server;
        this.subject = subject;
        this.figures = figures;
        this.options = options;
    }

    static void measure(Subject subject, Figures figures, Options options) throws Exception {
        subject.measure(
                server -> {
                    server.start();
                    new Throughput(server, subject, figures, options).round();
                    return ProcessFacts.residentMb(server.pid());
                });
    }

    private void round() throws Exception {
        topic("warm-up");
        produce(server.bootstrap(), "warm-up", 1000, WARM_UP_BYTES, "16384");
        consume("warm-up", 1000, WARM_UP_BYTES);
        topic("kilobytes");
        if (options.wants("produce")) {
            measured("produce 1 KB, default batch", "kilobytes", 1000, "16384");
            topic("large-batches");
            measured("produce 1 KB, 64 KiB batch", "large-batches", 1000, "65536");
            topic("small");
            measured("produce 100 B, default batch", "small", 100, "16384");
        } else {
            produce(server.bootstrap(), "kilobytes", 1000, options.bytes(), "16384");
        }
        if (options.wants("consume")) {
            double before = ProcessFacts.cpuSeconds(server.pid());
            double rate = consume("kilobytes", 1000, options.bytes());
            double cpu = ProcessFacts.cpuSeconds(server.pid()) - before;
            figures.add("consume 1 KB: MB/s", subject, rate);
            figures.add("consume 1 KB: broker CPU s/GB", subject, cpu / gigabytes());
        }
        figures.add("resident MB after the load", subject, ProcessFacts.residentMb(server.pid()));
    }

    private double gigabytes() {
        return options.bytes() / 1e9;
    }

    private void measured(String what, String topic, int recordBytes, String batchBytes) {
        double before = ProcessFacts.cpuSeconds(server.pid());
        double rate = produce(server.bootstrap(), topic, recordBytes, options.bytes(), batchBytes);
        double cpu = ProcessFacts.cpuSeconds(server.pid()) - before;
        figures.add(what + ": MB/s", subject, rate);
        figures.add(what + ": broker CPU s/GB", subject, cpu / gigabytes());
    }

    private void topic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1))).all().get();
        }
    }

    /// Runs kafka-producer-perf-test and returns MB (of 10^6 bytes) per second.
    static double produce(
            String bootstrap, String topic, int recordBytes, long bytes, String batchBytes) {
        String output =
                run(
                        "org.apache.kafka.tools.ProducerPerformance",
                        "--topic",
                        topic,
                        "--num-records",
                        Long.toString(bytes / recordBytes),
                        "--record-size",
                        Integer.toString(recordBytes),
                        "--throughput",
                        "-1",
                        "--command-property",
                        "acks=all",
                        "--command-property",
                        "batch.size=" + batchBytes,
                        "--bootstrap-server",
                        bootstrap);
        Matcher matcher = PRODUCED.matcher(output);
        double rate = Double.NaN;
        while (matcher.find()) {
            rate = Double.parseDouble(matcher.group(1)) * MIB / 1e6; // The last line sums up.
        }
        if (Double.isNaN(rate)) {
            throw new IllegalStateException("The perf test printed " + output);
        }
        return rate;
    }

    /// Runs kafka-consumer-perf-test and returns MB (of 10^6 bytes) per second while fetching.
    private double consume(String topic, int recordBytes, long bytes) {
        String output =
                run(
                        "org.apache.kafka.tools.ConsumerPerformance",
                        "--topic",
                        topic,
                        "--num-records",
                        Long.toString(bytes / recordBytes),
                        "--timeout",
                        "60000",
                        "--bootstrap-server",
                        server.bootstrap());
        // start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, fetch MB/s, fetch
        // records/s
        String[] columns = output.lines().toList().getLast().split(",");
        return Double.parseDouble(columns[8].trim()) * MIB / 1e6;
    }

    private static String run(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Workspace.java());
        command.addAll(List.of("-Xmx512M", "-server", "-XX:+UseG1GC", "-cp"));
        command.add(Workspace.jars("kafka-tools"));
        command.add(mainClass);
        command.addAll(List.of(arguments));
        Path output = Workspace.newDirectory("perf").resolve("output");
        try (ChildProcess tool = ChildProcess.start(mainClass, command, Map.of(), output)) {
            int exitCode = tool.awaitExit(LIMIT);
            if (exitCode != 0) {
                throw new IllegalStateException(
                        mainClass + " ended with " + exitCode + ": " + tool.output());
            }
            return tool.output();
        }
    }
}
