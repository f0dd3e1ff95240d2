package io.zurau.tests.foreign;

import io.zurau.tests.conformance.KafkaTool;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.util.List;

/// A program that writes a file's lines as records, and records as lines.
enum LineClient {
    ZURAU {
        @Override
        List<String> producing(String topic) {
            return ZurauProcess.command("produce", topic, "-b", Shared.bootstrap());
        }

        @Override
        List<String> consuming(String topic, int count) {
            return ZurauProcess.command(
                    "consume",
                    topic,
                    "--from-beginning",
                    "--max",
                    "" + count,
                    "-b",
                    Shared.bootstrap());
        }

        @Override
        List<String> joining(String topic, String group) {
            return ZurauProcess.command(
                    "consume",
                    topic,
                    "--from-beginning",
                    "--group",
                    group,
                    "-b",
                    Shared.bootstrap());
        }
    },
    KCAT {
        @Override
        List<String> producing(String topic) {
            return List.of(kcat(), "-P", "-b", Shared.bootstrap(), "-t", topic);
        }

        @Override
        List<String> consuming(String topic, int count) {
            return List.of(
                    kcat(),
                    "-C",
                    "-q",
                    "-b",
                    Shared.bootstrap(),
                    "-t",
                    topic,
                    "-o",
                    "beginning",
                    "-c",
                    "" + count);
        }

        @Override
        List<String> joining(String topic, String group) {
            return List.of(
                    kcat(),
                    "-q",
                    "-u",
                    "-b",
                    Shared.bootstrap(),
                    "-X",
                    "auto.offset.reset=earliest",
                    "-G",
                    group,
                    topic);
        }

        private String kcat() {
            return ForeignPrograms.kcat().toString();
        }
    },
    KAFKA_CONSOLE {
        @Override
        List<String> producing(String topic) {
            return KafkaTool.CONSOLE_PRODUCER.command("--topic", topic);
        }

        @Override
        List<String> consuming(String topic, int count) {
            return KafkaTool.CONSOLE_CONSUMER.command(
                    "--topic", topic, "--from-beginning", "--max-messages", "" + count);
        }

        @Override
        List<String> joining(String topic, String group) {
            return KafkaTool.CONSOLE_CONSUMER.command(
                    "--topic", topic, "--from-beginning", "--group", group);
        }
    };

    private static final Path NOTHING = Path.of("/dev/null");

    abstract List<String> producing(String topic);

    abstract List<String> consuming(String topic, int count);

    abstract List<String> joining(String topic, String group);

    /// Starts writing the file's lines.
    ChildProcess produce(Path lines, String topic, Path output) {
        return ChildProcess.startRedirected(this + " producer", producing(topic), lines, output);
    }

    /// Starts reading so many records from the beginning into a file.
    ChildProcess consume(String topic, int count, Path output) {
        return ChildProcess.startRedirected(
                this + " consumer", consuming(topic, count), NOTHING, output);
    }

    /// Starts a member of a group, that reads into a file until it is told to end.
    ChildProcess join(String topic, String group, Path output) {
        return ChildProcess.startRedirected(
                this + " member", joining(topic, group), NOTHING, output);
    }
}
