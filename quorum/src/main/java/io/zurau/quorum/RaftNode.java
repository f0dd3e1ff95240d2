package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node's Raft server. As long as the server has no copy of the log it only answers that.
///
/// **Guard:** none of its own; Ratis guards itself, and what is written here is volatile.
final class RaftNode
        implements MetadataStateMachine.Events, LeaderCalls.LocalServer, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RaftNode.class);
    private static final long SNAPSHOT_PATIENCE_MS = 10_000;

    static {
        // Ratis would end the process for a port that is taken.
        ExitUtils.disableSystemExit();
        ExitUtils.setTerminateOnUncaughtException(false);
    }

    private final Voter self;
    private final Uuid directoryId;
    private final QuorumDirectory directory;
    private final Newest<ClusterImage> images;
    private final Newest<Leadership> leaderships;
    private final VoterCalls calls;
    private final Clock clock;
    private final FetchDesk desk;
    private final IndexedEnds ends = new IndexedEnds();
    private final RaftServer server;
    private final Succession succession;

    private volatile @Nullable MetadataStateMachine machine;
    private volatile @Nullable Throwable broken;

    /// @param first the group that this node founds before it answers anybody; null if it does not
    RaftNode(
            QuorumConfig config,
            Voter self,
            QuorumDirectory directory,
            Newest<ClusterImage> images,
            Newest<Leadership> leaderships,
            VoterCalls calls,
            Clock clock,
            @Nullable RaftGroup first) {
        this.self = self;
        this.directoryId = config.directoryId();
        this.directory = directory;
        this.images = images;
        this.leaderships = leaderships;
        this.calls = calls;
        this.clock = clock;
        this.desk = new FetchDesk(clock);
        try {
            RaftServer.Builder builder =
                    RaftServer.newBuilder()
                            .setServerId(self.peerId())
                            .setStateMachineRegistry(_ -> newMachine())
                            .setProperties(
                                    RatisSettings.server(
                                            config,
                                            self,
                                            directory.raft(),
                                            first != null || config.others().isEmpty()));
            // A copy of the log that is there already is found by Ratis.
            if (first != null) {
                builder.setGroup(first).setOption(RaftStorage.StartupOption.FORMAT);
            }
            this.server = builder.build();
            this.succession = new Succession(self, server, this::division, calls, clock);
        } catch (IOException e) {
            throw new StorageFailure(
                    directory.name(),
                    "%s cannot be opened: %s".formatted(directory.name(), e.getMessage()),
                    e);
        }
    }

    private MetadataStateMachine newMachine() {
        MetadataStateMachine made = new MetadataStateMachine(this);
        machine = made;
        return made;
    }

    /// Begins to listen, and to take part if there is a copy of the log.
    void start() {
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            throwIfBroken();
            throw new StorageFailure(
                    directory.name(),
                    "The quorum cannot listen on %s:%d or open %s: %s"
                            .formatted(self.host(), self.port(), directory.name(), root(e)),
                    e);
        }
        throwIfBroken();
        if (directory.holdsLog() && division().isEmpty()) {
            throw new StorageFailure(
                    directory.name(), "Ratis cannot open the log in " + directory.name() + ".");
        }
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /// From now on the node has a copy of the log, an empty one.
    void beginLog(RaftGroup group) throws IOException {
        RaftClientReply reply =
                server.groupManagement(calls.groupAdd(Voter.nodeId(server.getId()), group));
        throwIfBroken();
        if (!reply.isSuccess()) {
            throw reply.getException();
        }
    }

    /// @throws StorageFailure if the disk was why this node can go no further
    /// @throws IllegalStateException if it was a bug
    void throwIfBroken() {
        Throwable why = broken;
        if (why instanceof StorageFailure failure) {
            throw failure;
        }
        if (why != null) {
            throw new IllegalStateException("The copy of the log is stopped: " + why, why);
        }
    }

    /// This node's copy of the log, if there is one at work.
    Optional<RaftServer.Division> division() {
        try {
            return Optional.of(server.getDivision(RatisSettings.GROUP))
                    .filter(division -> division.getInfo().isAlive());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Whether this node has a vote, as far as it knows.
    boolean votes() {
        return division()
                .filter(
                        division ->
                                division.getRaftConf().getCurrentPeers().stream()
                                        .anyMatch(peer -> peer.getId().equals(server.getId())))
                .isPresent();
    }

    @Override
    public Optional<RaftServer> leading() {
        return division().filter(division -> division.getInfo().isLeader()).map(_ -> server);
    }

    Succession succession() {
        return succession;
    }

    MetadataState state() {
        MetadataStateMachine current = machine;
        return current == null ? MetadataState.EMPTY : current.state();
    }

    /// The last entry of any kind that was applied here.
    long appliedIndex() {
        return division().map(division -> division.getInfo().getLastAppliedIndex()).orElse(-1L);
    }

    /// Takes notice of who leads now, and answers fetches that have waited long enough. To be
    /// called several times a second.
    void tick() {
        division().map(RaftNode::leadership).ifPresent(leaderships::offer);
        desk.tick();
    }

    static Leadership leadership(RaftServer.Division division) {
        long term = division.getInfo().getCurrentTerm();
        RaftPeerId leader = division.getInfo().getLeaderId();
        return new Leadership(
                leader == null ? Leadership.NOBODY : Voter.nodeId(leader), (int) term);
    }

    static List<Voter> voters(RaftServer.Division division) {
        return division.getRaftConf().getCurrentPeers().stream()
                .map(Voter::of)
                .sorted(Comparator.comparingInt(Voter::nodeId))
                .toList();
    }

    // What the state machine tells.

    @Override
    public void advanced(@Nullable Entry entry, MetadataState after, long index) {
        ends.note(index, after.endOffset());
        if (entry instanceof Entry.Append append) {
            desk.applied(append.batch(), after);
        } else {
            desk.replaced(after);
        }
        if (after.image() != null) {
            images.offer(after.image());
        }
    }

    @Override
    public void elected(int leaderId) {
        division()
                .ifPresent(
                        division ->
                                leaderships.offer(
                                        new Leadership(
                                                leaderId,
                                                (int) division.getInfo().getCurrentTerm())));
    }

    @Override
    public CompletableFuture<FetchAnswer> fetch(FetchRequest request) {
        return desk.fetch(request)
                .thenApply(
                        news -> {
                            Optional<RaftServer.Division> division = division();
                            return new FetchAnswer(
                                    division.map(RaftNode::leadership)
                                            .orElse(new Leadership(Leadership.NOBODY, 0)),
                                    division.map(RaftNode::voters).orElse(List.of()),
                                    news);
                        });
    }

    @Override
    public Introduction introduction() {
        MetadataState state = state();
        SortedMap<Integer, Uuid> directories = new TreeMap<>();
        desk.observers().forEach(one -> directories.put(one.nodeId(), one.directoryId()));
        List<Voter> voters = division().map(RaftNode::voters).orElse(List.of());
        for (Voter voter : voters) {
            Uuid told = state.directories().get(voter.nodeId());
            if (told != null) {
                directories.put(voter.nodeId(), told);
            }
        }
        return new Introduction(
                state.image() == null ? "" : state.image().clusterId(), directoryId, directories);
    }

    @Override
    public void broke(Throwable why) {
        if (broken == null) {
            broken = why;
            log.atError()
                    .addKeyValue("directory", directory.name())
                    .addKeyValue("reason", why.toString())
                    .log("The metadata log has stopped");
        }
    }

    @Override
    public void removed() {
        directory.markRemoved(true);
    }

    /// Writes a snapshot now if so much of the log is behind the last one.
    void snapshotIfLargerThan(long bytes) throws IOException {
        MetadataStateMachine current = machine;
        if (current == null || current.bytesSinceSnapshot() <= bytes || division().isEmpty()) {
            return;
        }
        server.snapshotManagement(
                SnapshotManagementRequest.newCreate(
                        ClientId.randomId(),
                        server.getId(),
                        RatisSettings.GROUP,
                        calls.newCall(),
                        SNAPSHOT_PATIENCE_MS));
    }

    /// The quorum as this node sees it. How far the others are only the leader knows.
    QuorumState quorum(Leadership leadership, long endOffset) {
        Optional<RaftServer.Division> division = division();
        if (division.isEmpty()) {
            return new QuorumState(leadership, endOffset, List.of(), List.of());
        }
        List<Contact> contacts = Contact.of(division.get());
        long nowMs = clock.wallMs();
        List<QuorumState.Member> members = new ArrayList<>();
        for (Voter voter : voters(division.get())) {
            if (voter.nodeId() == self.nodeId()) {
                members.add(member(voter, endOffset, nowMs, nowMs));
                continue;
            }
            Optional<Contact> contact =
                    contacts.stream().filter(one -> one.nodeId() == voter.nodeId()).findFirst();
            members.add(
                    contact.map(one -> member(voter, one, endOffset, nowMs))
                            .orElse(member(voter, -1, -1, -1)));
        }
        return new QuorumState(leadership, endOffset, members, desk.observers());
    }

    private QuorumState.Member member(Voter voter, Contact contact, long endOffset, long nowMs) {
        long theirEnd = ends.endAt(contact.matchIndex());
        long heardMs = nowMs - contact.elapsedMs();
        return member(voter, theirEnd, heardMs, theirEnd == endOffset ? heardMs : -1);
    }

    private QuorumState.Member member(
            Voter voter, long endOffset, long lastFetchMs, long lastCaughtUpMs) {
        Uuid directoryId = state().directories().getOrDefault(voter.nodeId(), Uuid.ZERO);
        return new QuorumState.Member(
                voter.nodeId(),
                directoryId,
                voter.host(),
                voter.port(),
                endOffset,
                lastFetchMs,
                lastCaughtUpMs);
    }

    /// Takes leave of the others.
    void leave() {
        succession.handOver();
        desk.close();
    }

    /// Closes this node's copy of the log, if there is one at work. It may take for ever, until the
    /// thread is interrupted: in Ratis 3.3.0 closing waits for the thread that evicts cached
    /// segments, while it holds a lock that this thread may just be waiting for.
    void closeCopy() {
        division().ifPresent(RaftServer.Division::close);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new StorageFailure(
                    directory.name(),
                    "%s cannot be closed: %s".formatted(directory.name(), e.getMessage()),
                    e);
        }
    }
}
