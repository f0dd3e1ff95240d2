package io.zurau.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The top of the `zurau` command.
@Command(
        name = "zurau",
        description =
                "An event-streaming broker that speaks Apache Kafka's protocol, and the tools to use one.",
        subcommands = {
            StartCommand.class,
            TopicCommand.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "zurau COMMAND --help shows a command's options and an example."})
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /// Carries out one command.
    ///
    /// @return the exit code: 0 done, 1 failed, 2 wrong usage
    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(Main::failed)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    /// One sentence instead of a stack trace; `ZURAU_DEBUG=1` shows the trace too.
    private static int failed(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        String sentence = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        command.getErr().println("zurau: " + sentence);
        if (System.getenv("ZURAU_DEBUG") != null) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return 1;
    }

    /// The version that the build wrote into the jar's manifest.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"zurau " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
