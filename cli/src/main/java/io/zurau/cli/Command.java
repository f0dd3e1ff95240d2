package io.zurau.cli;

import java.io.PrintWriter;
import java.util.List;

/// One command, what it takes, and what it does.
///
/// @param words by which it is called behind `zurau`, for example `topic create`
/// @param operand what its arguments that are no options are called; empty if it takes none
/// @param mostOperands at least one is needed, if it takes any
/// @param footer the last lines of its help
record Command(
        String words,
        String summary,
        String operand,
        int mostOperands,
        List<Option> options,
        List<String> footer,
        Action action) {

    /// What a command does.
    @FunctionalInterface
    interface Action {
        /// @return the exit code
        int run(Given given, PrintWriter out) throws Exception;
    }

    /// Where to read on, for the end of a sentence about wrong usage.
    String seeHelp() {
        return "; see \"zurau " + words + " --help\".";
    }

    String help() {
        StringBuilder text = new StringBuilder("Usage: zurau " + words + " [OPTION]…");
        if (!operand.isEmpty()) {
            text.append(' ').append(operand).append(mostOperands > 1 ? "…" : "");
        }
        text.append('\n').append(summary).append("\n\n");
        for (Option option : options) {
            text.append("  ").append(String.join(", ", option.names()));
            text.append(option.takesValue() ? " " + option.label() : "");
            text.append("\n      ").append(option.description()).append('\n');
        }
        text.append("  -h, --help\n      Shows this text.\n\n");
        footer.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
