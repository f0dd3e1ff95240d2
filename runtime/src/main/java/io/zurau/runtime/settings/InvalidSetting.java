package io.zurau.runtime.settings;

/// A setting that is unknown, of the wrong form or beyond its limits. The message is a sentence for
/// the person who wrote it.
public final class InvalidSetting extends RuntimeException {
    private final String key;

    public InvalidSetting(String key, String message) {
        super(message);
        this.key = key;
    }

    /// The key as it was written.
    public String key() {
        return key;
    }
}
