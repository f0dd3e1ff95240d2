/// Record batches (magic 2), Kafka's unit of writing, storing and compressing records.
///
/// **Enter at** [io.zurau.protocol.record.RecordBatch], a view of one batch in a buffer;
/// [io.zurau.protocol.record.RecordBatches] walks over batches that stand back to back.
/// [io.zurau.protocol.record.BatchValidation] is what a leader checks before it stores a batch,
/// [io.zurau.protocol.record.RecordBatchBuilder] makes batches,
/// [io.zurau.protocol.record.RecordReader] takes them apart,
/// [io.zurau.protocol.record.RecordCursor] walks over offsets and times alone,
/// [io.zurau.protocol.record.BatchConversion] gives them another codec, and
/// [io.zurau.protocol.record.ControlRecords] are the markers between the records of transactions.
///
/// ```
/// base offset i64 | length i32 (of what follows) | partition leader epoch i32 | magic i8 = 2
/// | CRC-32C u32 (of what follows) | attributes i16 | last offset delta i32 | base timestamp i64
/// | max timestamp i64 | producer id i64 | producer epoch i16 | base sequence i32 | count i32
/// | records, compressed as a whole:
///     length varint | attributes i8 | timestamp delta varlong | offset delta varint
///     | key length varint (negative: null) | key | value length varint | value
///     | header count varint | headers: key length varint | key | value length varint | value
/// attributes: bits 0–2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
/// ```
///
/// **Promises.** The format is Kafka's to the byte. Bytes of strangers are not trusted: reading
/// them fails with [io.zurau.protocol.record.CorruptRecords] and nothing else, and takes no more
/// memory than the given bound. `baseOffset` and `lastOffset` are inclusive, `nextOffset` is
/// exclusive.
///
/// **State** lies in the buffers of the callers; views neither own nor move them.
///
/// **Knows** buffers and codecs. **Must not know** logs, files, sockets, requests.
@NullMarked
package io.zurau.protocol.record;

import org.jspecify.annotations.NullMarked;
