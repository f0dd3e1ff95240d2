package io.zurau.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// What a file holds: what processes see, what is surely on the device, and the changes between.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimFile implements SimNode {
    /// Devices write whole sectors, in any order.
    private static final int SECTOR = 512;

    private GrowingBytes seen = new GrowingBytes();
    private final GrowingBytes stored = new GrowingBytes();
    private final List<Change> unsynced = new ArrayList<>();

    private sealed interface Change {
        void applyTo(GrowingBytes bytes);

        /// What is left of it if the power failed meanwhile.
        Change torn(Random dice);
    }

    private static final class Write implements Change {
        private final byte[] bytes;
        private final long position;
        private final boolean inOrder;

        Write(byte[] bytes, long position, boolean inOrder) {
            this.bytes = bytes;
            this.position = position;
            this.inOrder = inOrder;
        }

        @Override
        public void applyTo(GrowingBytes target) {
            target.write(bytes, position);
        }

        @Override
        public Change torn(Random dice) {
            byte[] part = Arrays.copyOf(bytes, dice.nextInt(bytes.length + 1));
            return new Write(part, position, inOrder);
        }
    }

    private record Cut(long size) implements Change {
        @Override
        public void applyTo(GrowingBytes target) {
            target.cut(size);
        }

        @Override
        public Change torn(Random dice) {
            return this;
        }
    }

    long size() {
        return seen.size();
    }

    int read(ByteBuffer target, long position) {
        return seen.read(target, position);
    }

    ByteBuffer peek() {
        return seen.peek();
    }

    void write(byte[] bytes, long position) {
        change(new Write(bytes, position, false));
    }

    /// Seems to be synced, but the device does it later; at least in the order of such writes.
    void writeLate(byte[] bytes, long position) {
        change(new Write(bytes, position, true));
    }

    void truncate(long size) {
        change(new Cut(size));
    }

    private void change(Change change) {
        change.applyTo(seen);
        unsynced.add(change);
    }

    void sync() {
        unsynced.forEach(change -> change.applyTo(stored));
        unsynced.clear();
    }

    void writeSynced(byte[] bytes, long position) {
        seen.write(bytes, position);
        stored.write(bytes, position);
    }

    /// A synced write that the power failure hit: a part of it, either up to some byte or any of
    /// its sectors.
    void writeTorn(byte[] bytes, long position, Random dice) {
        if (dice.nextBoolean()) {
            writeSynced(Arrays.copyOf(bytes, dice.nextInt(bytes.length + 1)), position);
            return;
        }
        for (int start = 0; start < bytes.length; start += SECTOR) {
            if (dice.nextBoolean()) {
                int end = Math.min(start + SECTOR, bytes.length);
                writeSynced(Arrays.copyOfRange(bytes, start, end), position + start);
            }
        }
    }

    /// Keeps any of the unsynced changes, the last of them torn.
    @Override
    public void losePower(Survival survival) {
        List<Change> kept = new ArrayList<>();
        boolean inOrderToo = true;
        for (Change change : unsynced) {
            boolean inOrder = change instanceof Write write && write.inOrder;
            if (survival.keeps() && (inOrderToo || !inOrder)) {
                kept.add(change);
            } else {
                inOrderToo &= !inOrder;
            }
        }
        for (int i = 0; i < kept.size(); i++) {
            boolean last = i == kept.size() - 1;
            (last ? kept.get(i).torn(survival.dice()) : kept.get(i)).applyTo(stored);
        }
        unsynced.clear();
        seen = stored.copy();
    }

    /// The device forgets what a bit was.
    void flipBit(long position, int bit) {
        sync();
        seen.flipBit(position, bit);
        stored.flipBit(position, bit);
    }
}
