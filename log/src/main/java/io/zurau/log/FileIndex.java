package io.zurau.log;

import java.nio.ByteBuffer;

/// The index of a sealed segment: it stays in its file, and a search reads the few entries it looks
/// at.
///
/// Immutable.
final class FileIndex implements IndexEntries {
    private final Segment segment;
    private final String path;
    private final Form form;
    private final int count;

    private FileIndex(Segment segment, String path, Form form, int count) {
        this.segment = segment;
        this.path = path;
        this.form = form;
        this.count = count;
    }

    /// Whatever entries the file has. Apache Kafka makes its indexes larger than they are at first;
    /// if it was killed, zeroes follow the entries: they are not counted.
    static FileIndex open(Segment segment, String path, Form form) {
        int slots;
        try (OpenFiles.Pin pin = segment.pin(path)) {
            slots = (int) (pin.file().size() / form.entryBytes);
        }
        FileIndex all = new FileIndex(segment, path, form, slots);
        return new FileIndex(segment, path, form, all.countBeforeZeroes());
    }

    /// No entry consists of zeroes only: the first batch of a segment has none.
    private int countBeforeZeroes() {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key(middle) == 0 && value(middle) == 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long key(int index) {
        return form.readKey(read(index));
    }

    @Override
    public int value(int index) {
        return read(index).getInt(form.entryBytes - Integer.BYTES);
    }

    private ByteBuffer read(int index) {
        ByteBuffer entry = ByteBuffer.allocate(form.entryBytes);
        try (OpenFiles.Pin pin = segment.pin(path)) {
            pin.file().read(entry, (long) index * form.entryBytes);
        }
        return entry.rewind();
    }
}
