package io.zurau.log;

import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The index of a segment that is appended to. It is written to its file when the segment is
/// checkpointed or sealed.
///
/// **Guard:** the log's state lock for changes. Readers see the entries as of some moment, without
/// a lock: entries are never changed in place once they are counted.
final class MemoryIndex implements IndexEntries {
    private static final class Pairs {
        final long[] keys;
        final int[] values;

        Pairs(long[] keys, int[] values) {
            this.keys = keys;
            this.values = values;
        }
    }

    private final Form form;
    private volatile Pairs pairs = new Pairs(new long[8], new int[8]);
    private volatile int count; // Written after the pair, read before it.

    MemoryIndex(Form form) {
        this.form = form;
    }

    /// The entries of a file, to be appended to.
    static MemoryIndex copyOf(IndexEntries entries, Form form) {
        MemoryIndex copy = new MemoryIndex(form);
        for (int i = 0; i < entries.count(); i++) {
            copy.append(entries.key(i), entries.value(i));
        }
        return copy;
    }

    void append(long key, int value) {
        int at = count;
        Pairs now = pairs;
        if (at == now.keys.length) {
            now = new Pairs(Arrays.copyOf(now.keys, at * 2), Arrays.copyOf(now.values, at * 2));
            pairs = now;
        }
        now.keys[at] = key;
        now.values[at] = value;
        count = at + 1;
    }

    /// Keeps only the first entries. Readers of the old ones keep theirs.
    void truncate(int newCount) {
        if (newCount < count) {
            Pairs now = pairs;
            count = newCount;
            pairs = new Pairs(now.keys.clone(), now.values.clone());
        }
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long key(int index) {
        return pairs.keys[index];
    }

    @Override
    public int value(int index) {
        return pairs.values[index];
    }

    /// Writes the entries from `from` to `to` where they belong, and cuts off what lies behind.
    void write(DiskFile file, int from, int to) {
        ByteBuffer bytes = ByteBuffer.allocate((to - from) * form.entryBytes);
        Pairs now = pairs;
        for (int i = from; i < to; i++) {
            switch (form) {
                case OFFSETS -> bytes.putInt((int) now.keys[i]).putInt(now.values[i]);
                case TIMES -> bytes.putLong(now.keys[i]).putInt(now.values[i]);
            }
        }
        file.write(bytes.flip(), (long) from * form.entryBytes);
        file.truncate((long) to * form.entryBytes);
    }
}
