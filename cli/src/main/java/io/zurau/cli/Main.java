package io.zurau.cli;

import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.server.StartRefused;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The top of the `zurau` command.
public final class Main {
    private static final List<Command> COMMANDS =
            Stream.of(
                            List.of(StartCommand.COMMAND),
                            ClusterCommand.COMMANDS,
                            List.of(ClusterDemoCommand.COMMAND),
                            TopicCommand.COMMANDS,
                            GroupCommand.COMMANDS,
                            TransactionCommand.COMMANDS,
                            ConfigCommand.COMMANDS,
                            List.of(ProduceCommand.COMMAND, ConsumeCommand.COMMAND))
                    .flatMap(List::stream)
                    .toList();

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /// Carries out one command.
    ///
    /// @return the exit code: 0 done, 1 failed, 2 wrong usage or a refused start
    static int run(String... arguments) {
        PrintWriter out = new PrintWriter(System.out, false, System.out.charset());
        try {
            return run(Arrays.asList(arguments), out);
        } catch (UsageError | InvalidSetting | StartRefused e) {
            return failed(e, 2);
        } catch (Exception e) {
            return failed(e, 1);
        } finally {
            out.flush();
        }
    }

    /// One sentence instead of a stack trace; `ZURAU_DEBUG=1` shows the trace too.
    private static int failed(Exception failure, int exitCode) {
        String sentence = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        System.err.println("zurau: " + sentence);
        if (System.getenv("ZURAU_DEBUG") != null) {
            failure.printStackTrace();
        }
        return exitCode;
    }

    /// @throws UsageError if there is no such command, or it does not take these arguments
    static int run(List<String> arguments, PrintWriter out) throws Exception {
        String first = arguments.isEmpty() ? "--help" : arguments.getFirst();
        List<String> rest =
                arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        return switch (first) {
            case "-V", "--version" -> say(out, version());
            case "-h", "--help" -> say(out, help(COMMANDS));
            case "help" -> {
                List<String> about = new ArrayList<>(rest);
                about.add("--help");
                yield run(about, out);
            }
            default -> run(first, rest, out);
        };
    }

    private static int run(String first, List<String> rest, PrintWriter out) throws Exception {
        List<Command> group =
                COMMANDS.stream().filter(c -> c.words().startsWith(first + " ")).toList();
        for (int i = 0; i < rest.size(); i++) { // Options may stand before the second word.
            String words = first + " " + rest.get(i);
            for (Command command : group) {
                if (command.words().equals(words)) {
                    List<String> others = new ArrayList<>(rest);
                    others.remove(i);
                    return run(command, others, out);
                }
            }
        }
        if (!group.isEmpty() && asksForHelp(rest)) {
            return say(out, help(group));
        }
        for (Command command : COMMANDS) {
            if (command.words().equals(first)) {
                return run(command, rest, out);
            }
        }
        if (!group.isEmpty() && rest.isEmpty()) {
            throw new UsageError(
                    "\"zurau %s\" needs a word more; see \"zurau %s --help\"."
                            .formatted(first, first));
        }
        String unknown = group.isEmpty() ? first : first + " " + rest.getFirst();
        throw new UsageError(
                "Unknown %s \"%s\"; see \"zurau --help\"."
                        .formatted(first.startsWith("-") ? "option" : "command", unknown));
    }

    private static int run(Command command, List<String> arguments, PrintWriter out)
            throws Exception {
        return asksForHelp(arguments)
                ? say(out, command.help())
                : command.action().run(Given.parse(command, arguments), out);
    }

    private static boolean asksForHelp(List<String> arguments) {
        return arguments.contains("--help") || arguments.contains("-h");
    }

    private static int say(PrintWriter out, String text) {
        out.println(text.stripTrailing());
        return 0;
    }

    private static String help(List<Command> commands) {
        StringBuilder text = new StringBuilder();
        text.append("Usage: zurau COMMAND [OPTION]…\n");
        text.append("A broker that speaks Apache Kafka's protocol, and the tools to use one.\n\n");
        for (Command command : commands) {
            text.append("  %-16s %s%n".formatted(command.words(), command.summary()));
        }
        text.append(
                "\n\"zurau COMMAND --help\" shows a command's options; \"zurau --version\" the version.");
        return text.toString();
    }

    /// The version that the build wrote into the jar's manifest.
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "zurau " + (version == null ? "(unpackaged)" : version);
    }
}
