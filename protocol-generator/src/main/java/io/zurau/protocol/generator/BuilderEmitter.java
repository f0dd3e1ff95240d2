package io.zurau.protocol.generator;

import io.zurau.protocol.generator.FieldType.Primitive;
import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes a record's nested `Builder` with the schema's defaults, and the two ways to get one.
final class BuilderEmitter {
    private final Schema schema;

    BuilderEmitter(Schema schema) {
        this.schema = schema;
    }

    void emit(Code code, Struct struct) {
        code.lines(
                """
                /// Begins with the schema's defaults.
                public static Builder builder() {
                    return new Builder();
                }

                public Builder toBuilder() {
                    Builder builder = new Builder();
                """);
        names(struct).forEach(name -> code.line("    builder.%s = this.%s;", name, name));
        code.line("    return builder;").line("}").blank();
        code.block("public static final class Builder", body -> builder(body, struct));
    }

    private void builder(Code code, Struct struct) {
        for (Field field : struct.fields()) {
            String fallback = Defaults.value(field);
            code.line("private %s %s = %s;", RecordEmitter.type(field), field.name(), fallback);
        }
        if (schema.flexible()) {
            code.line("private UnknownTags unknownTags = UnknownTags.NONE;");
        }
        code.blank().line("private Builder() {}");
        for (Field field : struct.fields()) {
            setter(code, RecordEmitter.type(field), field.name());
            if (isErrorCode(field)) {
                code.blank().line("public Builder %s(ErrorCode error) {", field.name());
                code.line("    return %s(error.code());", field.name()).line("}");
            }
        }
        if (schema.flexible()) {
            setter(code, "UnknownTags", "unknownTags");
        }
        code.blank().line("public %s build() {", struct.name());
        code.line("    return new %s(%s);", struct.name(), arguments(struct)).line("}");
    }

    static boolean isErrorCode(Field field) {
        return field.type().is(Primitive.INT16)
                && field.name().toLowerCase(Locale.ROOT).endsWith("errorcode");
    }

    private static void setter(Code code, String type, String name) {
        code.blank().line("public Builder %s(%s %s) {", name, type, name);
        code.line("    this.%s = %s;", name, name).line("    return this;").line("}");
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
