package io.zurau.protocol;

/// The bytes are not what the protocol says. The only way in which reading fails; the message is a
/// sentence for the log.
public final class MalformedMessage extends RuntimeException {
    public MalformedMessage(String sentence) {
        super(sentence);
    }

    public MalformedMessage(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
