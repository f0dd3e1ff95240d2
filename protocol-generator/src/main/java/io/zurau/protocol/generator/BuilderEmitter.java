package io.zurau.protocol.generator;

import io.zurau.protocol.generator.FieldType.Primitive;
import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.ArrayList;
import java.util.List;

/// Writes a record's nested `Builder` with the schema's defaults, and the two ways to get one.
final class BuilderEmitter {
    private final Schema schema;

    BuilderEmitter(Schema schema) {
        this.schema = schema;
    }

    void emit(Code code, Struct struct) {
        code.line("/// Begins with the schema's defaults.");
        code.block("public static Builder builder()", body -> body.line("return new Builder();"));
        code.blank();
        code.block(
                "public Builder toBuilder()",
                body -> {
                    body.line("Builder builder = new Builder();");
                    names(struct)
                            .forEach(
                                    name -> body.line("builder." + name + " = this." + name + ";"));
                    body.line("return builder;");
                });
        code.blank();
        code.block("public static final class Builder", body -> builder(body, struct));
    }

    private void builder(Code code, Struct struct) {
        for (Field field : struct.fields()) {
            code.line(
                    "private "
                            + RecordEmitter.type(field)
                            + " "
                            + field.name()
                            + " = "
                            + Defaults.value(field)
                            + ";");
        }
        if (schema.flexible()) {
            code.line("private UnknownTags unknownTags = UnknownTags.NONE;");
        }
        code.blank();
        code.line("private Builder() {}");
        for (Field field : struct.fields()) {
            setter(code, RecordEmitter.type(field), field.name());
            if (isErrorCode(field)) {
                code.blank();
                code.block(
                        "public Builder " + field.name() + "(ErrorCode error)",
                        body -> body.line("return " + field.name() + "(error.code());"));
            }
        }
        if (schema.flexible()) {
            setter(code, "UnknownTags", "unknownTags");
        }
        code.blank();
        code.block(
                "public " + struct.name() + " build()",
                body -> body.line("return new " + struct.name() + "(" + arguments(struct) + ");"));
    }

    static boolean isErrorCode(Field field) {
        return field.type().is(Primitive.INT16)
                && field.name().toLowerCase(java.util.Locale.ROOT).endsWith("errorcode");
    }

    private static void setter(Code code, String type, String name) {
        code.blank();
        code.block(
                "public Builder " + name + "(" + type + " " + name + ")",
                body -> body.line("this." + name + " = " + name + ";").line("return this;"));
    }

    private List<String> names(Struct struct) {
        List<String> names = new ArrayList<>();
        struct.fields().forEach(field -> names.add(field.name()));
        if (schema.flexible()) {
            names.add("unknownTags");
        }
        return names;
    }

    private String arguments(Struct struct) {
        List<String> arguments = new ArrayList<>();
        for (Field field : struct.fields()) {
            String name = field.name();
            String copied = field.type().isArray() ? "List.copyOf(" + name + ")" : name;
            arguments.add(
                    field.type().isArray() && field.nullable()
                            ? name + " == null ? null : " + copied
                            : copied);
        }
        if (schema.flexible()) {
            arguments.add("unknownTags");
        }
        return String.join(", ", arguments);
    }
}
