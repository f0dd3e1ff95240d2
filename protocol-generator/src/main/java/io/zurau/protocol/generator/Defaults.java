package io.zurau.protocol.generator;

import io.zurau.protocol.generator.FieldType.Primitive;
import io.zurau.protocol.generator.Schema.Field;

/// What a field holds when nobody sets it, as Java.
final class Defaults {
    private Defaults() {}

    static String value(Field field) {
        FieldType type = field.type();
        if (field.nullByDefault()) {
            if (!field.nullable()) {
                throw new IllegalArgumentException(field.name() + " is null but not nullable.");
            }
            return "null";
        }
        if (type.isArray()) {
            return "List.of()";
        }
        Primitive primitive = type.primitive();
        if (primitive == null) {
            return type.structName() + ".DEFAULT";
        }
        String text = field.fallback();
        return switch (primitive) {
            case BOOL -> Boolean.toString(Boolean.parseBoolean(text));
            case INT8 -> "(byte) " + integer(text);
            case INT16 -> "(short) " + integer(text);
            case UINT16, INT32 ->
                    text.equals("-2147483648") ? "Integer.MIN_VALUE" : "" + integer(text);
            case UINT32, INT64 -> integer(text) + "L";
            case FLOAT64 -> text.isEmpty() ? "0.0" : text;
            case UUID -> "Uuid.ZERO";
            case STRING -> '"' + text + '"';
            case BYTES -> "NO_BYTES";
            case RECORDS -> "Payload.EMPTY";
        };
    }

    private static long integer(String text) {
        return text.isEmpty() ? 0 : Long.decode(text);
    }

    /// A Java condition: the field, under that Java name, does not hold its default.
    static String differs(Field field, String name) {
        FieldType type = field.type();
        if (field.nullByDefault()) {
            return name + " != null";
        }
        if (!type.isReference()) {
            return type.is(Primitive.BOOL)
                    ? (value(field).equals("true") ? "!" + name : name)
                    : name + " != " + value(field);
        }
        String orNull = field.nullable() ? name + " == null || " : "";
        String different;
        if (type.isArray()) {
            different = "!" + name + ".isEmpty()";
        } else if (type.is(Primitive.BYTES)) {
            different = name + ".hasRemaining()";
        } else if (type.is(Primitive.RECORDS)) {
            different = name + ".sizeInBytes() != 0";
        } else if (type.isStruct()) {
            // Most often it is the very object, which spares comparing it.
            different =
                    name + " != " + value(field) + " && !" + name + ".equals(" + value(field) + ")";
        } else {
            different = "!" + name + ".equals(" + value(field) + ")";
        }
        return orNull.isEmpty() ? different : "(" + orNull + different + ")";
    }
}
