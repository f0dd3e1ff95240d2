package io.zurau.protocol.record;

/// Bytes that are no batch of records: damaged, cut off, lying about themselves, or beyond a bound.
///
/// Carries no stack trace: it tells about the bytes of a stranger, not about our code.
public final class CorruptRecords extends RuntimeException {

    private final String sentence;

    public CorruptRecords(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    /// What is wrong with the bytes.
    public String sentence() {
        return sentence;
    }
}
