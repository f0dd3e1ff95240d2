package io.zurau.protocol.record;

import io.zurau.protocol.compression.BadCompression;
import io.zurau.protocol.compression.Decompressors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Takes batches apart into records. Owned by one thread at a time; the records it gave stay valid.
///
/// Holds decompressors, whose native memory only [#close()] gives back.
public final class RecordReader implements AutoCloseable {
    private static final int SMALLEST_RECORD = 7;
    private static final int SMALLEST_HEADER = 2;

    private final Decompressors decompressors = new Decompressors();
    private final int maxDecompressedBytes;

    /// @param maxDecompressedBytes a batch that becomes larger than this is [CorruptRecords]
    public RecordReader(int maxDecompressedBytes) {
        this.maxDecompressedBytes = maxDecompressedBytes;
    }

    /// The batch's records, to be walked over once. A compressed batch is decompressed now, each
    /// record is read when the walk reaches it; both throw [CorruptRecords].
    public Iterator<Record> read(RecordBatch batch) {
        try {
            ByteBuffer bytes =
                    decompressors.decompress(
                            batch.compression(), batch.payload(), maxDecompressedBytes);
            return new Walk(batch, bytes);
        } catch (BadCompression bad) {
            throw new CorruptRecords(bad.sentence());
        }
    }

    /// All records of the batch.
    public List<Record> readAll(RecordBatch batch) {
        List<Record> records = new ArrayList<>();
        read(batch).forEachRemaining(records::add);
        return records;
    }

    @Override
    public void close() {
        decompressors.close();
    }

    private static final class Walk implements Iterator<Record> {
        private final ByteBuffer bytes;
        private final long baseOffset;
        private final long baseTimestamp;
        private final long appendTimestamp;
        private final boolean appendTime;
        private int left;

        Walk(RecordBatch batch, ByteBuffer bytes) {
            this.bytes = bytes;
            this.baseOffset = batch.baseOffset();
            this.baseTimestamp = batch.baseTimestamp();
            this.appendTimestamp = batch.maxTimestamp();
            this.appendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
            this.left = batch.recordCount();
            if (left < 0 || left > bytes.remaining() / SMALLEST_RECORD) {
                throw new CorruptRecords(
                        "A batch says it has " + left + " records, but they do not fit into it.");
            }
            checkEnd();
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public Record next() {
            if (left == 0) {
                throw new NoSuchElementException();
            }
            left--;
            int size = Varints.readInt(bytes);
            if (size < SMALLEST_RECORD - 1 || size > bytes.remaining()) {
                throw new CorruptRecords("Size " + size + " of a record does not fit its batch.");
            }
            int end = bytes.position() + size;
            Record record = readBody(end);
            if (bytes.position() != end) {
                throw new CorruptRecords("A record does not end where its size says.");
            }
            checkEnd();
            return record;
        }

        private void checkEnd() {
            if (left == 0 && bytes.hasRemaining()) {
                throw new CorruptRecords("Bytes remain behind the last record of a batch.");
            }
        }

        private Record readBody(int end) {
            bytes.get(); // Attributes: none are defined.
            long timestampDelta = Varints.readLong(bytes);
            int offsetDelta = Varints.readInt(bytes);
            ByteBuffer key = readBytes(Varints.readInt(bytes));
            ByteBuffer value = readBytes(Varints.readInt(bytes));
            int headerCount = Varints.readInt(bytes);
            if (headerCount < 0 || headerCount > (end - bytes.position()) / SMALLEST_HEADER) {
                throw new CorruptRecords(headerCount + " headers do not fit their record.");
            }
            long timestamp = appendTime ? appendTimestamp : baseTimestamp + timestampDelta;
            return new Record(
                    baseOffset + offsetDelta, timestamp, key, value, readHeaders(headerCount));
        }

        private List<Header> readHeaders(int count) {
            if (count == 0) {
                return List.of();
            }
            List<Header> headers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ByteBuffer key = readBytes(Varints.readInt(bytes));
                if (key == null) {
                    throw new CorruptRecords("A header has no key.");
                }
                String name = StandardCharsets.UTF_8.decode(key).toString();
                headers.add(new Header(name, readBytes(Varints.readInt(bytes))));
            }
            return headers;
        }

        private @Nullable ByteBuffer readBytes(int length) {
            if (length < 0) {
                return null;
            }
            if (length > bytes.remaining()) {
                throw new CorruptRecords(length + " bytes do not fit the end of a batch.");
            }
            ByteBuffer slice = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            return slice;
        }
    }
}
