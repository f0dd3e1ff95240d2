package io.zurau.protocol;

/// A message was written at a version that cannot express one of its values.
public final class UnsupportedField extends RuntimeException {
    public UnsupportedField(String field, int version) {
        super("Version " + version + " cannot express the value of " + field + ".");
    }
}
