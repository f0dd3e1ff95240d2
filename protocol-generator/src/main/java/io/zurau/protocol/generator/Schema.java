package io.zurau.protocol.generator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of the protocol: what a schema file says.
///
/// @param apiKey of a request or response the API's number, of a record its type; -1 for others
/// @param structs every nested struct, each once
record Schema(
        Kind kind,
        Source source,
        int apiKey,
        Struct root,
        List<Struct> structs,
        Versions flexibleVersions,
        List<String> listeners,
        boolean latestVersionUnstable) {

    /// Schema files call these `request`, `coordinator-key`, and so on.
    enum Kind {
        REQUEST,
        RESPONSE,
        HEADER,
        DATA,
        METADATA,
        COORDINATOR_KEY,
        COORDINATOR_VALUE
    }

    /// Which of Kafka's jars the schema is in. Record types are unique only inside one.
    enum Source {
        CLIENTS,
        GROUP_COORDINATOR,
        TRANSACTION_COORDINATOR,
        SHARE_COORDINATOR,
        METADATA,
        STORAGE
    }

    String name() {
        return root.name();
    }

    Versions versions() {
        return root.versions();
    }

    /// No nested struct has the message's own name.
    boolean isRoot(Struct struct) {
        return struct.name().equals(root.name());
    }

    /// APIs that Kafka removed keep an empty schema.
    boolean isRemoved() {
        return versions().isEmpty();
    }

    boolean flexible() {
        return !flexibleVersions.and(versions()).isEmpty();
    }

    /// The struct that a field's type names, if it names one.
    @Nullable Struct structOf(Field field) {
        for (Struct struct : structs) {
            if (struct.name().equals(field.type().structName())) {
                return struct;
            }
        }
        return null;
    }

    /// @param versions those in which the struct can occur
    record Struct(String name, Versions versions, List<Field> fields, String about) {
        @Nullable Field field(String name) {
            for (Field field : fields) {
                if (field.name().equals(name)) {
                    return field;
                }
            }
            return null;
        }
    }

    /// @param name lowerCamel
    /// @param tag -1 for a field that is not tagged; a tagged field is tagged in all its versions
    /// @param fallback the default, as the schema writes it; empty if the type's own default holds
    /// @param fixedLengths a string whose length keeps the old encoding in flexible versions
    record Field(
            String name,
            FieldType type,
            Versions versions,
            Versions nullableVersions,
            int tag,
            boolean ignorable,
            String fallback,
            boolean fixedLengths,
            String about) {
        boolean tagged() {
            return tag >= 0;
        }

        boolean nullable() {
            return !nullableVersions.and(versions).isEmpty();
        }

        boolean nullByDefault() {
            return fallback.equals("null");
        }
    }
}
