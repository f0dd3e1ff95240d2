package io.zurau.log.journal;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Reads a journal that nobody writes: all whole groups from one on, in order.
///
/// Owned by one thread.
public final class JournalReader {
    private final Disk disk;
    private final long journal;
    private final long fromSequence;
    private final TreeMap<Long, String> filesByFirstSequence = new TreeMap<>();

    /// Files that begin with no whole group: never written, or damaged there.
    private final List<String> headless = new ArrayList<>();

    private ByteBuffer buffer = ByteBuffer.allocate(GroupHeader.BLOCK);

    /// @param journal the id
    /// @param fromSequence the first group that is needed
    public JournalReader(Disk disk, long journal, long fromSequence) {
        this.disk = disk;
        this.journal = journal;
        this.fromSequence = fromSequence;
        for (String name : disk.list("")) {
            if (name.startsWith(JournalSlots.PREFIX)) {
                try (DiskFile file = disk.openReadOnly(name)) {
                    readGroup(file, 0)
                            .ifPresentOrElse(
                                    first -> filesByFirstSequence.put(first.sequence(), name),
                                    () -> headless.add(name));
                }
            }
        }
    }

    /// Whether there is any file of a journal, of whatever id.
    public static boolean existsOn(Disk disk) {
        return disk.list("").stream().anyMatch(name -> name.startsWith(JournalSlots.PREFIX));
    }

    /// Hands out all entries of all groups.
    ///
    /// @return the sequence number of the first group that is not there
    /// @throws StorageFailure if a group is damaged that is not the last
    public long forEach(Consumer<JournalEntry> entries) {
        long expected = fromSequence;
        Map.Entry<Long, String> file = filesByFirstSequence.floorEntry(expected);
        while (file != null) {
            long end = readFile(file.getValue(), file.getKey(), expected, entries);
            expected = Math.max(expected, end);
            String next = filesByFirstSequence.get(expected); // Has a whole group, so this ends.
            file = next == null ? null : Map.entry(expected, next);
        }
        refuseIfGroupsFollow(expected);
        return expected;
    }

    /// Reads the groups of one file, of which the first has the given number.
    ///
    /// @return the number of the group behind the last that is whole
    private long readFile(String name, long first, long expected, Consumer<JournalEntry> entries) {
        long sequence = first;
        try (DiskFile file = disk.openReadOnly(name)) {
            long position = 0;
            Optional<GroupHeader> group = readGroup(file, position);
            while (group.isPresent() && group.get().sequence() == sequence) {
                if (sequence >= expected) {
                    handOut(group.get(), entries);
                }
                position += group.get().paddedBytes();
                sequence++;
                group = readGroup(file, position);
            }
            refuseIfGroupsFollow(file, name, position, Math.max(sequence, expected - 1));
        }
        return sequence;
    }

    private void handOut(GroupHeader group, Consumer<JournalEntry> entries) {
        ByteBuffer rest = buffer.slice(GroupHeader.BYTES, group.entryBytes());
        while (rest.hasRemaining()) {
            entries.accept(JournalEntry.read(rest));
        }
    }

    /// Reads a group into the buffer; empty if there is no whole one of this journal.
    ///
    /// @throws StorageFailure if it has another format
    private Optional<GroupHeader> readGroup(DiskFile file, long position) {
        buffer.clear().limit(GroupHeader.BYTES);
        file.read(buffer, position);
        buffer.flip();
        GroupHeader.otherVersion(buffer, journal).ifPresent(this::refuseVersion);
        Optional<GroupHeader> header =
                GroupHeader.read(buffer).filter(found -> found.journal() == journal);
        if (header.isEmpty() || header.get().paddedBytes() > file.size() - position) {
            return Optional.empty();
        }
        int length = GroupHeader.BYTES + header.get().entryBytes();
        if (length > buffer.capacity()) {
            buffer = ByteBuffer.allocate(Math.max(length, buffer.capacity() * 2));
        }
        buffer.clear().limit(length);
        file.read(buffer, position);
        buffer.flip();
        return header.filter(found -> found.matches(buffer));
    }

    private void refuseVersion(int version) {
        throw new StorageFailure(
                disk.name(),
                "The journal in %s has format %d, this version reads format %d. Start the node with the version of Zurau that wrote it, or a newer one."
                        .formatted(disk.name(), version, GroupHeader.VERSION));
    }

    private void refuseIfGroupsFollow(long missing) {
        Map.Entry<Long, String> later = filesByFirstSequence.higherEntry(missing);
        if (later != null) {
            throw damaged(later.getValue(), missing, later.getKey());
        }
        for (String name : headless) {
            try (DiskFile file = disk.openReadOnly(name)) {
                refuseIfGroupsFollow(file, name, 0, missing);
            }
        }
    }

    /// @param position of what is no whole group
    private void refuseIfGroupsFollow(DiskFile file, String name, long position, long missing) {
        long size = file.size();
        for (long at = position + GroupHeader.BLOCK; at < size; at += GroupHeader.BLOCK) {
            Optional<GroupHeader> group = readGroup(file, at);
            if (group.isPresent() && group.get().sequence() > missing) {
                throw damaged(name, missing, group.get().sequence());
            }
        }
    }

    private StorageFailure damaged(String name, long missing, long later) {
        return new StorageFailure(
                disk.name(),
                ("Group %d of the journal is damaged although group %d in %s is whole; acknowledged"
                                + " records would be lost by going on.")
                        .formatted(missing, later, name));
    }
}
