package io.zurau.broker.admin;

import java.util.SortedMap;

/// The loggers of this process: a seam to whatever writes the log. Levels that are changed here are
/// forgotten when the process ends.
public interface LogLevels {
    /// As Kafka calls the logger that all others have their levels from.
    String ROOT = "root";

    /// Each logger's level as it holds: `OFF`, `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    SortedMap<String, String> levels();

    /// @param logger one of [#levels()]
    /// @param level one of the six
    void set(String logger, String level);

    /// Gives the logger the level of its parent.
    ///
    /// @param logger one of [#levels()], but not [#ROOT]
    void unset(String logger);
}
