package io.zurau.protocol.generator;

import io.zurau.protocol.generator.FieldType.Primitive;
import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Writes a record's `read`, and `readList` for structs that stand in arrays.
final class ReadEmitter {
    /// What the method itself calls `in`, `version` and so on.
    private static final Set<String> TAKEN =
            Set.of("in", "version", "flexible", "unknown", "tag", "tags", "outerLimit");

    private static final String LIST =
            """
            static List<TYPE> readList(ProtocolReader in, int version) {
                return readElements(in, version, in.readCount(FLEXIBLE));
            }
            """;

    private static final String NULLABLE_LIST =
            """
            static @Nullable List<TYPE> readNullableList(ProtocolReader in, int version) {
                int count = in.readNullableCount(FLEXIBLE);
                return count == -1 ? null : readElements(in, version, count);
            }
            """;

    private static final String ELEMENTS =
            """
            private static List<TYPE> readElements(ProtocolReader in, int version, int count) {
                if (count == 0) {
                    return List.of();
                }
                List<TYPE> list = ProtocolReader.newList(count);
                for (int i = 0; i < count; i++) {
                    list.add(read(in, version));
                }
                return Collections.unmodifiableList(list);
            }
            """;

    private final Schema schema;

    ReadEmitter(Schema schema) {
        this.schema = schema;
    }

    void emit(Code code, Struct struct) {
        code.line("/// Reads the fields of that version; the others get their defaults.");
        code.block(
                "public static " + struct.name() + " read(ProtocolReader in, int version)",
                body -> {
                    if (schema.isRoot(struct)) {
                        body.line("checkVersion(version);");
                    }
                    Flexibility flexibility = Flexibility.of(schema, struct);
                    flexibility.declare(body);
                    struct.fields().forEach(field -> inlineField(body, struct, field, flexibility));
                    if (schema.flexible()) {
                        tagSection(body, struct, flexibility);
                    }
                    body.line("return new %s(%s);", struct.name(), arguments(struct));
                });
    }

    private String arguments(Struct struct) {
        Stream<String> fields = struct.fields().stream().map(field -> local(field.name()));
        Stream<String> tags =
                schema.flexible()
                        ? Stream.of("UnknownTags.Collector.collected(unknown)")
                        : Stream.of();
        return String.join(", ", Stream.concat(fields, tags).toList());
    }

    private void inlineField(Code body, Struct struct, Field field, Flexibility flexibility) {
        String value = Defaults.value(field);
        if (!field.tagged()) {
            Condition present = field.versions().within(struct.versions());
            value = present.choose(parenthesized(expression(field, flexibility)), value);
        }
        body.line("%s %s = %s;", field.type().java(), local(field.name()), value);
    }

    private static String parenthesized(String expression) {
        return expression.contains(" ? ") ? "(" + expression + ")" : expression;
    }

    /// How the field is read in a version that has it.
    private String expression(Field field, Flexibility flexibility) {
        String notNull = expression(field, flexibility, false);
        if (!field.nullable()) {
            return notNull;
        }
        Condition nullable = field.nullableVersions().within(field.versions());
        return nullable.choose(expression(field, flexibility, true), notNull);
    }

    private String expression(Field field, Flexibility flexibility, boolean nullable) {
        FieldType type = field.type();
        String prefix = nullable ? "readNullable" : "read";
        String flexible = flexibility.argument(field);
        if (type.isStructArray()) {
            return type.structName() + "." + prefix + "List(in, version)";
        }
        if (type.isStruct()) {
            String read = type.structName() + ".read(in, version)";
            String presence = field.tagged() ? "in.readTaggedPresence()" : "in.readPresence()";
            return nullable ? presence + " ? " + read + " : null" : read;
        }
        Primitive primitive = primitive(type);
        if (type.isArray()) {
            return "in." + prefix + primitive.call + "List(" + flexible + ")";
        }
        return primitive.hasLength()
                ? "in." + prefix + primitive.call + "(" + flexible + ")"
                : "in.read" + primitive.call + "()";
    }

    static Primitive primitive(FieldType type) {
        Primitive primitive = type.primitive();
        if (primitive == null) {
            throw new IllegalStateException(type + " is no primitive.");
        }
        return primitive;
    }

    private void tagSection(Code code, Struct struct, Flexibility flexibility) {
        code.line("UnknownTags.Collector unknown = null;");
        code.when(flexibility.named(), body -> tagLoop(body, struct, flexibility));
    }

    private void tagLoop(Code body, Struct struct, Flexibility flexibility) {
        body.line("int tag = -1;");
        body.block(
                "for (int tags = in.readTagCount(); tags > 0; tags--)",
                loop -> {
                    loop.line("tag = in.readTag(tag);");
                    loop.line("int outerLimit = in.enterTag();");
                    tagBranches(loop, struct, flexibility);
                    loop.line("in.leaveTag(outerLimit);");
                });
    }

    private void tagBranches(Code loop, Struct struct, Flexibility flexibility) {
        String keep = "unknown = UnknownTags.Collector.add(unknown, tag, in);";
        String otherwise = "";
        for (Field field : struct.fields()) {
            if (field.tagged()) {
                Versions versions = field.versions();
                Condition here =
                        versions.within(flexibility.versions()).and("tag == " + field.tag());
                loop.line("%sif (%s) {", otherwise, here.java());
                loop.line("    %s = %s;", local(field.name()), expression(field, flexibility));
                otherwise = "} else ";
            }
        }
        if (otherwise.isEmpty()) {
            loop.lines(keep);
        } else {
            loop.line("} else {").line("    %s", keep).line("}");
        }
    }

    /// For structs in arrays: reads them all; null only where `readNullableList` is called.
    void emitLists(Code code, Struct struct) {
        List<Field> uses =
                Stream.concat(Stream.of(schema.root()), schema.structs().stream())
                        .flatMap(owner -> owner.fields().stream())
                        .filter(field -> field.type().isStructArray())
                        .filter(field -> struct.name().equals(field.type().structName()))
                        .toList();
        if (uses.isEmpty()) {
            return;
        }
        String flexible = Flexibility.of(schema, struct).condition().java();
        if (uses.stream().anyMatch(field -> !field.nullableVersions().contains(field.versions()))) {
            list(code, LIST, struct, flexible);
        }
        if (uses.stream().anyMatch(Field::nullable)) {
            list(code, NULLABLE_LIST, struct, flexible);
        }
        list(code, ELEMENTS, struct, flexible);
    }

    private static void list(Code code, String template, Struct struct, String flexible) {
        code.blank().lines(template.replace("TYPE", struct.name()).replace("FLEXIBLE", flexible));
    }

    private static String local(String name) {
        return TAKEN.contains(name) ? name + "Field" : name;
    }
}
