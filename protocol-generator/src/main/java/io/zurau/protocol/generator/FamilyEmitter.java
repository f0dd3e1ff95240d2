package io.zurau.protocol.generator;

import java.util.Comparator;
import java.util.List;

/// Writes the sealed interface of a [Family]: who belongs to it, and its framing.
final class FamilyEmitter {
    private final Family family;
    private final List<Schema> members;

    FamilyEmitter(Family family, List<Schema> members) {
        this.family = family;
        this.members = members.stream().sorted(Comparator.comparingInt(Schema::apiKey)).toList();
    }

    String emit() {
        Code code = new Code();
        code.line("package " + RecordEmitter.PACKAGE + ";").blank();
        code.line("import io.zurau.protocol.MalformedMessage;");
        code.line("import io.zurau.protocol.ProtocolReader;");
        code.line("import io.zurau.protocol.ProtocolWriter;");
        code.line("import java.util.Optional;").blank();
        String permitted = String.join(", ", members.stream().map(Schema::name).toList());
        code.line("/// " + about());
        code.block(
                "public sealed interface "
                        + family.interfaceName()
                        + " extends ApiMessage permits "
                        + permitted,
                this::body);
        return code.toString();
    }

    private String about() {
        return switch (family.kind()) {
            case COORDINATOR_KEY ->
                    "A key in the coordinator's topic: its type (int16), then the message at version 0.";
            case COORDINATOR_VALUE ->
                    "A value in the coordinator's topic: its version (int16), then the message. The key says the type.";
            default ->
                    "A record of the metadata log: frame version 1, type and version (varints), then the message.";
        };
    }

    private void body(Code code) {
        code.line("/// Which message this is; unique in the family.");
        code.line("short recordType();").blank();
        switch (family.kind()) {
            case COORDINATOR_KEY -> key(code);
            case COORDINATOR_VALUE -> value(code);
            default -> metadata(code);
        }
        code.blank();
        dispatch(code);
    }

    private void key(Code code) {
        code.line(
                "/// Reads type and message; empty if the type is not known. The version of keys is always 0.");
        code.block(
                "static Optional<" + family.interfaceName() + "> readFramed(ProtocolReader in)",
                body -> body.line("return read(in.readShort(), in, 0);"));
        code.blank();
        code.block(
                "default void writeFramed(ProtocolWriter out)",
                body -> body.line("out.writeShort(recordType());").line("write(out, 0);"));
    }

    private void value(Code code) {
        code.line(
                "/// Reads version and message; empty if the type, which the key told, is not known.");
        code.block(
                "static Optional<"
                        + family.interfaceName()
                        + "> readFramed(int recordType, ProtocolReader in)",
                body -> body.line("return read(recordType, in, in.readShort());"));
        code.blank();
        code.block(
                "default void writeFramed(ProtocolWriter out, int version)",
                body -> body.line("out.writeShort((short) version);").line("write(out, version);"));
    }

    private void metadata(Code code) {
        code.line("int FRAME_VERSION = 1;").blank();
        code.line("/// The newest version of this message's schema.");
        code.line("int highestVersion();").blank();
        code.line("/// Reads frame and message; empty if the type is not known.");
        code.block(
                "static Optional<MetadataRecord> readFramed(ProtocolReader in)",
                body -> {
                    body.line("int frame = in.readUnsignedVarint();");
                    body.block(
                            "if (frame != FRAME_VERSION)",
                            then ->
                                    then.line(
                                            "throw new MalformedMessage(\"A metadata record has frame version \" + frame + \".\");"));
                    body.line("int recordType = in.readUnsignedVarint();");
                    body.line("return read(recordType, in, in.readUnsignedVarint());");
                });
        code.blank();
        code.block(
                "default void writeFramed(ProtocolWriter out, int version)",
                body -> {
                    body.line("out.writeUnsignedVarint(FRAME_VERSION);");
                    body.line("out.writeUnsignedVarint(recordType());");
                    body.line("out.writeUnsignedVarint(version);");
                    body.line("write(out, version);");
                });
    }

    private void dispatch(Code code) {
        code.line("/// Reads a message of that type; empty if the type is not known.");
        code.block(
                "static Optional<"
                        + family.interfaceName()
                        + "> read(int recordType, ProtocolReader in, int version)",
                body -> {
                    body.line("return switch (recordType) {");
                    body.inside(
                            cases -> {
                                for (Schema member : members) {
                                    String name = member.name();
                                    cases.line("case " + member.apiKey() + " -> {");
                                    cases.inside(
                                            one -> {
                                                one.line(
                                                        "known(version, "
                                                                + name
                                                                + ".LOWEST_VERSION, "
                                                                + name
                                                                + ".HIGHEST_VERSION, \""
                                                                + name
                                                                + "\");");
                                                one.line(
                                                        "yield Optional.of("
                                                                + name
                                                                + ".read(in, version));");
                                            });
                                    cases.line("}");
                                }
                                cases.line("default -> Optional.empty();");
                            });
                    body.line("};");
                });
        code.blank();
        code.block(
                "private static void known(int version, int lowest, int highest, String name)",
                body ->
                        body.block(
                                "if (version < lowest || version > highest)",
                                then ->
                                        then.line(
                                                "throw new MalformedMessage(\"Version \" + version + \" of \" + name + \" is not known.\");")));
    }
}
