package io.zurau.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The aborted transactions whose markers lie in one segment: `.txnindex`, which exists only if
/// there are some.
///
/// An entry is version 0 (2), producer id, first offset, last offset, last stable offset (8 each).
///
/// **Guard:** the log's state lock for changes; readers get immutable lists.
final class TransactionIndex {
    private static final int ENTRY_BYTES = 34;

    private final LogFiles files;
    private final String path;
    private volatile @Nullable List<AbortedTransaction> entries; // Null until somebody asks.
    private volatile int persisted;

    TransactionIndex(LogFiles files, long baseOffset) {
        this.files = files;
        this.path = files.path(baseOffset, LogFiles.TXN_INDEX);
    }

    /// In the order of their markers.
    List<AbortedTransaction> entries() {
        List<AbortedTransaction> known = entries;
        if (known == null) {
            known =
                    WholeFile.read(files.disk(), path)
                            .map(TransactionIndex::parse)
                            .orElse(List.of());
            persisted = known.size();
            entries = known;
        }
        return known;
    }

    /// Those whose records lie between two offsets.
    ///
    /// @param untilOffset exclusive
    static List<AbortedTransaction> between(Segments segments, long fromOffset, long untilOffset) {
        List<AbortedTransaction> found = new ArrayList<>();
        for (Segment segment : segments.from(fromOffset)) {
            for (AbortedTransaction entry : segment.aborted().entries()) {
                if (entry.lastOffset() >= fromOffset && entry.firstOffset() < untilOffset) {
                    found.add(entry);
                }
                if (entry.lastStableOffset() >= untilOffset) {
                    return found; // All that was open below is decided in what was looked at.
                }
            }
        }
        return found;
    }

    private static List<AbortedTransaction> parse(ByteBuffer bytes) {
        List<AbortedTransaction> parsed = new ArrayList<>();
        while (bytes.remaining() >= ENTRY_BYTES && bytes.getShort() == 0) {
            parsed.add(
                    new AbortedTransaction(
                            bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
        }
        return List.copyOf(parsed);
    }

    void add(AbortedTransaction transaction) {
        List<AbortedTransaction> longer = new ArrayList<>(entries());
        if (longer.isEmpty() || longer.getLast().lastOffset() < transaction.lastOffset()) {
            longer.add(transaction);
            entries = List.copyOf(longer);
        }
    }

    /// Takes away what the log has no marker of any more; also on disk, at once: the next marker at
    /// its offset may end a transaction otherwise, and an index that grows is not written for long.
    void truncateTo(long endOffset) {
        List<AbortedTransaction> kept =
                entries().stream().filter(entry -> entry.lastOffset() < endOffset).toList();
        if (kept.size() < entries().size()) {
            entries = kept;
            persisted = -1; // Whatever is in the file, it is not that.
            persist();
        }
    }

    /// Writes and syncs the entries if they are not on disk.
    void persist() {
        List<AbortedTransaction> now = entries();
        if (now.size() == persisted) {
            return;
        }
        WholeFile.replace(files.disk(), path, bytes(now));
        persisted = now.size();
    }

    /// As they lie in a file.
    static ByteBuffer bytes(List<AbortedTransaction> entries) {
        ByteBuffer bytes = ByteBuffer.allocate(entries.size() * ENTRY_BYTES);
        for (AbortedTransaction entry : entries) {
            bytes.putShort((short) 0)
                    .putLong(entry.producerId())
                    .putLong(entry.firstOffset())
                    .putLong(entry.lastOffset())
                    .putLong(entry.lastStableOffset());
        }
        return bytes.flip();
    }
}
