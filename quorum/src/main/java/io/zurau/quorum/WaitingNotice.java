package io.zurau.quorum;

import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the operator why a start takes so long: after some seconds, and then now and again.
///
/// **Owner:** the thread that opens the log.
final class WaitingNotice {
    private static final Logger log = LoggerFactory.getLogger(WaitingNotice.class);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration THEN = Duration.ofSeconds(30);

    private final Clock clock;
    private long nextNanos;

    WaitingNotice(Clock clock) {
        this.clock = clock;
        this.nextNanos = clock.deadline(FIRST);
    }

    /// To be called again and again while waiting.
    ///
    /// @param why a sentence; asked for only when it is told
    void stillWaiting(Supplier<String> why) {
        if (clock.isAhead(nextNanos)) {
            return;
        }
        nextNanos = clock.deadline(THEN);
        log.atWarn().addKeyValue("reason", why.get()).log("Waiting for the metadata quorum");
    }
}
