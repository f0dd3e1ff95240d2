package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Kind;
import io.zurau.protocol.generator.Schema.Source;
import io.zurau.protocol.generator.Schema.Struct;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes a [Schema] of one schema file: JSON with comments.
final class SchemaParser {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private static final Set<String> SCHEMA_KEYS =
            Set.of(
                    "apiKey",
                    "type",
                    "name",
                    "listeners",
                    "validVersions",
                    "flexibleVersions",
                    "latestVersionUnstable",
                    "fields",
                    "commonStructs");

    /// `entityType`, `mapKey` and `zeroCopy` say how Kafka uses a field and change no bytes.
    private static final Set<String> FIELD_KEYS =
            Set.of(
                    "name",
                    "type",
                    "versions",
                    "about",
                    "default",
                    "fields",
                    "nullableVersions",
                    "ignorable",
                    "tag",
                    "taggedVersions",
                    "flexibleVersions",
                    "entityType",
                    "mapKey",
                    "zeroCopy");

    private final List<Struct> structs = new ArrayList<>();

    private SchemaParser() {}

    static Schema parse(Path file, Source source) {
        try {
            return new SchemaParser().schema(JSON.readTree(file), source);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("Schema " + file + ": " + e.getMessage(), e);
        }
    }

    private Schema schema(JsonNode json, Source source) {
        refuseUnknown(json, SCHEMA_KEYS);
        String name = required(json, "name");
        Versions versions = Versions.parse(required(json, "validVersions"), Versions.NONE);
        for (JsonNode common : children(json, "commonStructs")) {
            Versions own = Versions.parse(text(common, "versions"), versions).and(versions);
            addStruct(required(common, "name"), own, common);
        }
        Struct root = new Struct(name, versions, fields(json, versions), name + ".");
        List<String> listeners = new ArrayList<>();
        children(json, "listeners").forEach(listener -> listeners.add(listener.asString()));
        String apiKey = text(json, "apiKey");
        return new Schema(
                Kind.valueOf(required(json, "type").replace('-', '_').toUpperCase(Locale.ROOT)),
                source,
                apiKey == null ? -1 : Integer.parseInt(apiKey),
                root,
                List.copyOf(structs),
                Versions.parse(text(json, "flexibleVersions"), Versions.NONE),
                List.copyOf(listeners),
                "true".equals(text(json, "latestVersionUnstable")));
    }

    private List<Field> fields(JsonNode json, Versions parent) {
        List<Field> fields = new ArrayList<>();
        for (JsonNode child : children(json, "fields")) {
            fields.add(field(child, parent));
        }
        return List.copyOf(fields);
    }

    private Field field(JsonNode json, Versions parent) {
        refuseUnknown(json, FIELD_KEYS);
        String name = required(json, "name");
        FieldType type = FieldType.parse(required(json, "type"));
        Versions tagged = Versions.parse(text(json, "taggedVersions"), Versions.NONE);
        Versions declared = Versions.parse(text(json, "versions"), tagged);
        if (!tagged.isEmpty() && !tagged.equals(declared)) {
            throw new IllegalArgumentException(
                    "Field " + name + " is tagged in some versions only.");
        }
        Versions versions = declared.and(parent);
        if (json.has("fields")) {
            addStruct(String.valueOf(type.structName()), versions, json);
        }
        String tag = text(json, "tag");
        String fallback = text(json, "default");
        String about = text(json, "about");
        return new Field(
                Character.toLowerCase(name.charAt(0)) + name.substring(1),
                type,
                versions,
                Versions.parse(text(json, "nullableVersions"), Versions.NONE).and(versions),
                tag == null ? -1 : Integer.parseInt(tag),
                "true".equals(text(json, "ignorable")),
                fallback == null ? "" : fallback,
                "none".equals(text(json, "flexibleVersions")),
                about == null ? "" : about);
    }

    private void addStruct(String name, Versions versions, JsonNode json) {
        int place = structs.size(); // Before the structs inside it, for the reader's sake.
        String about = text(json, "about");
        Struct struct =
                new Struct(name, versions, fields(json, versions), about == null ? "" : about);
        structs.add(place, struct);
    }

    private static Iterable<JsonNode> children(JsonNode json, String key) {
        JsonNode array = json.get(key);
        return array == null ? List.of() : array.values();
    }

    private static @Nullable String text(JsonNode json, String key) {
        JsonNode value = json.get(key);
        return value == null || value.isNull() ? null : value.asString();
    }

    private static String required(JsonNode json, String key) {
        String value = text(json, key);
        if (value == null) {
            throw new IllegalArgumentException("No " + key + " in " + json + ".");
        }
        return value;
    }

    private static void refuseUnknown(JsonNode json, Set<String> known) {
        for (String key : json.propertyNames()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("The key " + key + " is not known.");
            }
        }
    }
}
