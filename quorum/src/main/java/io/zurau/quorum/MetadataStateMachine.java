package io.zurau.quorum;

import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/// Applies the committed entries of the Raft log, in order, and writes and reads snapshots of what
/// they make.
///
/// **Owner:** Ratis' thread for updates, which alone changes the state. Around the install of a
/// snapshot Ratis stops it, calls [#pause()] from another thread, and [#reinitialize()] from the
/// first; the life cycle must go RUNNING, PAUSED, RUNNING with that, or the thread ends silently.
final class MetadataStateMachine extends BaseStateMachine {
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final Events events;

    private volatile MetadataState state = MetadataState.EMPTY;
    private volatile @Nullable FileDisk directory;
    private volatile @Nullable FileDisk parent;

    /// Of the Raft log, since the last snapshot.
    private final AtomicLong bytesSinceSnapshot = new AtomicLong();

    /// What the rest of the node wants to know. Called by Ratis' threads, so to be quick.
    interface Events {
        /// @param entry what led to `after`; null if it was a snapshot, or an entry that was
        ///   refused
        void advanced(@Nullable Entry entry, MetadataState after, long index);

        void elected(int leaderId);

        CompletableFuture<FetchAnswer> fetch(FetchRequest request);

        Introduction introduction();

        /// The state machine can go no further.
        void broke(Throwable why);

        /// The copy of the log is being taken away from this node.
        void removed();
    }

    MetadataStateMachine(Events events) {
        this.events = events;
    }

    MetadataState state() {
        return state;
    }

    long bytesSinceSnapshot() {
        return bytesSinceSnapshot.get();
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
            throws IOException {
        super.initialize(server, groupId, raftStorage);
        FileDisk raftDirectory =
                new FileDisk(raftStorage.getStorageDir().getStateMachineDir().toPath());
        raftDirectory.createDirectories("");
        directory = raftDirectory;
        parent = new FileDisk(raftStorage.getStorageDir().getRoot().toPath());
        storage.init(raftStorage);
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            try {
                                load();
                                refuseLogWithoutBeginning(raftStorage);
                            } catch (RuntimeException e) {
                                events.broke(e);
                                throw e;
                            }
                        });
    }

    /// Ratis would take a log whose snapshot has vanished for an empty one.
    private void refuseLogWithoutBeginning(RaftStorage raftStorage) {
        if (storage.getLatestSnapshot() != null) {
            return;
        }
        FileDisk logs = new FileDisk(raftStorage.getStorageDir().getCurrentDir().toPath());
        boolean any = logs.list("").stream().anyMatch(name -> name.startsWith("log_"));
        boolean first =
                logs.list("").stream()
                        .anyMatch(
                                name ->
                                        name.startsWith("log_0-")
                                                || name.equals("log_inprogress_0"));
        if (any && !first) {
            throw new StorageFailure(
                    logs.name(), logs.name() + " has lost the snapshot before its log.");
        }
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        storage.loadLatestSnapshot();
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            try {
                                load();
                                syncInstalled();
                            } catch (RuntimeException e) {
                                events.broke(e);
                                throw e;
                            }
                        });
    }

    private void load() {
        SingleFileSnapshotInfo snapshot = storage.getLatestSnapshot();
        if (snapshot == null) {
            return;
        }
        Path path = snapshot.getFile().getPath();
        FileDisk disk = disk();
        try (DiskFile file = disk.openReadOnly(name(path))) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), Integer.MAX_VALUE));
            file.read(bytes, 0);
            state = MetadataState.read(bytes.flip());
        } catch (CorruptRecords | MalformedMessage e) {
            throw new StorageFailure(
                    disk.name(), "%s is damaged: %s".formatted(path, e.getMessage()), e);
        }
        setLastAppliedTermIndex(snapshot.getTermIndex());
        bytesSinceSnapshot.set(0);
        events.advanced(null, state, snapshot.getIndex());
    }

    /// Ratis puts an installed snapshot into place without syncing it.
    private void syncInstalled() {
        SingleFileSnapshotInfo snapshot = storage.getLatestSnapshot();
        if (snapshot == null) {
            return;
        }
        FileDisk disk = disk();
        try (DiskFile file = disk.open(name(snapshot.getFile().getPath()))) {
            file.sync();
        }
        disk.syncDirectory("");
        disk(parent).syncDirectory("");
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto proto = transaction.getLogEntry();
        try {
            ByteBuffer bytes = proto.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer();
            bytesSinceSnapshot.addAndGet(bytes.remaining());
            // Copied, as Ratis may use the entry's memory again.
            Entry entry = Entry.read(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
            MetadataState.Step step = state.apply(entry);
            boolean refused = !(step.answer() instanceof Answer.Done);
            state = step.after();
            updateLastAppliedTermIndex(proto.getTerm(), proto.getIndex());
            events.advanced(refused ? null : entry, state, proto.getIndex());
            return CompletableFuture.completedFuture(Bytes.message(step.answer().bytes()));
        } catch (RuntimeException e) {
            // Going on without the entry would make this voter differ from the others.
            events.broke(e);
            throw e;
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        Path path = storage.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
        String unfinished = name(path) + ".tmp";
        FileDisk disk = disk();
        try {
            try (DiskFile file = disk.open(unfinished)) {
                file.truncate(0);
                file.write(state.bytes(), 0);
                file.sync();
            }
            disk.move(unfinished, name(path));
            disk.syncDirectory("");
        } catch (StorageFailure e) {
            throw new IOException(e.getMessage(), e);
        }
        MD5Hash md5 = MD5FileUtil.computeAndSaveMd5ForFile(path.toFile());
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(
                        new FileInfo(path, md5), last.getTerm(), last.getIndex()));
        bytesSinceSnapshot.set(0);
        return last.getIndex();
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        events.elected(Voter.nodeId(leader));
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        String name = disk().name();
        events.broke(
                new StorageFailure(
                        name,
                        "The log beside %s cannot be written: %s".formatted(name, cause),
                        cause));
    }

    @Override
    public void notifyGroupRemove() {
        events.removed();
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        ByteBuffer query = Bytes.of(request);
        if (Introduction.isAskedFor(query)) {
            return CompletableFuture.completedFuture(Bytes.message(events.introduction().bytes()));
        }
        try {
            return events.fetch(FetchRequest.read(query))
                    .thenApply(answer -> Bytes.message(answer.bytes()));
        } catch (CorruptRecords | MalformedMessage e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private FileDisk disk() {
        return disk(directory);
    }

    private static FileDisk disk(@Nullable FileDisk disk) {
        if (disk == null) {
            throw new IllegalStateException("The state machine has no directory yet.");
        }
        return disk;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
