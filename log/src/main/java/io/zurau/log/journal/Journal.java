package io.zurau.log.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Disk;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one file that makes all logs of a directory durable. (In truth a few files, used in turn.)
///
/// # Why an acknowledged record survives
///
/// A record is acknowledged when its log's [JournalClient] was told that it is stored. Before that,
/// in this order:
///
/// 1. Its batch was written into the log's segment file, where it may sit in the page cache for as
///    long as the system likes.
/// 2. The log took up the batch in its state: its end, its producers, the number of its change.
/// 3. The batch was copied into the group that gathers, as an entry with that number.
/// 4. The group was written to the journal, and the write did not return before the device had it.
///
/// So at any moment what was acknowledged lies in the journal, except for what a *checkpoint* has
/// taken out of it. A checkpoint, again in order:
///
/// 1. notes the sequence number `S` of the group that gathers now;
/// 2. notes each changed log's state: number of its last change, end, position in its segment.
///    Every change with an entry in a group before `S` is part of that state, because logs take up
///    a change before they add its entry;
/// 3. syncs those segments up to that position, with their indexes and names;
/// 4. replaces the checkpoint file by one that says `S` and those states, and syncs it;
/// 5. only then lets the groups before `S` be overwritten.
///
/// After a crash each log is cut back to what the checkpoint file says of it, which is on disk
/// whatever else is, and the groups from `S` on are replayed over it. A change whose number the
/// checkpointed state already includes is skipped, the others follow number on number, so each is
/// applied exactly once. It does not matter which bytes *behind* the checkpointed position
/// survived: they are overwritten.
///
/// The last group may be torn. It was not acknowledged, its CRC fails, the journal ends before it.
/// There is only ever one write under way, so no whole group can follow a torn one: if one does,
/// the journal was damaged and opening it fails instead of losing what follows. A file that is used
/// again still has older groups in it: their sequence numbers are lower than the one expected, or
/// they belong to another journal. Records that were in no group before the crash may still lie in
/// a segment; they are cut, as nobody was told of them.
///
/// # How it is fast
///
/// While the writer waits for the device the next group gathers, whoever its entries come from. Few
/// appends make small groups and short waits, many make large groups; nobody tunes anything. The
/// files are written with zeroes once, so that writing them again changes no metadata, and where
/// the system can, a write goes straight from the group's aligned buffer to the device.
///
/// # Bounds
///
/// There are two groups. Who finds no room in the one that gathers waits, and so does the writer
/// when all files are in use until a checkpoint frees one.
///
/// **Guard:** `journalLock`, taken after a log's lock and never held during a write. The writer, a
/// task of its own, owns the group that it writes.
public final class Journal implements AutoCloseable {
    /// Room of one group at most, with its header. Far above what makes a device busy (64 to 128
    /// KiB).
    private static final int MAX_GROUP_BYTES = 2 << 20;

    /// Of one file.
    public static final long MIN_SLOT_BYTES = 128 << 10;

    /// A checkpoint is due when this part of the files is in use: an early one costs little, and
    /// keeps recovery short.
    private static final int DUE_PART = 4;

    private final long id;
    private final int maxBody; // Longer ones are cut into pieces.
    private final JournalSlots slots;
    private final String directory;
    private final JournalProbe probe;
    private final Runnable onCheckpointDue;
    private final Consumer<StorageFailure> onFailure;
    private final ReentrantLock journalLock = new ReentrantLock();
    private final Condition filled = journalLock.newCondition(); // The writer waits for entries,
    private final Condition roomy = journalLock.newCondition(); // appenders for room,
    private final Condition written = journalLock.newCondition(); // and some for the device.

    @GuardedBy("journalLock")
    private JournalGroup gathering;

    @GuardedBy("journalLock")
    private @Nullable JournalGroup spare; // Null while it is being written.

    @GuardedBy("journalLock")
    private int waitingForRoom; // Late comers stand behind them.

    @GuardedBy("journalLock")
    private boolean writerWaits;

    @GuardedBy("journalLock")
    private long storedSequence; // Groups up to this one are on disk, inclusive.

    @GuardedBy("journalLock")
    private boolean closing;

    @GuardedBy("journalLock")
    private @Nullable StorageFailure failure;

    private final Tasks.Task writer;

    private Journal(Builder builder) {
        this.id = builder.id;
        this.directory = builder.disk.name();
        this.probe = builder.probe;
        this.onCheckpointDue = builder.onCheckpointDue;
        this.onFailure = builder.onFailure;
        int maxSlots = Math.clamp(builder.totalBytes / builder.slotBytes, 2, 99);
        this.slots = new JournalSlots(builder.disk, builder.slotBytes, maxSlots);
        // Groups are whole blocks, and must fit well into a file.
        int groupBytes = (int) Math.min(builder.slotBytes / 2, MAX_GROUP_BYTES);
        groupBytes -= groupBytes % GroupHeader.BLOCK;
        this.maxBody = groupBytes - GroupHeader.BYTES - JournalEntry.HEADER_BYTES;
        this.gathering = new JournalGroup(slots.alignedBuffer(groupBytes));
        this.spare = new JournalGroup(slots.alignedBuffer(groupBytes));
        this.storedSequence = builder.firstSequence - 1;
        this.gathering.begin(builder.firstSequence);
        this.writer = builder.tasks.startDedicated("journal of " + directory, this::writeGroups);
    }

    /// What a journal is made of.
    ///
    /// @param id random; groups of other ids are not this journal's
    /// @param firstSequence higher than that of any group of this id
    /// @param totalBytes all files together
    /// @param onCheckpointDue called on the writer; must not wait
    /// @param onFailure called once, on the writer or on whoever called [Journal#fail]
    public record Builder(
            Disk disk,
            Tasks tasks,
            long id,
            long firstSequence,
            long slotBytes,
            long totalBytes,
            JournalProbe probe,
            Runnable onCheckpointDue,
            Consumer<StorageFailure> onFailure) {
        public Journal start() {
            return new Journal(this);
        }
    }

    /// Adds an entry; waits while there is no room.
    ///
    /// @param body its remainder is copied; position and limit stay as they are
    /// @param endOffset what the client will be told
    /// @return the sequence number of the group
    /// @throws StorageFailure if the journal has failed
    public long add(
            JournalClient client,
            byte kind,
            long log,
            long change,
            ByteBuffer body,
            long endOffset) {
        journalLock.lock();
        try {
            ByteBuffer rest = body.duplicate();
            while (rest.remaining() > maxBody) {
                makeRoom(maxBody);
                ByteBuffer piece = rest.slice(rest.position(), maxBody);
                JournalEntry.write(gathering.target(), kind, true, log, change, piece);
                wakeWriter();
                rest.position(rest.position() + maxBody);
            }
            makeRoom(rest.remaining());
            JournalEntry.write(gathering.target(), kind, false, log, change, rest);
            gathering.note(client, endOffset);
            wakeWriter();
            return gathering.sequence();
        } finally {
            journalLock.unlock();
        }
    }

    /// Adds an entry unless that would have to wait; its client is told nothing.
    ///
    /// @param body short enough for one entry
    /// @return the sequence number of the group; empty if there is no room now
    /// @throws StorageFailure if the journal has failed
    public OptionalLong tryAdd(byte kind, long log, long change, ByteBuffer body) {
        journalLock.lock();
        try {
            refuseIfFailed();
            if (!hasRoom(body.remaining())) {
                return OptionalLong.empty();
            }
            JournalEntry.write(gathering.target(), kind, false, log, change, body.duplicate());
            wakeWriter();
            return OptionalLong.of(gathering.sequence());
        } finally {
            journalLock.unlock();
        }
    }

    /// Waits until there is room for an entry; others may take it.
    ///
    /// @throws StorageFailure if the journal has failed
    public void awaitRoom(int bodyBytes) {
        journalLock.lock();
        try {
            makeRoom(bodyBytes);
        } finally {
            journalLock.unlock();
        }
    }

    @GuardedBy("journalLock")
    private boolean hasRoom(int bodyBytes) {
        return waitingForRoom == 0 && gathering.room() >= bodyBytes;
    }

    @GuardedBy("journalLock")
    private void makeRoom(int bodyBytes) {
        refuseIfFailed();
        if (hasRoom(bodyBytes)) {
            return;
        }
        probe.waitedForRoom();
        waitingForRoom++;
        try {
            do {
                roomy.awaitUninterruptibly();
                refuseIfFailed();
            } while (gathering.room() < bodyBytes);
        } finally {
            waitingForRoom--;
        }
    }

    @GuardedBy("journalLock")
    private void wakeWriter() {
        if (writerWaits) {
            filled.signal();
        }
    }

    @GuardedBy("journalLock")
    private void refuseIfFailed() {
        if (failure != null) {
            throw new StorageFailure(directory, "The journal has failed.", failure);
        }
        if (closing) {
            throw new StorageFailure(directory, "The journal is closed.");
        }
    }

    private void writeGroups() {
        try {
            JournalGroup group = takeGroup();
            while (group != null) {
                write(group);
                group = takeGroup();
            }
        } catch (StorageFailure e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new StorageFailure(directory, "The journal's writer broke.", e));
            throw e;
        }
    }

    /// The next group that has entries; null when the journal is closed and all are written.
    private @Nullable JournalGroup takeGroup() {
        journalLock.lock();
        try {
            while (gathering.isEmpty() && !closing && failure == null) {
                writerWaits = true;
                filled.awaitUninterruptibly();
            }
            writerWaits = false;
            JournalGroup next = spare;
            if (gathering.isEmpty() || failure != null || next == null) {
                return null;
            }
            JournalGroup taken = gathering;
            next.begin(taken.sequence() + 1);
            gathering = next;
            spare = null;
            if (waitingForRoom > 0) {
                roomy.signalAll();
            }
            return taken;
        } finally {
            journalLock.unlock();
        }
    }

    private void write(JournalGroup group) {
        ByteBuffer bytes = group.seal(id);
        int length = bytes.remaining();
        JournalSlots.Place place = slots.place(group.sequence(), length);
        place.file().write(bytes, place.position());
        group.tellClients();
        probe.wroteGroup(length);
        journalLock.lock();
        try {
            storedSequence = group.sequence();
            spare = group;
            written.signalAll();
        } finally {
            journalLock.unlock();
        }
        if (place.position() == 0) {
            onCheckpointDue.run();
        }
    }

    /// Waits until the group with this sequence number is on disk.
    ///
    /// @throws StorageFailure if it never will be
    public void awaitStored(long sequence) {
        journalLock.lock();
        try {
            while (storedSequence < sequence) {
                if (failure != null) {
                    throw new StorageFailure(directory, "The journal has failed.", failure);
                }
                written.awaitUninterruptibly();
            }
        } finally {
            journalLock.unlock();
        }
    }

    /// Waits until everything that was added is on disk.
    ///
    /// @throws StorageFailure if it never will be
    public void flush() {
        long last;
        journalLock.lock();
        try {
            last = gathering.isEmpty() ? gathering.sequence() - 1 : gathering.sequence();
        } finally {
            journalLock.unlock();
        }
        awaitStored(last);
    }

    /// Makes the first file of a journal that is still to be started, so that its absence later
    /// means that it was lost.
    public static void prepare(Disk disk, long slotBytes) {
        if (!disk.exists(JournalSlots.fileName(0))) {
            disk.openForSyncedWrites(JournalSlots.fileName(0), slotBytes).close();
            disk.syncDirectory("");
        }
    }

    /// The group that gathers now. Whatever was added before is in it or in an earlier one.
    public long gatheringSequence() {
        journalLock.lock();
        try {
            return gathering.sequence();
        } finally {
            journalLock.unlock();
        }
    }

    public long id() {
        return id;
    }

    /// Groups before this one are not needed any more.
    public void release(long sequence) {
        slots.release(sequence);
    }

    /// Sees to it that the writer will find a free file.
    public void prepareNextFile() {
        slots.prepareNext();
    }

    /// Whether so much is in the journal that a checkpoint should be made.
    public boolean wantsCheckpoint() {
        return slots.usedCount() > Math.max(1, slots.maxCount() / DUE_PART);
    }

    /// Nothing more can be stored; whoever waits is refused. Only the first call does anything.
    public void fail(StorageFailure cause) {
        journalLock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = cause;
            filled.signalAll();
            roomy.signalAll();
            written.signalAll();
        } finally {
            journalLock.unlock();
        }
        slots.fail(cause);
        onFailure.accept(cause);
    }

    /// Writes what was added, then ends the writer. Later additions are refused.
    @Override
    public void close() {
        journalLock.lock();
        try {
            closing = true;
            filled.signalAll();
            roomy.signalAll();
        } finally {
            journalLock.unlock();
        }
        joinWriter();
        slots.close();
    }

    private void joinWriter() {
        boolean interrupted = false;
        while (true) {
            try {
                writer.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
