package io.zurau.protocol.generator;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a field can hold: a primitive, a struct, or an array of either. The protocol has no arrays
/// of arrays.
record FieldType(@Nullable Primitive primitive, @Nullable String structName, boolean isArray) {

    /// The types with an encoding of their own.
    enum Primitive {
        BOOL("boolean", "Boolean", "Boolean"),
        INT8("byte", "Byte", "Byte"),
        INT16("short", "Short", "Short"),
        UINT16("int", "Integer", "UnsignedShort"),
        INT32("int", "Integer", "Int"),
        UINT32("long", "Long", "UnsignedInt"),
        INT64("long", "Long", "Long"),
        FLOAT64("double", "Double", "Double"),
        UUID("Uuid", "Uuid", "Uuid"),
        STRING("String", "String", "String"),
        BYTES("ByteBuffer", "ByteBuffer", "Bytes"),
        RECORDS("Payload", "Payload", "Payload");

        final String java; // The type in a record.
        final String boxed; // The type in a list.
        final String call; // What follows `read` and `write` in the name of the method.

        Primitive(String java, String boxed, String call) {
            this.java = java;
            this.boxed = boxed;
            this.call = call;
        }

        /// Whether its encoding has a length, which differs in flexible versions.
        boolean hasLength() {
            return this == STRING || this == BYTES || this == RECORDS;
        }

        boolean isReference() {
            return this == UUID || hasLength();
        }
    }

    static FieldType parse(String text) {
        boolean array = text.startsWith("[]");
        String element = array ? text.substring(2) : text;
        for (Primitive primitive : Primitive.values()) {
            if (primitive.name().equals(element.toUpperCase(Locale.ROOT))) {
                return new FieldType(primitive, null, array);
            }
        }
        if (!Character.isUpperCase(element.charAt(0))) {
            throw new IllegalArgumentException("The type " + text + " is not known.");
        }
        return new FieldType(null, element, array);
    }

    boolean is(Primitive wanted) {
        return primitive == wanted && !isArray;
    }

    boolean isStructArray() {
        return isArray && structName != null;
    }

    boolean isStruct() {
        return !isArray && structName != null;
    }

    /// The type of one element of an array, or of the field itself.
    FieldType element() {
        return new FieldType(primitive, structName, false);
    }

    boolean isReference() {
        return isArray || primitive == null || primitive.isReference();
    }

    /// The element as a type argument in Java.
    String boxed() {
        return primitive == null ? String.valueOf(structName) : primitive.boxed;
    }

    /// As a type in Java.
    String java() {
        if (isArray) {
            return "List<" + boxed() + ">";
        }
        return primitive == null ? String.valueOf(structName) : primitive.java;
    }
}
