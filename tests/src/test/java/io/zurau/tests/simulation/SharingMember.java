package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.Shards;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.FindCoordinatorResponse;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A member of a group whose coordinator tells each member what to use, with heartbeats that have
/// epochs (KIP-848, KIP-1071). What it does not hear it asks for again. Now and then it repeats
/// what it asked, leaves, crashes, says nothing for a while, and what it said in an epoch that is
/// long over arrives once more.
///
/// @param <Q> a heartbeat
/// @param <A> its answer
abstract class SharingMember<Q extends ApiRequest, A extends ApiResponse> implements Actor {
    private static final String OFFSETS = "__consumer_offsets";
    private static final short VERSION = 1;
    private static final short FIND_VERSION = 6;
    private static final int LEAVING = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long SESSION_NANOS = Duration.ofSeconds(45).toNanos();
    private static final long LONGEST_SILENCE_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long LONGEST_RESTART_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MOST_LATE = 20;
    static final int REBALANCE_TIMEOUT_MS = 600_000; // Longer than any run.

    private final String group;
    private final String name;
    private final Seams seams;
    private final SimQuorum quorum;
    private final Random dice;
    private final Peers peers;
    private final Class<A> answers;
    private final Company company;
    private final List<Late<Q>> late = new ArrayList<>(); // Of this life, oldest first.
    private String id;
    private int lives;
    private int epoch;
    private int epochBefore; // That it had before this one.
    private int highestEpoch;
    private long heardNanos; // When it sent what was last answered well.
    private long intervalMs = 500;
    private int unanswered; // How many heartbeats since the last that was answered well.
    private @Nullable PeerConnection connection;
    private int connectedTo; // The node.
    private boolean calm;
    private boolean stopped;

    /// What the members of a group share: a partition of a topic, or a task of a subtopology.
    record Piece(String of, int partition) implements Comparable<Piece> {
        @Override
        public int compareTo(Piece other) {
            int byName = of.compareTo(other.of);
            return byName != 0 ? byName : Integer.compare(partition, other.partition);
        }
    }

    /// The members of a group, by name.
    ///
    /// @param renewsLate whether heartbeats that come late look as if they were of the epoch that
    ///   their member is in
    record Company(String group, Map<String, SharingMember<?, ?>> members, boolean renewsLate) {
        /// What all of them use; empty if two use the same.
        Optional<Map<Piece, String>> owners() {
            Map<Piece, String> owners = new TreeMap<>();
            for (SharingMember<?, ?> member : members.values()) {
                for (Piece piece : member.uses()) {
                    if (owners.put(piece, member.name) != null) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(owners);
        }
    }

    /// A heartbeat that may arrive again.
    private record Late<Q>(int epoch, Q request) {}

    /// What every answer says.
    ///
    /// @param message null if there is no error
    record Said(short errorCode, String message, int epoch, int intervalMs) {}

    SharingMember(
            String name,
            int nodeId,
            Seams seams,
            SimQuorum quorum,
            Random dice,
            Class<A> answers,
            Company company) {
        this.group = company.group();
        this.name = name;
        this.id = name;
        this.seams = seams;
        this.quorum = quorum;
        this.dice = dice;
        this.answers = answers;
        this.company = company;
        this.peers = SimMetadataLog.peersOf(quorum, nodeId, seams);
        company.members().put(name, this);
    }

    /// What it alone may use.
    abstract Set<Piece> uses();

    /// Uses nothing from now on.
    abstract void abandon();

    /// @param saidEpoch 0 to join, -1 to leave
    abstract Q request(int saidEpoch);

    abstract Q withEpoch(Q request, int newEpoch);

    abstract Said said(A answer);

    /// Does as it is told, or begins to.
    abstract void follow(A answer);

    /// Whether it may be told to begin anew though its session goes on.
    abstract boolean mayBeFenced();

    /// Which promise it breaks that two use the same.
    abstract Invariant exclusive();

    String id() {
        return id;
    }

    Random dice() {
        return dice;
    }

    SimQuorum quorum() {
        return quorum;
    }

    Company company() {
        return company;
    }

    long nowNanos() {
        return seams.clock().nanos();
    }

    /// How many heartbeats it does not know what became of, since the last that was answered well.
    int unanswered() {
        return unanswered;
    }

    /// From now on it does nothing but what it must.
    void calmDown() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    boolean isStopped() {
        return stopped;
    }

    PeerConnection connect(int broker) throws IOException {
        return peers.connect(broker);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            if (calm || epoch == 0) {
                beat();
            } else {
                act();
            }
            Actor.pause(seams.clock(), dice.nextLong(2 * intervalMs * 1_000_000));
        }
        disconnect();
    }

    private void act() {
        switch (dice.nextInt(200)) {
            case 0, 1 -> leave();
            case 2 -> crash();
            case 3 -> Actor.pause(seams.clock(), dice.nextLong(LONGEST_SILENCE_NANOS));
            default -> {
                beat();
                switch (dice.nextInt(20)) {
                    case 0, 1 -> beat(); // Once more, as if nobody had answered.
                    case 2, 3 -> sayAgain();
                    default -> {}
                }
            }
        }
    }

    private void leave() {
        abandon();
        epoch = 0;
        late.clear();
        boolean isOut =
                ask(request(LEAVING))
                        .filter(answer -> said(answer).errorCode() == ErrorCode.NONE.code())
                        .isPresent();
        if (!isOut) { // What it said may arrive when it is back.
            beginNewLife();
        }
    }

    private void crash() {
        disconnect();
        abandon();
        epoch = 0;
        beginNewLife();
        Actor.pause(seams.clock(), dice.nextLong(LONGEST_RESTART_NANOS));
    }

    /// As a process that does not know who it was.
    private void beginNewLife() {
        id = name + "-" + ++lives;
        late.clear();
        unanswered = 0;
    }

    private void beat() {
        long sentNanos = nowNanos();
        if (epoch == 0) {
            abandon();
        }
        Q request = request(epoch);
        if (epoch > 0) {
            late.add(new Late<>(epoch, request));
            if (late.size() > MOST_LATE) {
                late.removeFirst();
            }
        }
        Optional<A> answer = ask(request);
        answer.ifPresent(heard -> hear(heard, sentNanos));
        unanswered =
                answer.filter(heard -> said(heard).errorCode() == 0).isPresent()
                        ? 0
                        : unanswered + 1;
    }

    private void hear(A answer, long sentNanos) {
        Said said = said(answer);
        ErrorCode error = ErrorCode.forCode(said.errorCode());
        switch (error) {
            case NONE -> {
                if (said.epoch() < highestEpoch) {
                    throw new BrokenPromise(
                            Invariant.EPOCHS_OF_MEMBERS_GROW,
                            "%s is in epoch %d, and was in %d."
                                    .formatted(this, said.epoch(), highestEpoch));
                }
                if (said.epoch() != epoch) {
                    epochBefore = epoch;
                    epoch = said.epoch();
                    highestEpoch = epoch;
                }
                heardNanos = sentNanos;
                intervalMs = said.intervalMs();
                follow(answer);
            }
            case FENCED_MEMBER_EPOCH -> {
                if (!mayBeFenced()) {
                    mustBeOut(said);
                }
                beginAnew();
            }
            case UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND -> {
                mustBeOut(said);
                beginAnew();
            }
            default -> {
                if (!error.retriable()) { // The coordinator neither moves nor loads.
                    throw new BrokenPromise(
                            Invariant.SERVES, "%s is told: %s".formatted(this, said.message()));
                }
            }
        }
    }

    private void beginAnew() {
        abandon();
        epoch = 0;
        late.clear();
    }

    private void mustBeOut(Said said) {
        if (isIn()) {
            throw new BrokenPromise(
                    exclusive(),
                    "%s is out of its group within its session: %s"
                            .formatted(this, said.message()));
        }
    }

    /// Something of an epoch arrives when not even the answer to the heartbeat behind it can be
    /// lost any more: its member is in the second epoch after it.
    private void sayAgain() {
        List<Late<Q>> old =
                late.stream()
                        .filter(one -> one.epoch < epochBefore || company.renewsLate())
                        .toList();
        if (old.isEmpty()) {
            return;
        }
        Late<Q> chosen = old.get(dice.nextInt(old.size()));
        Optional<A> answer =
                ask(company.renewsLate() ? withEpoch(chosen.request, epoch) : chosen.request);
        if (!company.renewsLate()
                && answer.filter(heard -> said(heard).errorCode() == 0).isPresent()) {
            throw new BrokenPromise(
                    Invariant.EPOCHS_OF_MEMBERS_GROW,
                    "%s is heard once more in epoch %d.".formatted(this, chosen.epoch));
        }
    }

    /// Whether its session goes on for certain, by its own clock.
    boolean isIn() {
        return epoch > 0 && nowNanos() - heardNanos < SESSION_NANOS;
    }

    /// Nobody else may use it whose session goes on for certain.
    void mustBeFree(Piece piece) {
        for (SharingMember<?, ?> other : company.members().values()) {
            if (!other.equals(this) && other.isIn() && other.uses().contains(piece)) {
                throw new BrokenPromise(
                        exclusive(),
                        "%s is given to %s, and %s uses it.".formatted(piece, this, other));
            }
        }
    }

    @Override
    public String toString() {
        return "%s in epoch %d".formatted(id, epoch);
    }

    /// @return empty if there was no answer
    private Optional<A> ask(Q request) {
        Optional<TopicImage> offsets = quorum.image().topics().named(OFFSETS);
        if (offsets.isEmpty()) {
            makeOffsetsTopic();
            return Optional.empty();
        }
        int partition = Shards.partitionOf(group, offsets.get().partitions().size());
        int leader = offsets.get().partitions().get(partition).leader();
        if (leader < 0) {
            return Optional.empty();
        }
        return ask(leader, request, VERSION, answers);
    }

    private void makeOffsetsTopic() {
        FindCoordinatorRequest request =
                FindCoordinatorRequest.builder().coordinatorKeys(List.of(group)).build();
        var _ = ask(1, request, FIND_VERSION, FindCoordinatorResponse.class);
    }

    /// By the connection that it has, if that is to the same node.
    private <R extends ApiResponse> Optional<R> ask(
            int node, ApiRequest request, short version, Class<R> type) {
        try {
            if (connection == null || connectedTo != node) {
                disconnect();
                connection = connect(node);
                connectedTo = node;
            }
            return Optional.of(connection.call(request, version, type, PATIENCE));
        } catch (IOException e) {
            disconnect();
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
