package io.zurau.tests.simulation;

import io.zurau.simulation.SimDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/// What lies in the segment files of one broker's disk, read from outside, as an auditor would.
///
/// Used by the one thread of a simulation; costs no simulated time.
final class ReplicasOnDisk {
    private static final int SIZE_AT = 8;
    private static final int EPOCH_AT = 12;
    private static final int MAGIC_AT = 16;
    private static final int CRC_AT = 17;
    private static final int LAST_DELTA_AT = 23;
    private static final int HEADER_BYTES = 61;
    private static final int PREFIX_BYTES = 12; // Base offset and size are not counted in the size.
    private static final byte MAGIC = 2;

    private final SimDisk disk;

    ReplicasOnDisk(SimDisk disk) {
        this.disk = disk;
    }

    /// One batch as it lies in a file.
    ///
    /// @param lastOffset inclusive
    /// @param bytes all of it; valid until the file changes
    record Batch(long baseOffset, long lastOffset, int epoch, int crc, ByteBuffer bytes) {}

    /// Exclusive end of a partition's log; 0 if there is none.
    long endOffset(String topic, int partition) {
        List<String> segments = segments(topic, partition);
        if (segments.isEmpty()) {
            return 0;
        }
        ByteBuffer file = disk.peek(segments.getLast());
        long next = baseOf(segments.getLast());
        int at = 0;
        while (isBatch(file, at, next)) {
            next = lastOffset(file, at) + 1;
            at += size(file, at);
        }
        return next;
    }

    private static int size(ByteBuffer file, int at) {
        return file.getInt(at + SIZE_AT) + PREFIX_BYTES;
    }

    private static long lastOffset(ByteBuffer file, int at) {
        return file.getLong(at) + file.getInt(at + LAST_DELTA_AT);
    }

    /// @param next the smallest offset that it may have
    private static boolean isBatch(ByteBuffer file, int at, long next) {
        return file.limit() - at >= HEADER_BYTES
                && size(file, at) >= HEADER_BYTES
                && size(file, at) <= file.limit() - at
                && file.getLong(at) >= next
                && file.get(at + MAGIC_AT) == MAGIC;
    }

    /// All batches of a partition, by offset.
    List<Batch> batches(String topic, int partition) {
        List<Batch> all = new ArrayList<>();
        segments(topic, partition).forEach(segment -> all.addAll(batches(segment)));
        return all;
    }

    /// Paths of the segments, by base offset.
    List<String> segments(String topic, int partition) {
        String directory = topic + "-" + partition;
        return disk.list(directory).stream()
                .filter(name -> name.endsWith(".log"))
                .sorted()
                .map(name -> directory + "/" + name)
                .toList();
    }

    /// Flips a bit of somebody's records, in any batch of a partition.
    ///
    /// @return the base offset of the batch; empty if there is none
    OptionalLong flipBit(String topic, int partition, Random dice) {
        List<String> segments = segments(topic, partition);
        if (segments.isEmpty()) {
            return OptionalLong.empty();
        }
        String segment = segments.get(dice.nextInt(segments.size()));
        List<Batch> batches = batches(segment);
        if (batches.isEmpty()) {
            return OptionalLong.empty();
        }
        int index = dice.nextInt(batches.size());
        Batch batch = batches.get(index);
        long position =
                batches.subList(0, index).stream()
                        .mapToLong(before -> before.bytes().limit())
                        .sum();
        int inBatch = HEADER_BYTES + dice.nextInt(batch.bytes().limit() - HEADER_BYTES);
        disk.flipBit(segment, position + inBatch, dice.nextInt(8));
        return OptionalLong.of(batch.baseOffset());
    }

    private static long baseOf(String segment) {
        String name = segment.substring(segment.lastIndexOf('/') + 1);
        return Long.parseLong(name.substring(0, name.length() - ".log".length()));
    }

    /// Until something is no batch.
    private List<Batch> batches(String segment) {
        ByteBuffer file = disk.peek(segment);
        List<Batch> batches = new ArrayList<>();
        int at = 0;
        long next = baseOf(segment);
        while (isBatch(file, at, next)) {
            next = lastOffset(file, at) + 1;
            batches.add(
                    new Batch(
                            file.getLong(at),
                            next - 1,
                            file.getInt(at + EPOCH_AT),
                            file.getInt(at + CRC_AT),
                            file.slice(at, size(file, at))));
            at += size(file, at);
        }
        return batches;
    }
}
