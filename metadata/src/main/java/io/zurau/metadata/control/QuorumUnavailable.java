package io.zurau.metadata.control;

/// No majority of the quorum answered in time: the change may or may not become committed.
public final class QuorumUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    QuorumUnavailable(String reason) {
        super(reason);
    }
}
