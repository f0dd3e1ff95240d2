package io.zurau.log;

import io.zurau.runtime.Disk;

/// Names of the files of one log, and how to get at them.
///
/// @param directory the log's own, relative to the disk's root
record LogFiles(Disk disk, OpenFiles open, Codecs codecs, String directory) {
    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String TXN_INDEX = ".txnindex";
    static final String SNAPSHOT = ".snapshot";

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
