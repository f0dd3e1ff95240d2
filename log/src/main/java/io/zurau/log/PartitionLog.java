package io.zurau.log;

import io.zurau.log.AppendOutcome.Refused;
import io.zurau.log.CheckpointFile.Line;
import io.zurau.log.CheckpointFile.Tail;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// The log of **one** partition on **one** disk.
///
/// Its files are not touched before somebody needs more than its offsets, and are not made before
/// there is something to put into them: a directory with tens of thousands of logs opens at once.
///
/// **Trouble.** If the disk fails, the whole directory goes offline; if only this log is not as it
/// must be, this log does. Appends and reads are then refused with KAFKA_STORAGE_ERROR, other
/// methods throw [StorageFailure].
///
/// **Guard:** `logLock` in [LogAccess] for all changes, taken after the partition's lock and held
/// while an append waits for the journal's room. Reads never take it once the log is loaded.
public final class PartitionLog {
    private final LogHome home;
    private final long id;
    private final TopicPartition partition;
    private final Uuid topicId;
    private final LogFiles files;
    private final LogReader reader = new LogReader();
    private final StoredEnd stored;
    private final LogAccess access;

    private volatile LogConfig config;
    private volatile long highWatermark; // Exclusive.

    PartitionLog(LogHome home, Line line, LoadPlan plan, LogConfig config, OnDisk onDisk) {
        this.home = home;
        this.id = line.log();
        this.partition = line.partition();
        this.topicId = line.topicId();
        this.files = new LogFiles(home.disk(), home.files(), home.codecs(), partition.toString());
        this.config = config;
        this.stored = new StoredEnd(this, home.notices(), plan.from().endOffset());
        this.access = new LogAccess(home, files, line, plan, onDisk, stored);
        this.highWatermark = plan.from().startOffset();
    }

    public TopicPartition partition() {
        return partition;
    }

    /// [Uuid#ZERO] if an old Apache Kafka wrote the log and noted none.
    public Uuid topicId() {
        return topicId;
    }

    /// The log directory that it lies in.
    public Uuid directoryId() {
        return home.directoryId();
    }

    /// Whether it, and its directory, work. If not, what was appended last may not be stored.
    public boolean isUsable() {
        return !isBroken() && home.failure() == null;
    }

    /// Whether it was noted that this log is a copy in the making, which is not to be served yet.
    public boolean isCopy() {
        return access.watching(() -> isOnDisk() && LogNames.isCopy(home.disk(), directory()));
    }

    /// Notes that it is, or is not any more. What is to be served is said elsewhere.
    public void noteCopy(boolean isCopy) {
        if (isCopy || isOnDisk()) {
            locked(
                    _ -> {
                        LogNames.noteCopy(home.disk(), directory(), isCopy);
                        return isCopy;
                    });
        }
    }

    long id() {
        return id;
    }

    String directory() {
        return files.directory();
    }

    /// Checks batches, gives them offsets and writes them. The bytes of `batches` are changed:
    /// offsets, epoch, and what the topic demands.
    ///
    /// @param batches between position and limit; of a client exactly one batch
    /// @param leaderEpoch that the batches get, unless they come from the leader
    public AppendOutcome append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        LogConfig now = config;
        AppendCheck check =
                AppendCheck.of(batches, origin, now, home.clock().wallMs(), home.codecs());
        return switch (check) {
            case AppendCheck.No no -> no.refused();
            case AppendCheck.Ready ready -> appendReady(ready, origin, leaderEpoch, now);
        };
    }

    private AppendOutcome appendReady(
            AppendCheck.Ready ready, AppendOrigin origin, int leaderEpoch, LogConfig now) {
        try {
            return locked(loaded -> new Append(this, loaded, ready, origin, now).run(leaderEpoch));
        } catch (StorageFailure e) {
            return new Refused(ErrorCode.KAFKA_STORAGE_ERROR, String.valueOf(e.getMessage()));
        }
    }

    /// Whole batches from the one that contains an offset on.
    ///
    /// @param maxBytes how much to read at most
    /// @param untilOffset exclusive; batches that reach it are left out. Above the log's end it
    ///   means the end
    /// @param atLeastOneBatch whether a first batch larger than `maxBytes` is read nevertheless
    /// @return a slice, to be closed; OFFSET_OUT_OF_RANGE below the log's start or above its end
    public ReadOutcome read(
            long fromOffset, int maxBytes, long untilOffset, boolean atLeastOneBatch) {
        return read(fromOffset, maxBytes, untilOffset, atLeastOneBatch, false);
    }

    /// The same, for readers of committed data: the slice names the transactions that were aborted.
    public ReadOutcome readIsolated(
            long fromOffset, int maxBytes, long untilOffset, boolean atLeastOneBatch) {
        return read(fromOffset, maxBytes, untilOffset, atLeastOneBatch, true);
    }

    private ReadOutcome read(
            long from, int maxBytes, long until, boolean atLeastOneBatch, boolean isolated) {
        try {
            return asking(
                    loaded ->
                            reader.read(loaded, from, maxBytes, until, atLeastOneBatch, isolated));
        } catch (StorageFailure e) {
            return new ReadOutcome.Refused(
                    ErrorCode.KAFKA_STORAGE_ERROR, String.valueOf(e.getMessage()));
        }
    }

    /// Transactions aborted between two offsets.
    ///
    /// @param untilOffset exclusive
    List<AbortedTransaction> abortedTransactions(long fromOffset, long untilOffset) {
        return asking(
                loaded -> TransactionIndex.between(loaded.segments(), fromOffset, untilOffset));
    }

    /// Below it every transaction is decided, for good. Exclusive; never above the high watermark.
    ///
    /// @param atWatermark the high watermark, exclusive
    public long lastStableOffset(long atWatermark) {
        return Math.min(atWatermark, asking(loaded -> loaded.firstUnstableOffset(atWatermark)));
    }

    /// Inclusive. Records below are deleted, if not yet in fact.
    public long logStartOffset() {
        LogContents loaded = access.contents();
        return loaded != null ? loaded.startOffset() : line().position().startOffset();
    }

    /// The offset of the next record.
    public long logEndOffset() {
        LogContents loaded = access.contents();
        if (loaded != null) {
            return loaded.endOffset();
        }
        Line last = line();
        return last.tail() == Tail.EXACT || (last.tail() == Tail.CUT && last.durable())
                ? last.position().endOffset()
                : asking(LogContents::endOffset);
    }

    /// Exclusive. No power failure takes a record below it; with `durability=memory` it is the
    /// log's end.
    public long storedEndOffset() {
        return isDurable() ? stored.offset() : logEndOffset();
    }

    /// Will be told when [#storedEndOffset()] has grown; the last listener given counts.
    public void onStored(StoredListener newListener) {
        stored.listener(newListener);
    }

    /// Exclusive. As the partition said last, also before a restart.
    public long highWatermark() {
        return Math.max(highWatermark, logStartOffset());
    }

    /// Retention never takes records at or above it.
    public void highWatermark(long offset) {
        highWatermark = offset;
    }

    /// The first record whose timestamp is not before the given one; empty if there is none.
    public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) {
        return asking(loaded -> search(loaded).firstNotBefore(timestampMs));
    }

    /// The first record with the largest timestamp of all; empty if there is no record.
    public Optional<TimestampedOffset> maxTimestampOffset() {
        return asking(loaded -> search(loaded).largest());
    }

    private TimestampSearch search(LogContents loaded) {
        return new TimestampSearch(files, loaded.segments(), loaded.startOffset());
    }

    /// The epoch of the last record, or the one begun since; empty if there is none.
    public OptionalInt latestEpoch() {
        int latest = latestEpochOrNone();
        return latest < 0 ? OptionalInt.empty() : OptionalInt.of(latest);
    }

    private int latestEpochOrNone() {
        LogContents loaded = access.contents();
        return loaded == null
                ? line().position().latestEpoch()
                : loaded.withState(LeaderEpochs::latest);
    }

    /// The leader epoch of the record at an offset; -1 if unknown.
    public int epochOf(long offset) {
        return asking(loaded -> loaded.withState(epochs -> epochs.epochOf(offset)));
    }

    /// Notes that a leader begins an epoch at the log's end. Epochs that are not new are ignored.
    public void beginEpoch(int epoch) {
        if (epoch <= latestEpochOrNone()) {
            return;
        }
        access.lockedInMemory(
                loaded -> {
                    long offset = loaded.endOffset();
                    long change = loaded.beginEpoch(epoch, offset);
                    return journal(change, new LogChange.EpochBegun(epoch, offset));
                });
    }

    /// Where the records of the largest epoch not above the given one end.
    public EpochEnd endOffsetForEpoch(int epoch) {
        return asking(
                loaded -> loaded.withState(epochs -> epochs.endOf(epoch, loaded.endOffset())));
    }

    /// Moves the log's start up to an offset and deletes the segments that lie wholly below. Lower
    /// offsets change nothing.
    ///
    /// @param offset not above the high watermark, which the caller has checked
    /// @return the log's start
    public long deleteBefore(long offset) {
        if (offset <= logStartOffset()) {
            return logStartOffset();
        }
        return locked(loaded -> new LogStart(this, loaded).deleteBefore(offset));
    }

    /// Deletes what is too old or too much, and forgets producers silent since before `silentMs`.
    void applyRetention(long nowMs, long silentMs) {
        if (!isOnDisk() || (!isLoaded() && logStartOffset() == logEndOffset())) {
            return;
        }
        locked(
                loaded -> {
                    loaded.expireProducers(silentMs);
                    return new LogStart(this, loaded).applyRetention(nowMs);
                });
    }

    /// Takes away all records at and above an offset.
    public void truncateTo(long offset) {
        locked(loaded -> new Truncation(this, loaded).truncateTo(offset));
    }

    /// Takes away everything; the next record gets this offset.
    public void truncateFullyAndStartAt(long offset) {
        locked(loaded -> new Truncation(this, loaded).startAt(offset));
    }

    /// Of the segment files.
    public long sizeInBytes() {
        return asking(loaded -> loaded.segments().sizeInBytes());
    }

    /// The idempotent producers that the log remembers.
    public List<ActiveProducer> activeProducers() {
        return asking(LogContents::activeProducers);
    }

    /// One of them; empty if the log does not remember it.
    public Optional<ActiveProducer> activeProducer(long producerId) {
        return asking(loaded -> loaded.activeProducer(producerId));
    }

    public LogConfig config() {
        return config;
    }

    /// Syncs what there is. Nobody has to wait for it; what comes meanwhile is not synced.
    public void sync() {
        access.watching(
                () -> {
                    persistence().persistEverything();
                    return true;
                });
    }

    /// Applies to what comes from now on.
    public void configure(LogConfig newConfig) {
        config = newConfig;
        if (newConfig.compacts() && persistence().sealedBelow() > logStartOffset()) {
            home.wakeCompactor();
        }
        if (newConfig.durable() != isDurable()) {
            locked(loaded -> new DurabilityChange(this, loaded).become(newConfig.durable()));
        }
    }

    /// Whether "stored" means on disk. Until it is configured, as when it was used last.
    public boolean isDurable() {
        return access.isDurable();
    }

    LogHome home() {
        return home;
    }

    LogFiles files() {
        return files;
    }

    LogReader reader() {
        return reader;
    }

    /// Adds a change to the journal.
    ///
    /// @return the sequence number of its group
    long journal(long change, LogChange what) {
        return home.journal().add(stored, what.kind(), id, change, what.body(), 0);
    }

    /// Adds a change to the journal unless that would have to wait.
    ///
    /// @return the sequence number of its group; empty if there is no room now
    OptionalLong tryJournal(long change, LogChange what) {
        return home.journal().tryAdd(what.kind(), id, change, what.body());
    }

    /// Seals the active segment and begins another.
    void roll(LogContents loaded, long nowMs) {
        long change = loaded.roll(nowMs, isDurable());
        home.probe().rolled();
        if (config.compacts()) {
            home.wakeCompactor();
            if (!isDurable()) {
                home.sealedInMemory();
            }
        }
        if (isDurable()) {
            journal(change, new LogChange.Rolled(loaded.endOffset()));
        }
    }

    /// The files were cut: opens them anew.
    void reload(LogPosition position) {
        access.reload(position);
        reader.forget();
        highWatermark = Math.min(highWatermark, position.endOffset());
    }

    LogAccess access() {
        return access;
    }

    LogPersistence persistence() {
        return access.persistence();
    }

    StoredEnd stored() {
        return stored;
    }

    <T> T locked(Function<LogContents, T> change) {
        return access.locked(change);
    }

    private <T> T asking(Function<LogContents, T> question) {
        return access.asking(question);
    }

    /// Does something with the log, unless it is broken, or breaks over it.
    void ifWhole(Consumer<PartitionLog> use) {
        try {
            if (!isBroken()) {
                use.accept(this);
            }
        } catch (StorageFailure e) {
            if (!isBroken()) {
                throw e;
            }
        }
    }

    /// As in the last checkpoint.
    Line line() {
        return persistence().line();
    }

    boolean isBroken() {
        return access.isBroken();
    }

    /// Whether there may be files of it.
    boolean isOnDisk() {
        return persistence().onDisk() != OnDisk.NOTHING;
    }

    /// Whether the files were touched since the directory was opened.
    boolean isLoaded() {
        return access.contents() != null;
    }

    /// Writes and syncs what has changed.
    ///
    /// @param closing whether nothing comes any more
    void checkpoint(boolean closing) {
        persistence().checkpoint(closing);
    }

    /// The checkpoint is on disk.
    void checkpointed() {
        persistence().checkpointed();
    }

    /// The last change that is part of what was loaded, or would be.
    long lastChange() {
        LogContents loaded = access.contents();
        return loaded == null ? line().position().change() : loaded.position().change();
    }
}
