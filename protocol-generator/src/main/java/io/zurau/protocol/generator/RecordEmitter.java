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

    /// Not every message needs every import; the compiler does not mind.
    private static final String HEAD =
            """
            package io.zurau.protocol.message;

            import io.zurau.protocol.ErrorCode;
            import io.zurau.protocol.Payload;
            import io.zurau.protocol.ProtocolReader;
            import io.zurau.protocol.ProtocolWriter;
            import io.zurau.protocol.UnknownTags;
            import io.zurau.protocol.UnsupportedField;
            import io.zurau.protocol.Uuid;
            import java.nio.ByteBuffer;
            import java.util.ArrayList;
            import java.util.Collections;
            import java.util.LinkedHashSet;
            import java.util.List;
            import org.jspecify.annotations.Nullable;

            /// Generated from Kafka's schema of the same name.
            """;

    private static final String ROOT_MEMBERS =
            """
            public static final int LOWEST_VERSION = LOWEST;
            public static final int HIGHEST_VERSION = HIGHEST;
            /// The first with compact lengths and tagged fields; beyond the highest if none is.
            public static final int LOWEST_FLEXIBLE_VERSION = FLEXIBLE;

            private static void checkVersion(int version) {
                if (version < LOWEST_VERSION || version > HIGHEST_VERSION) {
                    throw new IllegalArgumentException("NAME has no version " + version + ".");
                }
            }

            """;

    private final Schema schema;
    private final ErrorAnswerEmitter errorAnswers;

    RecordEmitter(Schema schema, ErrorAnswerEmitter errorAnswers) {
        this.schema = schema;
        this.errorAnswers = errorAnswers;
    }

    String emit() {
        Code code = new Code().lines(HEAD);
        record(code, schema.root(), " implements " + parent());
        return code.toString();
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
                .forEach(field -> code.line("/// @param %s %s", field.name(), field.about()));
        code.line("public record %s(%s)%s {", struct.name(), components(struct), parents);
        code.inside(body -> members(body, struct)).line("}");
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
            code.line("static final %s DEFAULT = builder().build();", struct.name()).blank();
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
                code.line("/// %s", nested.about());
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
        String lowestFlexible = flexible.isEmpty() ? "Integer.MAX_VALUE" : "" + flexible.lowest();
        code.lines(
                ROOT_MEMBERS
                        .replace("= LOWEST;", "= " + versions.lowest() + ";")
                        .replace("= HIGHEST;", "= " + versions.highest() + ";")
                        .replace("FLEXIBLE;", lowestFlexible + ";")
                        .replace("NAME", schema.name()));
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
        code.line("@Override").line("public %s {", signature);
        code.line("    return %s;", value).line("}").blank();
    }
}
