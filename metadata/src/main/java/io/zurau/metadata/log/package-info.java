/// The log of metadata records: what it promises, and the one of a single node.
///
/// **Enter at** [io.zurau.metadata.log.MetadataLog], the port;
/// [io.zurau.metadata.log.LocalMetadataLog] keeps it in files of one disk. **Promises.** A proposal
/// is committed as a whole or not at all, only if nothing was committed since the proposer looked,
/// and never taken back: not by a crash, not by a power failure. **State.** The committed end,
/// owned by the log under its lock.
///
/// # The files of a local log
///
/// All in the directory `metadata`:
///
/// - `%020d.log`: record batches (version 2, not compressed), back to back; the name is the offset
///   of the first. One proposal is one batch, so its CRC decides whether it happened. Each record
///   is a metadata record framed as Kafka frames them, in the value; the key is null.
/// - `%020d-%010d.checkpoint`: the whole image below the first number, as batches of the same kind
///   between Kafka's control records for the head and the foot of a snapshot. The second number is
///   0, Kafka's epoch.
///
/// A snapshot is written when the log has grown past it; it begins a new log file, and the older
/// files are deleted. So there is at most one of each kind but during that change.
///
/// The format is Kafka's, so that `kafka-dump-log --cluster-metadata-decoder` shows it. The
/// directory is not Kafka's `__cluster_metadata-0`: neither system takes the other's log for its
/// own.
///
/// **Knows** record batches and disks. **Must not know** what the records mean.
@NullMarked
package io.zurau.metadata.log;

import org.jspecify.annotations.NullMarked;
