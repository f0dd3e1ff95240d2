package io.zurau.log;

import io.zurau.runtime.Disk;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the partitions' high watermarks were some time ago: `zurau-high-watermarks` in the
/// directory's root, a text that is replaced as a whole.
///
/// ```
/// zurau-high-watermarks 1
/// journal <id>
/// <id of a log> <offset>
/// …
/// ```
///
/// By the ids of logs, which are never given twice, and not by names as Kafka's note: a topic that
/// was made in the place of a deleted one would get the watermark of that, and take records for
/// acknowledged that are not.
///
/// A log that is missing here has none yet, which is always safe. So is a file of another format.
final class HighWatermarks {
    private static final String FILE = "zurau-high-watermarks";
    private static final String HEAD = FILE + " 1";

    private HighWatermarks() {}

    /// By the logs' ids. None if they were noted beside another journal: then Kafka has been here
    /// since, and the ids are of other logs.
    static Map<Long, Long> read(Disk disk, long journal) {
        Map<Long, Long> offsets = new TreeMap<>();
        var lines = WholeFile.readText(disk, FILE).orElse("").lines().toList();
        if (lines.size() < 2
                || !lines.get(0).equals(HEAD)
                || !lines.get(1).equals("journal " + journal)) {
            return offsets;
        }
        for (String line : lines.subList(2, lines.size())) {
            if (line.matches("\\d{1,18} \\d{1,18}")) {
                int blank = line.indexOf(' ');
                offsets.put(
                        Long.valueOf(line.substring(0, blank)),
                        Long.valueOf(line.substring(blank + 1)));
            }
        }
        return offsets;
    }

    static void write(Disk disk, long journal, SortedMap<Long, Long> offsets) {
        StringBuilder text = new StringBuilder(HEAD + "\njournal " + journal + "\n");
        offsets.forEach((log, offset) -> text.append(log).append(' ').append(offset).append('\n'));
        WholeFile.replace(disk, FILE, text.toString());
    }
}
