package io.zurau.log;

import io.zurau.runtime.Disk;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/// Names of the files of one log, and how to get at them.
///
/// @param directory the log's own, relative to the disk's root
/// @param retired whether the directory is not this log's any more: it is deleted
record LogFiles(Disk disk, OpenFiles open, Codecs codecs, String directory, AtomicBoolean retired) {
    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String TXN_INDEX = ".txnindex";
    static final String SNAPSHOT = ".snapshot";

    /// The batches first: indexes without them are nobody's.
    static final List<String> OF_SEGMENT = List.of(LOG, INDEX, TIME_INDEX, TXN_INDEX);

    LogFiles(Disk disk, OpenFiles open, Codecs codecs, String directory) {
        this(disk, open, codecs, directory, new AtomicBoolean());
    }

    /// From now on, no file is opened: another log may get a directory of the same name.
    void retire() {
        retired.set(true);
    }

    /// A file, made if it is missing; it stays open until the pin is closed.
    ///
    /// @param isThere whether what the file belongs to still is
    /// @throws SegmentGone if it is not
    OpenFiles.Pin pin(String path, BooleanSupplier isThere) {
        return open.pin(path, () -> !retired.get() && isThere.getAsBoolean());
    }

    /// `directory/00000000000000000042.log`
    String path(long offset, String suffix) {
        return directory + "/%020d".formatted(offset) + suffix;
    }

    /// The offset in the name of a file with this suffix; -1 if it is not such a name.
    static long offsetIn(String name, String suffix) {
        if (!name.endsWith(suffix)) {
            return -1;
        }
        String digits = name.substring(0, name.length() - suffix.length());
        return digits.matches("\\d{20}") ? Long.parseLong(digits) : -1;
    }
}
