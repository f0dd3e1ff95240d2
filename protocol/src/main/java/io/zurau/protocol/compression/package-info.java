/// The compression codecs of record batches.
///
/// **Enter at** [io.zurau.protocol.compression.Compression]: the codecs with their ids, names and
/// levels. Whoever compresses owns a [io.zurau.protocol.compression.Compressors], whoever
/// decompresses a [io.zurau.protocol.compression.Decompressors]: one codec object of each kind,
/// made when it is first needed, so that a broker that sees no zstd never loads zstd.
///
/// **Promises.** What Kafka writes can be read and what is written Kafka reads: snappy in xerial
/// framing, lz4 in the frame format. Compressed bytes are not trusted: reading them ends, within
/// the given bound of memory, or fails with [io.zurau.protocol.compression.BadCompression].
///
/// **State** belongs to the one thread that uses the codec object; nothing is shared.
///
/// **Knows** bytes. **Must not know** records, batches, files, sockets.
@NullMarked
package io.zurau.protocol.compression;

import org.jspecify.annotations.NullMarked;
