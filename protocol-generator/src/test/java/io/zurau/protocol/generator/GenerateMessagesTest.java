package io.zurau.protocol.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateMessagesTest {
    private static final String FIELD =
            "{ \"name\": \"Size\", \"type\": \"int32\", \"versions\": \"1+\", \"default\": \"-1\" }";

    @TempDir Path folder;

    @BeforeEach
    void aSchemaOfEachJar() throws IOException {
        for (String jar :
                List.of(
                        "group-coordinator",
                        "transaction-coordinator",
                        "share-coordinator",
                        "metadata",
                        "storage")) {
            schema(jar, "Data" + jar.replace("-", ""), "data", 0, FIELD);
        }
        schema("clients", "PingRequest", "request", 0, FIELD);
        schema("clients", "PingResponse", "response", 0, FIELD);
    }

    @Test
    void eachSchemaBecomesARecord() throws IOException {
        generate();
        assertThat(java("PingRequest"))
                .contains("public record PingRequest(int size) implements ApiRequest {")
                .contains("int size = version >= 1 ? in.readInt() : -1;")
                .contains("if (version < 1 && this.size != -1) {");
        assertThat(java("ApiKey")).contains("PING(0, \"Ping\", 0, 2, false, true, false");
    }

    @Test
    void aFileThatWouldNotChangeIsNotTouched() throws IOException {
        // Given
        generate();
        FileTime past = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file("PingRequest"), past);
        Files.setLastModifiedTime(file("PingResponse"), past);
        Files.writeString(file("Stale"), "class Stale {}");
        schema("clients", "PingResponse", "response", 0, FIELD.replace("-1", "7"));

        // When
        generate();

        // Then
        assertThat(Files.getLastModifiedTime(file("PingRequest"))).isEqualTo(past);
        assertThat(Files.getLastModifiedTime(file("PingResponse"))).isGreaterThan(past);
        assertThat(file("Stale")).doesNotExist();
    }

    @Test
    void whatWeDoNotUnderstandStopsTheBuild() throws IOException {
        schema("clients", "PingRequest", "request", 0, FIELD.replace("default", "surprise"));
        assertThatThrownBy(this::generate).hasMessageContaining("The key surprise is not known.");
        schema("clients", "PingRequest", "request", 0, FIELD.replace("int32", "int48"));
        assertThatThrownBy(this::generate).hasMessageContaining("The type int48 is not known.");
        schema("clients", "PingRequest", "request", 5, FIELD);
        assertThatThrownBy(this::generate).hasMessageContaining("PingRequest has no response.");
    }

    private void schema(String jar, String name, String type, int apiKey, String field)
            throws IOException {
        Path file = folder.resolve("schemas/kafka-" + jar + "-jar/" + name + ".json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                // A comment.
                { "apiKey": %d, "type": "%s", "name": "%s", "listeners": ["broker"],
                  "validVersions": "0-2", "flexibleVersions": "none", "fields": [ %s ] }
                """
                        .formatted(apiKey, type, name, field));
    }

    private void generate() throws IOException {
        GenerateMessages.main(
                new String[] {
                    folder.resolve("schemas").toString(), folder.resolve("java").toString()
                });
    }

    private Path file(String name) {
        return folder.resolve("java/io/zurau/protocol/message/" + name + ".java");
    }

    private String java(String name) throws IOException {
        return Files.readString(file(name));
    }
}
