package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Kind;
import io.zurau.protocol.generator.Schema.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Called by the build of `protocol`: reads every schema, writes every Java file.
public final class GenerateMessages {
    /// Jar to what is in it. The dependency plugin unpacks `x.jar` into the folder `x-jar`.
    private static final Map<String, Source> SOURCES =
            Map.of(
                    "kafka-clients", Source.CLIENTS,
                    "kafka-group-coordinator", Source.GROUP_COORDINATOR,
                    "kafka-transaction-coordinator", Source.TRANSACTION_COORDINATOR,
                    "kafka-share-coordinator", Source.SHARE_COORDINATOR,
                    "kafka-metadata", Source.METADATA,
                    "kafka-storage", Source.STORAGE);

    private GenerateMessages() {}

    /// @param arguments the folder with one folder of schemas per jar; the folder for the Java
    ///   files
    public static void main(String[] arguments) throws IOException {
        List<Schema> schemas = schemas(Path.of(arguments[0]));
        Path target = Path.of(arguments[1]).resolve(RecordEmitter.PACKAGE.replace('.', '/'));
        Files.createDirectories(target);
        Map<String, String> files = files(schemas);
        for (Map.Entry<String, String> file : files.entrySet()) {
            writeIfChanged(target.resolve(file.getKey() + ".java"), file.getValue());
        }
        removeOthers(target, files.keySet());
    }

    private static List<Schema> schemas(Path root) throws IOException {
        Map<String, Schema> byName = new TreeMap<>();
        for (Map.Entry<String, Source> source : SOURCES.entrySet()) {
            for (Path file : jsonFiles(root.resolve(source.getKey() + "-jar"))) {
                Schema schema = SchemaParser.parse(file, source.getValue());
                if (!schema.isRemoved() && byName.put(schema.name(), schema) != null) {
                    throw new IllegalArgumentException(
                            "Two schemas are named " + schema.name() + ".");
                }
            }
        }
        return List.copyOf(byName.values());
    }

    private static List<Path> jsonFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".json")).toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("There are no schemas in " + folder + ".");
            }
            return found;
        }
    }

    /// Name to content of every file.
    private static Map<String, String> files(List<Schema> schemas) {
        Map<Integer, Schema> responses = new HashMap<>();
        Map<Family, List<Schema>> families = new LinkedHashMap<>();
        for (Schema schema : schemas) {
            if (schema.kind() == Kind.RESPONSE) {
                responses.put(schema.apiKey(), schema);
            }
            Family.of(schema)
                    .ifPresent(
                            family ->
                                    families.computeIfAbsent(family, any -> new ArrayList<>())
                                            .add(schema));
        }
        ErrorAnswerEmitter errorAnswers = new ErrorAnswerEmitter(responses);
        Map<String, String> files = new TreeMap<>();
        for (Schema schema : schemas) {
            files.put(schema.name(), new RecordEmitter(schema, errorAnswers).emit());
        }
        families.forEach(
                (family, members) ->
                        files.put(
                                family.interfaceName(), new FamilyEmitter(family, members).emit()));
        List<Schema> requests =
                schemas.stream().filter(schema -> schema.kind() == Kind.REQUEST).toList();
        files.put("ApiKey", new ApiKeyEmitter(requests, responses).emit());
        return files;
    }

    /// An untouched file keeps its time, so that an incremental build compiles nothing.
    private static void writeIfChanged(Path file, String content) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(content)) {
            Files.writeString(file, content);
        }
    }

    private static void removeOthers(Path folder, Set<String> names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!names.contains(file.getFileName().toString().replace(".java", ""))) {
                    Files.delete(file);
                }
            }
        }
    }
}
