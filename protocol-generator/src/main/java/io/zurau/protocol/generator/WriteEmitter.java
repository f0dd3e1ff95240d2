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
        boolean refused = !field.ignorable() && !present.always();
        String differs = Defaults.differs(field, member(field));
        String refuse =
                "throw new UnsupportedField(\""
                        + struct.name()
                        + "."
                        + field.name()
                        + "\", version);";
        if (field.tagged()) {
            if (refused) {
                Condition absent = new Condition("!(" + present.java() + ")");
                body.when(absent.and(differs), then -> then.line(refuse));
            }
            return;
        }
        body.when(present, then -> value(then, struct, field, flexibility));
        if (refused) {
            String absent = present.never() ? "" : "!(" + present.java() + ") && ";
            body.block("if (" + absent + differs + ")", then -> then.line(refuse));
        }
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
            body.block(
                    "if (!(" + nullable.java() + ") && " + name + " == null)",
                    then ->
                            then.line(
                                    "throw new UnsupportedField(\""
                                            + struct.name()
                                            + "."
                                            + field.name()
                                            + "\", version);"));
        }
        if (type.isStructArray()) {
            array(body, field, name, flexible);
        } else if (type.isStruct()) {
            struct(body, field, name);
        } else {
            Primitive primitive = ReadEmitter.primitive(type);
            String call = (field.nullable() ? "writeNullable" : "write") + primitive.call;
            boolean length = type.isArray() || primitive.hasLength();
            body.line(
                    "out."
                            + call
                            + (type.isArray() ? "List" : "")
                            + "("
                            + name
                            + (length ? ", " + flexible : "")
                            + ");");
        }
    }

    private static void array(Code body, Field field, String name, String flexible) {
        if (field.nullable()) {
            body.line("if (" + name + " == null) {");
            body.inside(then -> then.line("out.writeNullCount(" + flexible + ");"));
            body.line("} else {");
            body.inside(otherwise -> elements(otherwise, field, name, flexible));
            body.line("}");
        } else {
            elements(body, field, name, flexible);
        }
    }

    private static void elements(Code body, Field field, String name, String flexible) {
        body.line("out.writeCount(" + name + ".size(), " + flexible + ");");
        body.block(
                "for (" + field.type().structName() + " element : " + name + ")",
                loop -> loop.line("element.write(out, version);"));
    }

    private static void struct(Code body, Field field, String name) {
        if (field.nullable()) {
            String presence = field.tagged() ? "writeTaggedPresence" : "writePresence";
            body.line("out." + presence + "(" + name + " != null);");
            body.block(
                    "if (" + name + " != null)", then -> then.line(name + ".write(out, version);"));
        } else {
            body.line(name + ".write(out, version);");
        }
    }

    private static void tagSection(Code code, Struct struct, Flexibility flexibility) {
        code.when(flexibility.named(), body -> tags(body, struct, flexibility));
        if (!flexibility.condition().always()) {
            String otherwise = flexibility.condition().never() ? "" : "if (!flexible) ";
            code.line(otherwise + "unknownTags.requireNone(version);");
        }
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
            body.line("boolean tag" + field.tag() + " = " + here.java() + ";");
            body.block("if (tag" + field.tag() + ")", then -> then.line("tags++;"));
        }
        body.line("out.writeUnsignedVarint(tags);");
        int from = 0;
        for (Field field : tagged) {
            body.line("out.writeTags(unknownTags, " + from + ", " + field.tag() + ");");
            body.block(
                    "if (tag" + field.tag() + ")",
                    then -> {
                        then.line("int start = out.enterTag(" + field.tag() + ");");
                        value(then, struct, field, flexibility);
                        then.line("out.leaveTag(start);");
                    });
            from = field.tag();
        }
        body.line("out.writeTags(unknownTags, " + from + ", Integer.MAX_VALUE);");
    }

    private static String member(Field field) {
        return "this." + field.name();
    }
}
