package io.zurau.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/// Where log lines go: to standard error, a line each, from level WARN on; the environment variable
/// `ZURAU_LOG_LEVEL` says otherwise.
///
/// In code and not in XML because parsing XML would cost a third of the start-up time.
public final class Logging extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder line = new PatternLayoutEncoder();
        line.setContext(context);
        line.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0}: %msg %kvp%n%ex");
        line.start();

        ConsoleAppender<ILoggingEvent> standardError = new ConsoleAppender<>();
        standardError.setContext(context);
        standardError.setTarget("System.err");
        standardError.setEncoder(line);
        standardError.start();

        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        String wanted = System.getenv("ZURAU_LOG_LEVEL");
        root.setLevel(Level.toLevel(wanted, Level.WARN));
        if (wanted == null) {
            // To Ratis it is an error if a peer stops; what matters the quorum says itself.
            context.getLogger("org.apache.ratis").setLevel(Level.OFF);
        }
        root.addAppender(standardError);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
