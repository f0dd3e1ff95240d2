package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    private final StringWriter output = new StringWriter();

    private int run(String arguments) throws Exception {
        PrintWriter out = new PrintWriter(output);
        List<String> words = arguments.isEmpty() ? List.of() : List.of(arguments.split(" "));
        int exitCode = Main.run(words, out);
        out.flush();
        return exitCode;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bogus                       | Unknown command \"bogus\"; see \"zurau --help\".",
                "--bogus                     | Unknown option \"--bogus\"; see \"zurau --help\".",
                "topic                       | \"zurau topic\" needs a word more; see \"zurau topic --help\".",
                "topic bogus                 | Unknown command \"topic bogus\"; see \"zurau --help\".",
                "topic create                | \"zurau topic create\" needs a TOPIC; see \"zurau topic create --help\".",
                "topic create a b            | \"b\" is one argument too many; see \"zurau topic create --help\".",
                "topic create a -p many      | --partitions is \"many\", but must be a whole number from 1 to 2147483647.",
                "topic create a -p 0         | --partitions is \"0\", but must be a whole number from 1 to 2147483647.",
                "topic list --internal=yes   | --internal takes no value; see \"zurau topic list --help\".",
                "start --data-dir            | --data-dir needs a value (DIR); see \"zurau start --help\".",
                "start --data-dir --set a=b  | --data-dir needs a value (DIR); see \"zurau start --help\".",
                "start --data-dir=a --data-dir=b | --data-dir was given twice; see \"zurau start --help\".",
                "start --listen here         | --listen is \"here\", but must be HOST:PORT with a port from 0 to 65535.",
                "start --listen a:65536      | --listen is \"a:65536\", but must be HOST:PORT with a port from 0 to 65535.",
                "start --set num.partitions  | --set is \"num.partitions\", but must be KEY=VALUE.",
                "start --config nowhere      | The settings file nowhere (--config) does not exist.",
                "produce t --file nowhere    | There is no readable file nowhere (--file).",
                "cluster bogus               | \"bogus\" is one argument too many; see \"zurau cluster --help\".",
                "cluster rebalance --drain a | --drain is \"a\", but must be node ids with commas between them.",
                "cluster rebalance --throttle=0MB | --throttle is \"0MB\", but must be a number of bytes, like 800KB or 50MB.",
                "cluster demo --nodes 6      | --nodes is \"6\", but must be a whole number from 1 to 5.",
                "consume t -oxml             | --output is \"xml\", but must be text or json.",
            })
    void wrongUsageIsSaidInOneSentence(String arguments, String sentence) {
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> run(arguments.strip()))
                .withMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start --help", "help start", "start --data-dir x -h"})
    void helpShowsTheOptionsOfACommand(String arguments) throws Exception {
        // When
        int exitCode = run(arguments);
        // Then
        assertThat(exitCode).isZero();
        assertThat(output.toString()).contains("--data-dir DIR", "Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "help"})
    void helpNamesTheCommands(String arguments) throws Exception {
        // When
        int exitCode = run(arguments);
        // Then
        assertThat(exitCode).isZero();
        assertThat(output.toString()).contains("start", "topic create", "produce", "consume");
    }

    @Test
    void helpOfAGroupNamesItsCommandsOnly() throws Exception {
        // When
        run("topic --help");
        // Then
        assertThat(output.toString()).contains("topic delete").doesNotContain("consume");
    }

    @Test
    void valuesMayBeAttachedOrFollow() {
        // Given
        List<String> arguments =
                List.of("-k=", "-b", "a:1", "--set=x=y=z", "--set", "u=", "--", "-t");
        // When
        Given given = Given.parse(ProduceCommand.COMMAND, arguments);
        // Then
        assertThat(given.operands()).containsExactly("-t");
        assertThat(given.text(ClientOptions.BOOTSTRAP_SERVER)).isEqualTo("a:1");
        assertThat(given.pairs(ClientOptions.SET)).containsEntry("x", "y=z").containsEntry("u", "");
    }
}
