package io.zurau.protocol;

import org.jspecify.annotations.Nullable;

/// A message was written at a version that cannot express one of its values.
public final class UnsupportedField extends RuntimeException {
    public UnsupportedField(String field, int version) {
        super("Version " + version + " cannot express the value of " + field + ".");
    }

    /// The value, where the version has no way to say null.
    public static <T> T notNull(@Nullable T value, String field, int version) {
        if (value == null) {
            throw new UnsupportedField(field, version);
        }
        return value;
    }
}
