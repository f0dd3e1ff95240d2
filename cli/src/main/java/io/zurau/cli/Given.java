package io.zurau.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What was given to a command: the values of its options, and its other arguments.
///
/// Hand-written because a library that finds options by reflection took longer than the rest of a
/// start (docs/decisions/0009).
///
/// Immutable.
final class Given {
    private final Map<Option, List<String>> values;
    private final List<String> operands;

    private Given(Map<Option, List<String>> values, List<String> operands) {
        this.values = values;
        this.operands = operands;
    }

    /// Takes `--name VALUE`, `--name=VALUE`, `-n VALUE` and `-nVALUE`; behind `--` nothing is an
    /// option.
    ///
    /// @throws UsageError for the first argument that the command does not take
    static Given parse(Command command, List<String> arguments) {
        Map<Option, List<String>> values = new LinkedHashMap<>();
        List<String> operands = new ArrayList<>();
        boolean optionsEnded = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (optionsEnded || !argument.startsWith("-") || argument.equals("-")) {
                operands.add(argument);
                continue;
            }
            if (argument.equals("--")) {
                optionsEnded = true;
                continue;
            }
            Option option = find(command, argument);
            String value = attached(option, argument, command);
            if (option.takesValue() && value == null) {
                String next = i + 1 < arguments.size() ? arguments.get(i + 1) : null;
                if (next == null || isOption(command, next)) {
                    throw new UsageError(
                            "%s needs a value (%s)%s"
                                    .formatted(option.name(), option.label(), command.seeHelp()));
                }
                value = next;
                i++;
            }
            List<String> all = values.computeIfAbsent(option, o -> new ArrayList<>());
            all.add(value == null ? "" : value);
            if (all.size() > 1 && !option.repeatable()) {
                throw new UsageError(
                        "%s was given twice%s".formatted(option.name(), command.seeHelp()));
            }
        }
        checkOperands(command, operands);
        return new Given(values, operands);
    }

    private static Option find(Command command, String argument) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        for (Option option : command.options()) {
            boolean isShort = !argument.startsWith("--") && option.takesValue();
            if (option.names().contains(name)
                    || (isShort && option.names().contains(argument.substring(0, 2)))) {
                return option;
            }
        }
        throw new UsageError("Unknown option \"%s\"%s".formatted(name, command.seeHelp()));
    }

    private static boolean isOption(Command command, String argument) {
        return command.options().stream().anyMatch(option -> option.names().contains(argument));
    }

    /// The value in the same argument; null if there is none.
    private static @Nullable String attached(Option option, String argument, Command command) {
        int equals = argument.indexOf('=');
        if (equals > 0 && option.names().contains(argument.substring(0, equals))) {
            if (!option.takesValue()) {
                throw new UsageError(
                        "%s takes no value%s".formatted(option.name(), command.seeHelp()));
            }
            return argument.substring(equals + 1);
        }
        return option.names().contains(argument) ? null : argument.substring(2);
    }

    private static void checkOperands(Command command, List<String> operands) {
        int most = command.mostOperands();
        if (operands.size() > most) {
            throw new UsageError(
                    "\"%s\" is one argument too many%s"
                            .formatted(operands.get(most), command.seeHelp()));
        }
        if (most > 0 && (operands.isEmpty() || operands.contains(""))) {
            throw new UsageError(
                    "\"zurau %s\" needs a %s%s"
                            .formatted(command.words(), command.operand(), command.seeHelp()));
        }
    }

    List<String> operands() {
        return operands;
    }

    boolean has(Option option) {
        return values.containsKey(option);
    }

    /// Null if it was not given.
    @Nullable String text(Option option) {
        List<String> all = values.get(option);
        return all == null ? null : all.getFirst();
    }

    /// As often as it was given.
    List<String> texts(Option option) {
        return values.getOrDefault(option, List.of());
    }

    /// @throws UsageError if it is not a number in these bounds, inclusive
    long number(Option option, long otherwise, long least, long most) {
        String text = text(option);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageError(
                "%s is \"%s\", but must be a whole number from %d to %d."
                        .formatted(option.name(), text, least, most));
    }

    /// Null if it was not given; else as [#number].
    @Nullable Integer number(Option option, int least) {
        return has(option) ? (Integer) (int) number(option, 0, least, Integer.MAX_VALUE) : null;
    }

    /// A number of bytes in decimal units.
    ///
    /// @return empty if it was not given
    /// @throws UsageError if it is not that, or zero
    OptionalLong bytes(Option option) {
        String text = text(option);
        if (text == null) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = Bytes.parse(text);
        if (bytes.orElse(0) < 1) {
            throw new UsageError(
                    "%s is \"%s\", but must be a number of bytes, like 800KB or 50MB."
                            .formatted(option.name(), text));
        }
        return bytes;
    }

    /// @throws UsageError if one of them has no `=`
    Map<String, String> pairs(Option option) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : values.getOrDefault(option, List.of())) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new UsageError(
                        "%s is \"%s\", but must be %s."
                                .formatted(option.name(), pair, option.label()));
            }
            pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    /// [OutputFormat#TEXT] if it was not given.
    OutputFormat format(Option option) {
        String text = text(option);
        return switch (text == null ? "text" : text.toLowerCase(Locale.ROOT)) {
            case "text" -> OutputFormat.TEXT;
            case "json" -> OutputFormat.JSON;
            default ->
                    throw new UsageError(
                            "%s is \"%s\", but must be text or json."
                                    .formatted(option.name(), text));
        };
    }
}
