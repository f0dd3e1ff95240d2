package io.zurau.protocol.compression;

/// Compressed bytes that cannot be read back: damaged, cut off, or beyond a bound.
///
/// Carries no stack trace: it tells about the bytes of a stranger, not about our code.
public final class BadCompression extends RuntimeException {

    private final String sentence;

    public BadCompression(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    /// What is wrong with the bytes.
    public String sentence() {
        return sentence;
    }
}
