package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.StorageFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// What is known to be on disk: `zurau-checkpoint` in the directory's root, a text that is replaced
/// as a whole.
///
/// ```
/// zurau-checkpoint 1
/// journal <id> <first group that is needed> clean|open
/// next-log <id of the next log that is made>
/// log <id> <topic> <partition> <topic id> disk|memory exact|cut|foreign <change> <start> <end> <segment> <position> <epoch>
/// …
/// crc <CRC-32C of all bytes before this line, in hex>
/// ```
///
/// @param journal the journal's id
/// @param sequence the first group that is needed
/// @param clean whether the directory was stopped cleanly: no group is needed
/// @param nextLog no log has this id or a higher one, unless the journal says so
record CheckpointFile(long journal, long sequence, boolean clean, long nextLog, List<Line> lines) {
    static final String NAME = "zurau-checkpoint";

    private static final String FORMAT = "1";
    private static final String HEAD = NAME + " " + FORMAT + "\n";

    private static final Pattern OTHER_HEAD = Pattern.compile(NAME + " ([0-9]{1,9})\\n");

    /// How a position is to be taken.
    enum Tail {
        /// The files are exactly this long: the log was stopped cleanly.
        EXACT,
        /// They may be longer: what lies behind is in the journal, or nobody was told of it.
        CUT,
        /// They are still as another broker left them, because they cannot be read. The end is how
        /// far it had synced them.
        FOREIGN
    }

    /// One log.
    record Line(
            long log,
            TopicPartition partition,
            Uuid topicId,
            boolean durable,
            Tail tail,
            LogPosition position) {

        Line movedTo(LogPosition newPosition, boolean nowDurable, Tail nowTail) {
            return new Line(log, partition, topicId, nowDurable, nowTail, newPosition);
        }

        private String text() {
            return "log %d %s %d %s %s %s %d %d %d %d %d %d\n"
                    .formatted(
                            log,
                            partition.topic(),
                            partition.partition(),
                            topicId,
                            durable ? "disk" : "memory",
                            tail.name().toLowerCase(Locale.ROOT),
                            position.change(),
                            position.startOffset(),
                            position.endOffset(),
                            position.segmentBase(),
                            position.position(),
                            position.latestEpoch());
        }

        private static Line parse(String[] words) {
            return new Line(
                    Long.parseLong(words[1]),
                    new TopicPartition(words[2], Integer.parseInt(words[3])),
                    Uuid.parse(words[4]),
                    words[5].equals("disk"),
                    Tail.valueOf(words[6].toUpperCase(Locale.ROOT)),
                    new LogPosition(
                            Long.parseLong(words[7]),
                            Long.parseLong(words[8]),
                            Long.parseLong(words[9]),
                            Long.parseLong(words[10]),
                            Integer.parseInt(words[11]),
                            Integer.parseInt(words[12])));
        }
    }

    void write(Disk disk) {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("journal ").append(journal).append(' ').append(sequence);
        text.append(clean ? " clean\n" : " open\n");
        text.append("next-log ").append(nextLog).append('\n');
        lines.forEach(line -> text.append(line.text()));
        String crc = crcOf(text.toString());
        text.append("crc ").append(crc).append('\n');
        WholeFile.replace(disk, NAME, text.toString());
    }

    /// Empty if there is none.
    ///
    /// @throws StorageFailure if it is damaged, so that nobody can say what is stored, or of
    ///   another format
    static Optional<CheckpointFile> read(Disk disk) {
        return WholeFile.readText(disk, NAME).map(text -> parse(disk, text));
    }

    private static CheckpointFile parse(Disk disk, String text) {
        Matcher head = OTHER_HEAD.matcher(text);
        if (head.lookingAt() && !head.group(1).equals(FORMAT)) {
            throw new StorageFailure(
                    disk.name(),
                    "File %s/%s has format %s, this version reads format %s. Start the node with the version of Zurau that wrote it, or a newer one."
                            .formatted(disk.name(), NAME, head.group(1), FORMAT));
        }
        int crcAt = text.lastIndexOf("crc ");
        if (!text.startsWith(HEAD)
                || crcAt < 0
                || !text.substring(crcAt + 4).strip().equals(crcOf(text.substring(0, crcAt)))) {
            throw new StorageFailure(
                    disk.name(),
                    "File %s/%s is damaged. Without it nobody knows what the journal is good for."
                            .formatted(disk.name(), NAME));
        }
        List<String> rows = text.substring(0, crcAt).lines().toList();
        String[] journalRow = rows.get(1).split(" ");
        List<Line> lines = new ArrayList<>();
        for (String row : rows.subList(3, rows.size())) {
            lines.add(Line.parse(row.split(" ")));
        }
        return new CheckpointFile(
                Long.parseLong(journalRow[1]),
                Long.parseLong(journalRow[2]),
                journalRow[3].equals("clean"),
                Long.parseLong(rows.get(2).split(" ")[1]),
                lines);
    }

    private static String crcOf(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
