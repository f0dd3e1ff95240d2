package io.zurau.metadata;

import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who a log directory belongs to: the file `meta.properties` at its root, in Kafka's format,
/// version 1.
///
/// @param directoryId different for each log directory in the world
public record MetaProperties(String clusterId, int nodeId, Uuid directoryId) {
    private static final String FILE = "meta.properties";
    private static final String NEW_FILE = FILE + ".tmp";
    private static final long LARGEST_BYTES = 65_536; // Kafka's has about 100.
    private static final String VERSION = "1";

    /// What the directory says; empty if it has no such file.
    ///
    /// @throws StorageFailure also if the file is there and makes no sense
    public static Optional<MetaProperties> read(Disk disk) {
        return disk.exists(FILE) ? Optional.of(parse(disk, text(disk))) : Optional.empty();
    }

    /// Writes the file, so that it is there as a whole or not at all, and survives a power failure.
    public void write(Disk disk) {
        try (DiskFile file = disk.open(NEW_FILE)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text().getBytes(StandardCharsets.ISO_8859_1)), 0);
            file.sync();
        }
        disk.move(NEW_FILE, FILE);
        disk.syncDirectory("");
    }

    private String text() {
        Properties properties = new Properties();
        properties.setProperty("version", VERSION);
        properties.setProperty("cluster.id", clusterId);
        properties.setProperty("node.id", Integer.toString(nodeId));
        properties.setProperty("directory.id", directoryId.toString());
        StringWriter stored = new StringWriter();
        try {
            properties.store(stored, null);
        } catch (IOException e) {
            throw new IllegalStateException("A string cannot fail.", e);
        }
        // Without the comment, which holds the time of day; in one order, whatever the hash.
        return stored.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String text(Disk disk) {
        try (DiskFile file = disk.openReadOnly(FILE)) {
            if (file.size() > LARGEST_BYTES) {
                throw bad(disk, "is larger than 64 KiB", null);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        }
    }

    private static MetaProperties parse(Disk disk, String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw bad(disk, "is not a properties file", e);
        }
        String version = value(disk, properties, "version");
        if (!version.equals(VERSION)) {
            throw bad(disk, "has version " + version + " instead of 1", null);
        }
        String nodeId = value(disk, properties, "node.id");
        String directoryId = value(disk, properties, "directory.id");
        try {
            return new MetaProperties(
                    value(disk, properties, "cluster.id"),
                    Integer.parseInt(nodeId),
                    Uuid.parse(directoryId));
        } catch (IllegalArgumentException e) {
            throw bad(
                    disk,
                    "has node.id "
                            + nodeId
                            + " and directory.id "
                            + directoryId
                            + ", which is no id",
                    e);
        }
    }

    private static String value(Disk disk, Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null || value.isBlank()) {
            throw bad(disk, "has no " + key, null);
        }
        return value.strip();
    }

    private static StorageFailure bad(Disk disk, String what, @Nullable Exception cause) {
        String sentence = "%s/%s %s.".formatted(disk.name(), FILE, what);
        return cause == null
                ? new StorageFailure(disk.name(), sentence)
                : new StorageFailure(disk.name(), sentence, cause);
    }
}
