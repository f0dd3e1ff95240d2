package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Nothing listens on port 1 of this machine.
final class CommandsTest {
    private static final String NOBODY = "127.0.0.1:1";

    private record Outcome(int code, String error) {}

    private static Outcome run(String... arguments) {
        StringWriter error = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(error));
        return new Outcome(command.execute(arguments), error.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic list",
                "topic describe t",
                "topic create t",
                "topic delete t",
                "consume t",
                "consume t --group g",
                "consume --topic t",
            })
    void brokerThatIsNotThereIsOneSentence(String command) {
        // When
        Outcome outcome = run((command + " -b " + NOBODY).split(" "));
        // Then
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.error().lines()).hasSize(1);
        assertThat(outcome.error()).startsWith("zurau: No broker answers").contains(NOBODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "consume",
                "consume a --topic b",
                "consume t --group g --partition 1",
                "consume t --max many",
                "consume t --output xml",
                "consume t -b localhost",
                "consume t --set max.poll.records=0",
                "consume t --set no.such.setting=1",
                "produce",
                "produce t --compression rar",
                "produce t --set acks=2",
                "topic create",
                "topic describe",
                "topic create t --config",
                "nonsense",
            })
    void wrongUsageIsCodeTwoAndSaidShortly(String command) {
        // When
        Outcome outcome = run(command.split(" "));
        // Then
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.error()).startsWith("zurau: ");
        assertThat(outcome.error().lines().count()).isBetween(1L, 4L);
    }

    @Test
    void fileThatIsNotThereIsNamed(@TempDir Path directory) {
        Outcome missing = run("produce", "t", "--file", directory.resolve("none").toString());
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.error()).contains("no readable file", "none", "--file");

        Outcome folder = run("produce", "t", "--file", directory.toString());
        assertThat(folder.code()).isEqualTo(1);
        assertThat(folder.error()).contains("is a directory");
    }

    @Test
    void separatorIsFoundWhereItFirstStands() {
        assertThat(indexOf("key=value=more", "=")).isEqualTo(3);
        assertThat(indexOf("a:b::c", "::")).isEqualTo(3);
        assertThat(indexOf("=", "=")).isZero();
        assertThat(indexOf("abc", "::")).isEqualTo(-1);
        assertThat(indexOf("abc:", "::")).isEqualTo(-1);
    }

    private static int indexOf(String line, String part) {
        return ProduceCommand.indexOf(
                ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)),
                ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)));
    }
}
