package io.zurau.broker.partition;

/// What the leader sent cannot be appended here: damaged on its way, or not what follows. Asking
/// again may help.
public final class ReplicaRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReplicaRefused(String sentence) {
        super(sentence);
    }
}
