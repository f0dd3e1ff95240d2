package io.zurau.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The topic of a command: behind its name, or by `--topic` as with Kafka's own tools.
final class TopicArgument {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "The topic's name.")
    private @Nullable String positional;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "The same, as Kafka's tools write it.")
    private @Nullable String option;

    String name() {
        String name = positional == null ? option : positional;
        if (name == null || (positional != null && option != null)) {
            throw misuse("Name one topic, for example: zurau " + spec.name() + " orders");
        }
        return name;
    }

    /// Wrong usage of the command: exit code 2.
    ParameterException misuse(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
