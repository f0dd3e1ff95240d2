package io.zurau.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Producers as of one offset, as they lie in a file `%020d.snapshot`: Kafka's `ProducerSnapshot`.
///
/// Version (2), CRC-32C of what follows it (4), number of entries (4), then per entry: producer id
/// (8), epoch (2), last sequence (4), last offset (8), offset delta (4), timestamp (8), coordinator
/// epoch (4), start of the open transaction (8).
///
/// Kafka writes one entry per producer, with its last batch. We write one for each of its last
/// five, oldest first, so that after a crash any batch that was on its way can come again, but not
/// those that an earlier leader took. Kafka takes the last entry of a producer.
final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int ENTRIES_AT = 6;
    private static final int HEADER_BYTES = 10;
    private static final int ENTRY_BYTES = 46;

    private ProducerSnapshot() {}

    static ByteBuffer write(Iterable<ProducerState> producers) {
        List<ByteBuffer> entries = new ArrayList<>();
        for (ProducerState producer : producers) {
            int oldest = Math.max(0, producer.batchCount() - 1);
            for (int age = oldest; age >= 0; age--) {
                entries.add(entry(producer, producer.batch(age)));
            }
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES);
        bytes.putShort(VERSION).putInt(0).putInt(entries.size());
        entries.forEach(bytes::put);
        bytes.flip();
        return bytes.putInt(CRC_AT, crcOf(bytes));
    }

    private static ByteBuffer entry(
            ProducerState producer, ProducerState.@org.jspecify.annotations.Nullable Batch batch) {
        return ByteBuffer.allocate(ENTRY_BYTES)
                .putLong(producer.producerId)
                .putShort(producer.epoch())
                .putInt(batch == null ? -1 : batch.lastSequence())
                .putLong(batch == null ? -1 : batch.lastOffset())
                .putInt(batch == null ? 0 : batch.offsetDelta())
                .putLong(batch == null ? producer.lastTimestamp() : batch.timestamp())
                .putInt(producer.coordinatorEpoch())
                .putLong(producer.transactionStart())
                .flip();
    }

    /// The producers by id; empty if the bytes are no whole snapshot.
    static Optional<Map<Long, ProducerState>> read(ByteBuffer bytes) {
        if (bytes.remaining() < HEADER_BYTES
                || bytes.getShort(0) != VERSION
                || bytes.getInt(CRC_AT) != crcOf(bytes)) {
            return Optional.empty();
        }
        Map<Long, ProducerState> producers = new LinkedHashMap<>();
        int count = bytes.getInt(ENTRIES_AT);
        for (int i = 0; i < count; i++) {
            readEntry(bytes.slice(HEADER_BYTES + i * ENTRY_BYTES, ENTRY_BYTES), producers);
        }
        return Optional.of(producers);
    }

    private static void readEntry(ByteBuffer entry, Map<Long, ProducerState> producers) {
        long producerId = entry.getLong();
        short epoch = entry.getShort();
        int lastSequence = entry.getInt();
        long lastOffset = entry.getLong();
        int offsetDelta = entry.getInt();
        long timestamp = entry.getLong();
        ProducerState producer = producers.get(producerId);
        if (producer == null || producer.epoch() != epoch) {
            producer = new ProducerState(producerId, epoch);
            producers.put(producerId, producer);
        }
        if (lastSequence >= 0) {
            producer.add(new ProducerState.Batch(lastSequence, lastOffset, offsetDelta, timestamp));
        }
        producer.restore(entry.getInt(), entry.getLong(), timestamp);
    }

    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(ENTRIES_AT, bytes.limit() - ENTRIES_AT));
        return (int) crc.getValue();
    }
}
