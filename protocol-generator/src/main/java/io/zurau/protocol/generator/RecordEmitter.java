package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Kind;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Writes the Java record of one schema, with its structs nested.
final class RecordEmitter {
    static final String PACKAGE = "io.zurau.protocol.message";

    private final Schema schema;
    private final ErrorAnswerEmitter errorAnswers;

    RecordEmitter(Schema schema, ErrorAnswerEmitter errorAnswers) {
        this.schema = schema;
        this.errorAnswers = errorAnswers;
    }

    String emit() {
        Code code = new Code();
        code.line("package " + PACKAGE + ";").blank();
        imports().forEach(name -> code.line("import " + name + ";"));
        code.blank();
        code.line("/// Generated from Kafka's schema of the same name.");
        record(code, schema.root(), " implements " + parent());
        return code.toString();
    }

    private static List<String> imports() {
        return List.of(
                "io.zurau.protocol.ErrorCode",
                "io.zurau.protocol.Payload",
                "io.zurau.protocol.ProtocolReader",
                "io.zurau.protocol.ProtocolWriter",
                "io.zurau.protocol.UnknownTags",
                "io.zurau.protocol.UnsupportedField",
                "io.zurau.protocol.Uuid",
                "java.nio.ByteBuffer",
                "java.util.ArrayList",
                "java.util.Collections",
                "java.util.LinkedHashSet",
                "java.util.List",
                "org.jspecify.annotations.Nullable");
    }

    private String parent() {
        return switch (schema.kind()) {
            case REQUEST -> "ApiRequest";
            case RESPONSE -> "ApiResponse";
            case HEADER, DATA -> "ApiMessage";
            case METADATA, COORDINATOR_KEY, COORDINATOR_VALUE ->
                    Family.of(schema).map(Family::interfaceName).orElse("ApiMessage");
        };
    }

    private void record(Code code, Struct struct, String parents) {
        code.line("///");
        struct.fields()
                .forEach(field -> code.line("/// @param " + field.name() + " " + field.about()));
        code.block(
                "public record " + struct.name() + "(" + components(struct) + ")" + parents,
                body -> members(body, struct));
    }

    private String components(Struct struct) {
        Stream<String> fields =
                struct.fields().stream().map(field -> type(field) + " " + field.name());
        Stream<String> tags =
                schema.flexible() ? Stream.of("UnknownTags unknownTags") : Stream.of();
        return String.join(", ", Stream.concat(fields, tags).toList());
    }

    /// The type of a field's component, with its nullness.
    static String type(Field field) {
        return (field.nullable() ? "@Nullable " : "") + field.type().java();
    }

    private void members(Code code, Struct struct) {
        if (schema.isRoot(struct)) {
            rootMembers(code);
        } else if (isDefaultSomewhere(struct)) {
            code.line("static final " + struct.name() + " DEFAULT = builder().build();").blank();
        }
        ReadEmitter reads = new ReadEmitter(schema);
        reads.emit(code, struct);
        reads.emitLists(code, struct);
        code.blank();
        new WriteEmitter(schema).emit(code, struct);
        code.blank();
        new BuilderEmitter(schema).emit(code, struct);
        if (schema.isRoot(struct)) {
            for (Struct nested : schema.structs()) {
                code.blank();
                code.line("/// " + nested.about());
                record(code, nested, "");
            }
        }
    }

    private boolean isDefaultSomewhere(Struct struct) {
        List<Field> fields = new ArrayList<>(schema.root().fields());
        schema.structs().forEach(owner -> fields.addAll(owner.fields()));
        return fields.stream()
                .filter(field -> field.type().isStruct() && !field.nullByDefault())
                .anyMatch(field -> struct.name().equals(field.type().structName()));
    }

    private void rootMembers(Code code) {
        Versions versions = schema.versions();
        Versions flexible = schema.flexibleVersions().and(versions);
        code.line("public static final int LOWEST_VERSION = " + versions.lowest() + ";");
        code.line("public static final int HIGHEST_VERSION = " + versions.highest() + ";");
        code.line(
                "/// The first version with compact lengths and tagged fields; none if beyond the highest.");
        code.line(
                "public static final int LOWEST_FLEXIBLE_VERSION = "
                        + (flexible.isEmpty() ? "Integer.MAX_VALUE" : "" + flexible.lowest())
                        + ";");
        code.blank();
        code.block(
                "private static void checkVersion(int version)",
                body ->
                        body.block(
                                "if (version < LOWEST_VERSION || version > HIGHEST_VERSION)",
                                then ->
                                        then.line(
                                                "throw new IllegalArgumentException(\""
                                                        + schema.name()
                                                        + " has no version \" + version + \".\");")));
        code.blank();
        if (schema.kind() == Kind.REQUEST || schema.kind() == Kind.RESPONSE) {
            getter(code, "ApiKey apiKey()", "ApiKey." + ApiKeyEmitter.constant(schema));
        }
        if (schema.kind() == Kind.REQUEST) {
            errorAnswers.emit(code, schema);
            code.blank();
        }
        if (Family.of(schema).isPresent()) {
            getter(code, "short recordType()", "" + schema.apiKey());
            if (schema.kind() == Kind.METADATA) {
                getter(code, "int highestVersion()", "HIGHEST_VERSION");
            }
        }
    }

    private static void getter(Code code, String signature, String value) {
        code.line("@Override");
        code.block("public " + signature, body -> body.line("return " + value + ";"));
        code.blank();
    }
}
