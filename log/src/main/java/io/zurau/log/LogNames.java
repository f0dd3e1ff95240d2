package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The directories of logs in the root of a log directory, as Kafka names them, and
/// `partition.metadata` in each, which says whose log it is:
///
/// ```
/// version: 0
/// topic_id: <22 characters>
/// zurau_log: <id of the log in its directory>
/// ```
///
/// Kafka reads no further than the second line.
///
/// An empty file `zurau-copy` in it says that the log is a copy in the making.
final class LogNames {
    /// Being deleted: `<topic>-<partition>.<32 hex digits>-delete`, the whole cut to 255
    /// characters.
    static final String DELETE = "-delete";

    private static final String METADATA = "/partition.metadata";
    private static final String COPY = "/zurau-copy";
    private static final Pattern LOG = Pattern.compile("([a-zA-Z0-9._-]{1,249})-(\\d{1,9})");
    private static final Pattern TOPIC_ID = Pattern.compile("topic_id: ([\\w-]{22})");
    private static final Pattern LOG_ID = Pattern.compile("zurau_log: (\\d{1,18})");
    private static final int LONGEST = 255;

    /// Kafka's own log of metadata is nobody's partition here.
    private static final Set<String> NOT_OURS = Set.of("__cluster_metadata");

    private LogNames() {}

    /// The partition whose log a directory holds; empty if it is none.
    static Optional<TopicPartition> partitionOf(String directory) {
        Matcher name = LOG.matcher(directory);
        if (!name.matches() || NOT_OURS.contains(name.group(1))) {
            return Optional.empty();
        }
        return Optional.of(new TopicPartition(name.group(1), Integer.parseInt(name.group(2))));
    }

    /// [Uuid#ZERO] if the file is missing or says nothing.
    static Uuid topicIdIn(Disk disk, String directory) {
        Matcher id = TOPIC_ID.matcher(WholeFile.readText(disk, directory + METADATA).orElse(""));
        return id.find() ? Uuid.parse(id.group(1)) : Uuid.ZERO;
    }

    /// Whether a directory holds the files of a log, and not those of another that had the name
    /// before or has it since. Empty if nobody knows: what says so was not written to its end.
    static Optional<Boolean> holds(Disk disk, String directory, long log, Uuid topicId) {
        String text = WholeFile.readText(disk, directory + METADATA).orElse("");
        Matcher id = LOG_ID.matcher(text);
        if (id.find()) {
            return Optional.of(Long.parseLong(id.group(1)) == log);
        }
        Matcher topic = TOPIC_ID.matcher(text); // All there is if Kafka made it.
        return topic.find()
                ? Optional.of(Uuid.parse(topic.group(1)).equals(topicId))
                : Optional.empty();
    }

    /// Makes the directory of a log. It is not synced: the journal can make it again.
    static void create(Disk disk, String directory, long log, Uuid topicId) {
        disk.createDirectories(directory);
        WholeFile.write(
                disk,
                directory + METADATA,
                "version: 0\ntopic_id: %s\nzurau_log: %d\n".formatted(topicId, log));
    }

    /// Makes what is in a new directory survive; the name of the directory itself is synced
    /// elsewhere.
    static void sync(Disk disk, String directory) {
        try (DiskFile file = disk.open(directory + METADATA)) {
            file.sync();
        }
        disk.syncDirectory(directory);
    }

    /// Whether somebody noted that the log is still a copy of one that lies elsewhere.
    static boolean isCopy(Disk disk, String directory) {
        return disk.exists(directory + COPY);
    }

    /// Notes that it is, or is not any more. The note survives.
    static void noteCopy(Disk disk, String directory, boolean isCopy) {
        if (isCopy) {
            disk.open(directory + COPY).close();
        } else {
            disk.delete(directory + COPY);
        }
        disk.syncDirectory(directory);
    }

    /// Moves a log's directory out of the way.
    ///
    /// @param distinction makes the name unlike any other
    /// @return the new name
    static String retire(Disk disk, String directory, Uuid distinction) {
        String suffix =
                ".%016x%016x%s"
                        .formatted(
                                distinction.mostSignificantBits(),
                                distinction.leastSignificantBits(),
                                DELETE);
        int keep = Math.min(directory.length(), LONGEST - suffix.length());
        String retired = directory.substring(0, keep) + suffix;
        disk.move(directory, retired);
        return retired;
    }

    /// Deletes a directory and the files in it.
    ///
    /// @throws StorageFailure if it has directories in it, which no log has
    static void delete(Disk disk, String directory) {
        for (String name : disk.list(directory)) {
            disk.delete(directory + "/" + name);
        }
        disk.delete(directory);
    }
}
