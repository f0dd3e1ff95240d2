package io.zurau.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.zurau.broker.admin.LogLevels;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/// The levels of Logback's loggers. Where something else writes the log, there are none.
final class LogbackLevels implements LogLevels {
    @Override
    public SortedMap<String, String> levels() {
        SortedMap<String, String> levels = new TreeMap<>();
        context()
                .ifPresent(
                        context ->
                                context.getLoggerList()
                                        .forEach(
                                                logger ->
                                                        levels.put(
                                                                kafkasName(logger.getName()),
                                                                logger.getEffectiveLevel()
                                                                        .toString())));
        return levels;
    }

    @Override
    public void set(String logger, String level) {
        context().ifPresent(context -> logger(context, logger).setLevel(Level.valueOf(level)));
    }

    @Override
    public void unset(String logger) {
        context().ifPresent(context -> logger(context, logger).setLevel(null));
    }

    private static Optional<LoggerContext> context() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                ? Optional.of(context)
                : Optional.empty();
    }

    private static Logger logger(LoggerContext context, String name) {
        return context.getLogger(name.equals(ROOT) ? Logger.ROOT_LOGGER_NAME : name);
    }

    private static String kafkasName(String name) {
        return name.equals(Logger.ROOT_LOGGER_NAME) ? ROOT : name;
    }
}
