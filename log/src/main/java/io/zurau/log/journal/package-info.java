/// The journal of a log directory: one stream of entries, from all logs, that is on disk before
/// anything is acknowledged.
///
/// **Enter at** [io.zurau.log.journal.Journal], whose head says why an acknowledged record
/// survives, and [io.zurau.log.journal.JournalReader], which reads it after a crash.
///
/// **Promises.** An entry whose client was told that it is stored is handed out by the next reader,
/// in order and once, until it is released.
///
/// **On disk.** Files `zurau-journal-00`, `-01`, … of one size in the directory's root, or on a
/// disk of their own. A file is a sequence of *groups*, each beginning at a multiple of 4096;
/// behind the last come zeroes or what an earlier use left. Groups are numbered through all files;
/// where the next group does not fit into a file, the file that goes on begins with it.
///
/// A group is a header of 40 bytes ([io.zurau.log.journal.GroupHeader]), its entries back to back,
/// and zeroes up to the next multiple of 4096. An entry is, big-endian: length of the body (4),
/// kind (1), whether the next entry of this log continues the body (1), log (8), number of the
/// change (8), body. The bodies are described in [io.zurau.log].
///
/// **State** is owned by `Journal` under its `journalLock`, and by its writer.
///
/// **Knows** disks and tasks. **Must not know** what the entries mean.
@NullMarked
package io.zurau.log.journal;

import org.jspecify.annotations.NullMarked;
