package io.zurau.tests.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A file of 100,000 lines goes in by one program and comes out by each, alone and as a group of
/// three.
class LinesRoundTripTest {
    private static final int LINES = 100_000;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Path FOLDER = Workspace.newDirectory("lines");
    private static final Path FILE = FOLDER.resolve("lines.txt");

    /// Lines as logs have them: numbered, of very different lengths, in several scripts, with tabs,
    /// quotes and blanks.
    @BeforeAll
    static void writeTheFile() throws IOException {
        String[] words = {
            "commit", "Zürau", "日本語", "\"quoted\"", "tab\there", "слово", "🙂", "a=b", "\\n", "  "
        };
        Random random = new Random(42);
        try (var file = Files.newBufferedWriter(FILE, UTF_8)) {
            for (int line = 0; line < LINES; line++) {
                int length = line % 5000 == 0 ? 3000 : random.nextInt(25);
                StringBuilder text = new StringBuilder("%06d".formatted(line));
                for (int i = 0; i < length; i++) {
                    text.append(' ').append(words[random.nextInt(words.length)]);
                }
                file.append(text).append('\n');
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LineClient.class)
    void comeOutByteForByte(LineClient producer) throws Exception {
        // Given
        String topic = Clients.newTopic("lines", 1);
        Path silence = FOLDER.resolve(topic + ".produced");

        // When
        try (ChildProcess writing = producer.produce(FILE, topic, silence)) {
            assertThat(writing.awaitExit(LIMIT)).as(writing.output()).isZero();
        }

        // Then
        for (LineClient consumer : LineClient.values()) {
            Path output = FOLDER.resolve(topic + "." + consumer);
            try (ChildProcess reading = consumer.consume(topic, LINES, output)) {
                assertThat(reading.awaitExit(LIMIT)).as(reading.output()).isZero();
            }
            assertThat(Files.mismatch(FILE, output))
                    .as("where %s's lines differ when read by %s", producer, consumer)
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(LineClient.class)
    void areSharedByAGroupOfThree(LineClient program) throws Exception {
        // Given
        String topic = Clients.newTopic("shared-lines", 6);
        String group = Shared.name("line-group");
        List<Path> outputs = new ArrayList<>();
        List<ChildProcess> members = new ArrayList<>();
        try {
            for (int member = 0; member < 3; member++) {
                Path output = FOLDER.resolve(group + "." + member);
                outputs.add(output);
                members.add(program.join(topic, group, output));
            }
            awaitMembers(group, 3);

            // When
            try (ChildProcess writing =
                    program.produce(FILE, topic, FOLDER.resolve(topic + ".produced"))) {
                assertThat(writing.awaitExit(LIMIT)).as(writing.output()).isZero();
            }
            awaitBytes(outputs, Files.size(FILE));
        } finally {
            members.forEach(ChildProcess::terminate);
            members.forEach(ChildProcess::close);
        }

        // Then
        Map<String, Integer> partitions = partitionOfEachLine(topic);
        assertThat(partitions).hasSize(LINES);
        List<String> all = new ArrayList<>();
        for (Path output : outputs) {
            List<String> lines = Files.readAllLines(output);
            assertThat(lines).as("%s has no share", output).isNotEmpty();
            assertOrderIsKept(lines, partitions);
            all.addAll(lines);
        }
        all.sort(null);
        assertThat(all.equals(Files.readAllLines(FILE))).as("the same lines, each once").isTrue();
    }

    private static Map<String, Integer> partitionOfEachLine(String topic) {
        Map<String, Integer> partitions = new HashMap<>();
        for (ConsumerRecord<String, String> record : Clients.readAll(topic)) {
            partitions.put(record.value(), record.partition());
        }
        return partitions;
    }

    /// The lines are numbered in the order in which they were written, so within a partition
    /// numbers must rise.
    private static void assertOrderIsKept(List<String> lines, Map<String, Integer> partitions) {
        Map<Integer, String> last = new HashMap<>();
        for (String line : lines) {
            String before = last.put(partitions.get(line), line);
            assertThat(before == null || before.compareTo(line) < 0)
                    .as("%s before %s", before, line)
                    .isTrue();
        }
    }

    private static void awaitMembers(String group, int count) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (Admin admin = Clients.admin()) {
            while (!stable(admin, group, count)) {
                assertThat(System.nanoTime()).as("members did not come").isLessThan(deadline);
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private static boolean stable(Admin admin, String group, int count)
            throws InterruptedException {
        try {
            var described =
                    admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
            return described != null
                    && described.get().groupState() == GroupState.STABLE
                    && described.get().members().size() == count;
        } catch (ExecutionException e) {
            return false; // Not there yet.
        }
    }

    private static void awaitBytes(List<Path> files, long bytes) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long sum = 0;
        while (sum < bytes) {
            sum = 0;
            for (Path file : files) {
                sum += Files.size(file);
            }
            assertThat(System.nanoTime())
                    .as("only %d of %d bytes came", sum, bytes)
                    .isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
