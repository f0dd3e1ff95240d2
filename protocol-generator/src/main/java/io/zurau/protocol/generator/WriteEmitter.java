package io.zurau.protocol.generator;

import io.zurau.protocol.generator.FieldType.Primitive;
import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.Comparator;
import java.util.List;

/// Writes a record's `write`.
final class WriteEmitter {
    private final Schema schema;

    WriteEmitter(Schema schema) {
        this.schema = schema;
    }

    void emit(Code code, Struct struct) {
        boolean root = schema.isRoot(struct);
        if (root) {
            code.line("@Override");
        }
        code.block(
                (root ? "public " : "") + "void write(ProtocolWriter out, int version)",
                body -> {
                    if (root) {
                        body.line("checkVersion(version);");
                    }
                    Flexibility flexibility = Flexibility.of(schema, struct);
                    flexibility.declare(body);
                    struct.fields().forEach(field -> field(body, struct, field, flexibility));
                    if (schema.flexible()) {
                        tagSection(body, struct, flexibility);
                    }
                });
    }

    private static void field(Code body, Struct struct, Field field, Flexibility flexibility) {
        Condition present = field.versions().within(struct.versions());
        if (!field.tagged()) {
            body.when(present, then -> value(then, struct, field, flexibility));
        }
        if (!field.ignorable()) {
            Condition lost = present.not().and(Defaults.differs(field, member(field)));
            body.when(lost, then -> refuse(then, struct, field));
        }
    }

    private static void refuse(Code body, Struct struct, Field field) {
        body.line("throw new UnsupportedField(\"%s.%s\", version);", struct.name(), field.name());
    }

    private static void value(Code body, Struct struct, Field field, Flexibility flexibility) {
        FieldType type = field.type();
        String name = member(field);
        String flexible = flexibility.argument(field);
        Condition nullable = field.nullableVersions().within(field.versions());
        if (!nullable.always() && !nullable.never()) {
            if (type.isStruct()) {
                throw new IllegalArgumentException(
                        field.name() + " is nullable in some versions only.");
            }
            body.when(nullable.not().and(name + " == null"), then -> refuse(then, struct, field));
        }
        if (type.isStructArray()) {
            array(body, field, name, flexible);
        } else if (type.isStruct()) {
            struct(body, field, name);
        } else {
            Primitive primitive = ReadEmitter.primitive(type);
            body.line(
                    "out.write%s%s%s(%s%s);",
                    field.nullable() ? "Nullable" : "",
                    primitive.call,
                    type.isArray() ? "List" : "",
                    name,
                    type.isArray() || primitive.hasLength() ? ", " + flexible : "");
        }
    }

    private static void array(Code body, Field field, String name, String flexible) {
        if (field.nullable()) {
            body.line("if (%s == null) {", name);
            body.line("    out.writeNullCount(%s);", flexible);
            body.line("} else {");
            body.inside(otherwise -> elements(otherwise, field, name, flexible));
            body.line("}");
        } else {
            elements(body, field, name, flexible);
        }
    }

    private static void elements(Code body, Field field, String name, String flexible) {
        body.line("out.writeCount(%s.size(), %s);", name, flexible);
        body.line("for (%s element : %s) {", String.valueOf(field.type().structName()), name);
        body.line("    element.write(out, version);");
        body.line("}");
    }

    private static void struct(Code body, Field field, String name) {
        if (field.nullable()) {
            String presence = field.tagged() ? "writeTaggedPresence" : "writePresence";
            body.line("out.%s(%s != null);", presence, name);
            body.line("if (%s != null) {", name);
            body.line("    %s.write(out, version);", name);
            body.line("}");
        } else {
            body.line("%s.write(out, version);", name);
        }
    }

    private static void tagSection(Code code, Struct struct, Flexibility flexibility) {
        code.when(flexibility.named(), body -> tags(body, struct, flexibility));
        code.when(
                flexibility.named().not(), body -> body.line("unknownTags.requireNone(version);"));
    }

    private static void tags(Code body, Struct struct, Flexibility flexibility) {
        List<Field> tagged =
                struct.fields().stream()
                        .filter(Field::tagged)
                        .sorted(Comparator.comparingInt(Field::tag))
                        .toList();
        if (tagged.isEmpty()) {
            body.line("out.writeTags(unknownTags);");
            return;
        }
        body.line("int tags = unknownTags.count();");
        for (Field field : tagged) {
            Condition here =
                    field.versions()
                            .within(flexibility.versions())
                            .and(Defaults.differs(field, member(field)));
            body.line("boolean tag%d = %s;", field.tag(), here.java());
            body.line("if (tag%d) {", field.tag()).line("    tags++;").line("}");
        }
        body.line("out.writeUnsignedVarint(tags);");
        int from = 0;
        for (Field field : tagged) {
            body.line("out.writeTags(unknownTags, %d, %d);", from, field.tag());
            body.line("if (tag%d) {", field.tag());
            body.line("    int start = out.enterTag(%d);", field.tag());
            body.inside(then -> value(then, struct, field, flexibility));
            body.line("    out.leaveTag(start);");
            body.line("}");
            from = field.tag();
        }
        body.line("out.writeTags(unknownTags, %d, Integer.MAX_VALUE);", from);
    }

    private static String member(Field field) {
        return "this." + field.name();
    }
}
