package io.zurau.cli;

import java.util.List;

/// One option of a command.
///
/// @param names the way to write it, a short one first if there is one
/// @param label what its value is called in the help; empty for a switch, which takes none
/// @param repeatable whether it may be given several times
record Option(List<String> names, String label, boolean repeatable, String description) {

    static Option flag(String name, String description) {
        return new Option(List.of(name), "", false, description);
    }

    /// @param names separated by a blank
    static Option of(String names, String label, String description) {
        return new Option(List.of(names.split(" ")), label, false, description);
    }

    Option manyTimes() {
        return new Option(names, label, true, description + " May be given several times.");
    }

    boolean takesValue() {
        return !label.isEmpty();
    }

    /// The name for sentences.
    String name() {
        return names.getLast();
    }
}
