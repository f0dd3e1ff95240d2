package io.zurau.broker;

/// Thrown while an answer is awaited: nothing is said, and the connection is closed. To the client
/// its request is lost, and it connects again.
///
/// Carries no stack trace: it tells about a client, not about our code.
public final class ClosesConnection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClosesConnection(String reason) {
        super(reason, null, false, false);
    }
}
