package io.zurau.protocol.generator;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Writes the sealed interface of a [Family]: who belongs to it, and the few bytes that frame a
/// stored message.
final class FamilyEmitter {
    private static final String HEAD =
            """
            package io.zurau.protocol.message;

            import io.zurau.protocol.MalformedMessage;
            import io.zurau.protocol.ProtocolReader;
            import io.zurau.protocol.ProtocolWriter;
            import java.util.Optional;

            """;

    private static final String KEY =
            """
            /// A key in the coordinator's topic: its type (int16), then the message at version 0.
            public sealed interface FAMILY extends ApiMessage permits MEMBERS {
                /// Reads type and message; empty if the type is not known. Keys are of version 0.
                static Optional<FAMILY> readFramed(ProtocolReader in) {
                    return read(in.readShort(), in, 0);
                }

                default void writeFramed(ProtocolWriter out) {
                    out.writeShort(recordType());
                    write(out, 0);
                }
            """;

    private static final String VALUE =
            """
            /// A value in the coordinator's topic: its version (int16), then the message.
            /// The key says the type.
            public sealed interface FAMILY extends ApiMessage permits MEMBERS {
                /// Reads version and message; empty if the type, which the key told, is not known.
                static Optional<FAMILY> readFramed(int recordType, ProtocolReader in) {
                    return read(recordType, in, in.readShort());
                }

                default void writeFramed(ProtocolWriter out, int version) {
                    out.writeShort((short) version);
                    write(out, version);
                }
            """;

    private static final String METADATA =
            """
            /// A record of the metadata log: frame version 1, type and version (varints), then the
            /// message.
            public sealed interface FAMILY extends ApiMessage permits MEMBERS {
                int FRAME_VERSION = 1;

                /// The newest version of this message's schema.
                int highestVersion();

                /// Reads frame and message; empty if the type is not known.
                static Optional<FAMILY> readFramed(ProtocolReader in) {
                    int frame = in.readUnsignedVarint();
                    if (frame != FRAME_VERSION) {
                        throw new MalformedMessage("Frame version " + frame + " is not known.");
                    }
                    int recordType = in.readUnsignedVarint();
                    return read(recordType, in, in.readUnsignedVarint());
                }

                default void writeFramed(ProtocolWriter out, int version) {
                    out.writeUnsignedVarint(FRAME_VERSION);
                    out.writeUnsignedVarint(recordType());
                    out.writeUnsignedVarint(version);
                    write(out, version);
                }
            """;

    private static final String DISPATCH =
            """

                /// Which message this is; unique in the family.
                short recordType();

                /// Reads a message of that type; empty if the type is not known.
                static Optional<FAMILY> read(int recordType, ProtocolReader in, int version) {
                    return switch (recordType) {
            CASES
                        default -> Optional.empty();
                    };
                }

                private static void known(int version, int lowest, int highest, String name) {
                    if (version < lowest || version > highest) {
                        throw new MalformedMessage(
                                "Version " + version + " of " + name + " is not known.");
                    }
                }
            }
            """;

    private static final String CASE =
            """
            case TYPE -> {
                known(version, NAME.LOWEST_VERSION, NAME.HIGHEST_VERSION, "NAME");
                yield Optional.of(NAME.read(in, version));
            }""";

    private final Family family;
    private final List<Schema> members;

    FamilyEmitter(Family family, List<Schema> members) {
        this.family = family;
        this.members = members.stream().sorted(Comparator.comparingInt(Schema::apiKey)).toList();
    }

    String emit() {
        String framing =
                switch (family.kind()) {
                    case COORDINATOR_KEY -> KEY;
                    case COORDINATOR_VALUE -> VALUE;
                    case METADATA -> METADATA;
                    case REQUEST, RESPONSE, HEADER, DATA ->
                            throw new IllegalArgumentException(family + " is not stored.");
                };
        String names = members.stream().map(Schema::name).collect(Collectors.joining(", "));
        return (HEAD + framing + DISPATCH)
                .replace("FAMILY", family.interfaceName())
                .replace("MEMBERS", names)
                .replace("CASES", cases());
    }

    private String cases() {
        return members.stream()
                .map(
                        member ->
                                CASE.replace("TYPE", "" + member.apiKey())
                                        .replace("NAME", member.name()))
                .collect(Collectors.joining("\n"))
                .indent(12)
                .stripTrailing();
    }
}
