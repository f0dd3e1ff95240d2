/// The logs of partitions on one disk, and the journal that makes them durable.
///
/// **Enter at** [io.zurau.log.LogDirectories], of which a node has one or more,
/// [io.zurau.log.LogDirectory], which opens a directory and everything in it, and
/// [io.zurau.log.PartitionLog]: `append`, `read`, `truncateTo`, `deleteBefore`. Why an acknowledged
/// record survives is told at the head of [io.zurau.log.journal.Journal].
///
/// **Promises.** Offsets rise without gap where nothing was compacted. A record below the stored
/// end survives a crash, at its offset, once; nothing torn is ever visible. Recovery takes as long
/// as the journal is large, however much data and however many logs there are.
///
/// **On disk.** All numbers are big-endian. In the root of a log directory:
///
/// | file | what it is |
/// |---|---|
/// | `<topic>-<partition>/` | one log, once it has had a record |
/// | `<topic>-<partition>.<32 hex digits>-delete/` | a log that is being deleted |
/// | `zurau-journal-00`, … | see [io.zurau.log.journal]; the bodies of its entries are in [io.zurau.log.LogChange] |
/// | `zurau-checkpoint` | what is synced, and from where the journal is needed: [io.zurau.log.CheckpointFile] |
/// | `zurau-high-watermarks` | where the high watermarks were: [io.zurau.log.HighWatermarks] |
/// | `recovery-point-offset-checkpoint`, `log-start-offset-checkpoint`, `replication-offset-checkpoint`, `cleaner-offset-checkpoint` | Kafka's notes of offsets: [io.zurau.log.KafkaCheckpoints] |
/// | `.lock`, `meta.properties`, `metadata/`, Kafka's `__cluster_metadata-0/` | not this package's |
///
/// In a log's directory, exactly as Kafka has it; `N` is the base offset of a segment in 20 digits:
///
/// | file | what it is |
/// |---|---|
/// | `N.log` | record batches back to back, see [io.zurau.protocol.record] |
/// | `N.index` | offset index: last offset of a batch, relative to `N` (4), position of the batch (4); about one entry per 4 KiB |
/// | `N.timeindex` | time index: largest timestamp so far (8), relative offset of the batch that has it (4) |
/// | `N.txnindex` | aborted transactions: [io.zurau.log.TransactionIndex] |
/// | `N.snapshot` | producers as of offset `N`, which need not be a segment's: [io.zurau.log.ProducerSnapshot] |
/// | `leader-epoch-checkpoint` | [io.zurau.log.LeaderEpochs] |
/// | `partition.metadata` | whose log it is: [io.zurau.log.LogNames] |
/// | `….cleaned`, `zurau-compaction` | only while segments are being replaced by a compacted one: [io.zurau.log.SegmentReplacement] |
/// | `zurau-copy` | only while the log is being copied here from another directory, to take its place |
///
/// Differs from Kafka: index files are never larger than their entries; those of the active segment
/// lag behind it, and are completed when it is sealed or the directory is closed.
///
/// **Compaction** is done by [io.zurau.log.Compactor], one log at a time: [io.zurau.log.Cleanable]
/// says of what, [io.zurau.log.LogCompaction] what stays, and [io.zurau.log.SegmentReplacement] why
/// a crash finds the old segments or the new one.
///
/// **State.** Each log is guarded by its own lock; readers get immutable slices. Lock order:
/// directory, log, persisting, state, journal, files.
///
/// **Knows** record batches, disks, clocks. **Must not know** replicas, topics' leaders, requests,
/// sockets.
@NullMarked
package io.zurau.log;

import org.jspecify.annotations.NullMarked;
