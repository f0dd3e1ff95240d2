package io.zurau.cli;

/// The command was written in a way that it does not take. The message is one sentence.
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageError(String sentence) {
        super(sentence);
    }
}
