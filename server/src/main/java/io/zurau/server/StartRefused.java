package io.zurau.server;

/// The node cannot start as it was told to. The message is one sentence for the person who started
/// it.
public final class StartRefused extends RuntimeException {
    public StartRefused(String message) {
        super(message);
    }

    public StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
