package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ShareAcknowledgeRequest;
import io.zurau.protocol.message.ShareAcknowledgeResponse;
import io.zurau.protocol.message.ShareFetchRequest;
import io.zurau.protocol.message.ShareFetchResponse;
import io.zurau.runtime.Clock;
import io.zurau.tests.simulation.SharingMember.Piece;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The hands of a member of a share group: takes records from the leaders of the partitions that it
/// is told to use, and says what became of them. What it does not like it begins anew.
///
/// Now and then it says nothing for longer than records are locked, says nothing of some records,
/// is gone without a word, and what it said before arrives once more.
final class ShareReader {
    private static final short VERSION = 2;
    private static final int FINAL_EPOCH = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    private static final long LONGEST_SILENCE_NANOS = Duration.ofSeconds(8).toNanos();
    private static final int LONGEST_WAIT_MS = 500;
    private static final int MOST_RECORDS = 60;
    private static final int MOST_BYTES = 60_000;
    private static final int MOST_LATE = 10;

    private final ShareMember member;
    private final String topic;
    private final Clock clock;
    private final Random dice;
    private final SharedRecords records;
    private final Map<Integer, Session> sessions = new TreeMap<>(); // By broker.
    private final List<Late> late = new ArrayList<>(); // Oldest first.

    /// With one broker, by a connection of its own.
    private static final class Session {
        private final PeerConnection connection;
        private final Set<Integer> partitions;
        private final TreeSet<Place> held = new TreeSet<>();
        private int epoch; // Of the next request.

        private Session(PeerConnection connection, Set<Integer> partitions) {
            this.connection = connection;
            this.partitions = partitions;
        }
    }

    /// An acknowledgement that may arrive again.
    private record Late(int broker, ShareAcknowledgeRequest request, Verdicts said) {}

    ShareReader(ShareMember member, String topic, Clock clock, SharedRecords records) {
        this.member = member;
        this.topic = topic;
        this.clock = clock;
        this.dice = member.dice();
        this.records = records;
    }

    void run() {
        while (!member.isStopped()) {
            Map<Integer, Set<Integer>> byLeader = byLeader();
            List.copyOf(sessions.keySet()).stream()
                    .filter(broker -> !byLeader.containsKey(broker))
                    .forEach(this::drop);
            byLeader.forEach(this::visit);
            Actor.pause(clock, dice.nextLong(LONGEST_PAUSE_NANOS));
        }
        forget();
    }

    /// As if it had crashed.
    void forget() {
        List.copyOf(sessions.keySet()).forEach(this::drop);
    }

    private void drop(int broker) {
        Session session = sessions.remove(broker);
        if (session != null) {
            session.connection.close();
        }
    }

    /// What it is told to use, by who leads it; now and then it takes somebody else for the leader.
    private Map<Integer, Set<Integer>> byLeader() {
        Map<Integer, Set<Integer>> byLeader = new TreeMap<>();
        for (Piece piece : member.uses()) {
            int leader = topic().partitions().get(piece.partition()).leader();
            if (!member.isCalm() && dice.nextInt(100) == 0) {
                leader = 1 + dice.nextInt(3);
            }
            if (leader >= 0) {
                byLeader.computeIfAbsent(leader, _ -> new TreeSet<>()).add(piece.partition());
            }
        }
        return byLeader;
    }

    private TopicImage topic() {
        return member.quorum().image().topics().named(topic).orElseThrow();
    }

    private void visit(int broker, Set<Integer> partitions) {
        Session session = sessions.get(broker);
        if (session != null && !session.partitions.equals(partitions)) {
            drop(broker);
            session = null;
        }
        if (session == null) {
            begin(broker, partitions);
            return;
        }
        switch (member.isCalm() ? -1 : dice.nextInt(60)) {
            case 0 -> {
                drop(broker);
                Actor.pause(clock, dice.nextLong(LONGEST_SILENCE_NANOS));
            }
            case 1 -> Actor.pause(clock, dice.nextLong(LONGEST_SILENCE_NANOS));
            case 2 -> end(broker, session);
            case 3, 4 -> sayAgain();
            default -> {
                Verdicts said = verdicts(session);
                if (!said.isEmpty() && dice.nextBoolean()) {
                    acknowledge(broker, session, session.epoch, said);
                    said = Verdicts.none();
                }
                if (sessions.get(broker) == session) {
                    fetch(broker, session, said);
                }
            }
        }
    }

    private void begin(int broker, Set<Integer> partitions) {
        try {
            Session session = new Session(member.connect(broker), partitions);
            sessions.put(broker, session);
            fetch(broker, session, Verdicts.none());
        } catch (IOException e) {
            // It is down, or cut off.
        }
    }

    private void end(int broker, Session session) {
        acknowledge(broker, session, FINAL_EPOCH, verdicts(session));
        drop(broker);
    }

    /// What became of some of the records that it has.
    private Verdicts verdicts(Session session) {
        Verdicts said = Verdicts.none();
        for (Place place : List.copyOf(session.held)) {
            byte verdict = member.isCalm() ? Verdicts.ACCEPT : verdict();
            if (verdict > 0) {
                said.byPlace().put(place, verdict);
                session.held.remove(place);
            }
        }
        return said;
    }

    private byte verdict() {
        return switch (dice.nextInt(10)) {
            case 0, 1 -> Verdicts.RELEASE;
            case 2 -> Verdicts.REJECT;
            case 3 -> 0; // Not yet.
            default -> Verdicts.ACCEPT;
        };
    }

    private void acknowledge(int broker, Session session, int epoch, Verdicts said) {
        ShareAcknowledgeRequest request =
                ShareAcknowledgeRequest.builder()
                        .groupId(member.company().group())
                        .memberId(member.id())
                        .shareSessionEpoch(epoch)
                        .topics(said.acknowledged(topic().id()))
                        .build();
        if (!said.isEmpty()) {
            late.add(new Late(broker, request, said));
            if (late.size() > MOST_LATE) {
                late.removeFirst();
            }
        }
        Optional<ShareAcknowledgeResponse> answer =
                ask(session.connection, request, ShareAcknowledgeResponse.class);
        session.epoch++;
        if (!hear(answer, said)) {
            drop(broker);
        }
    }

    /// @return whether all was done
    private boolean hear(Optional<ShareAcknowledgeResponse> answer, Verdicts said) {
        if (answer.isEmpty()) {
            said.answered(Optional.empty(), Map.of(), records);
            return false;
        }
        ErrorCode code = tolerated(answer.get().errorCode());
        Map<Integer, ErrorCode> codes = new TreeMap<>();
        answer.get().responses().stream()
                .flatMap(one -> one.partitions().stream())
                .forEach(one -> codes.put(one.partitionIndex(), tolerated(one.errorCode())));
        said.answered(Optional.of(code), codes, records);
        return code == ErrorCode.NONE
                && codes.values().stream().allMatch(one -> one == ErrorCode.NONE);
    }

    /// Of records that a leader gave out it may know nothing any more.
    private ErrorCode tolerated(short id) {
        ErrorCode code = ErrorCode.forCode(id);
        boolean tolerated =
                code == ErrorCode.NONE
                        || code.retriable()
                        || code == ErrorCode.INVALID_RECORD_STATE
                        || (code == ErrorCode.INVALID_REQUEST && !member.isCalm());
        if (!tolerated) {
            throw new BrokenPromise(Invariant.SERVES, "%s is told: %s".formatted(member, code));
        }
        return code;
    }

    private void sayAgain() {
        if (late.isEmpty()) {
            return;
        }
        Late chosen = late.get(dice.nextInt(late.size()));
        try (PeerConnection connection = member.connect(chosen.broker)) {
            var _ =
                    hear(
                            ask(connection, chosen.request, ShareAcknowledgeResponse.class),
                            chosen.said);
        } catch (IOException e) {
            // It is down, or cut off.
        }
    }

    private void fetch(int broker, Session session, Verdicts said) {
        long asked = records.moment();
        Set<Integer> led = ledBy(broker);
        Optional<ShareFetchResponse> answer =
                ask(session.connection, fetch(session, said), ShareFetchResponse.class);
        session.epoch++;
        if (answer.isEmpty()) {
            said.answered(Optional.empty(), Map.of(), records);
            session.partitions.forEach(records::notHeard);
            drop(broker);
            return;
        }
        ErrorCode code = tolerated(answer.get().errorCode());
        boolean well = code == ErrorCode.NONE;
        Map<Integer, ErrorCode> codes = new TreeMap<>();
        for (var one :
                answer.get().responses().stream().flatMap(t -> t.partitions().stream()).toList()) {
            ErrorCode acknowledged = tolerated(one.acknowledgeErrorCode());
            codes.put(one.partitionIndex(), acknowledged);
            well &= acknowledged == ErrorCode.NONE;
            well &= tolerated(one.errorCode()) == ErrorCode.NONE;
            for (var acquired : one.acquiredRecords()) {
                for (long i = acquired.firstOffset(); i <= acquired.lastOffset(); i++) {
                    Place place = new Place(one.partitionIndex(), i);
                    records.given(
                            place,
                            acquired.deliveryCount(),
                            led.contains(place.partition()) ? asked : SharedRecords.NEVER,
                            member);
                    session.held.add(place);
                }
            }
        }
        said.answered(Optional.of(code), codes, records);
        if (!well) {
            drop(broker);
        }
    }

    /// Which partitions a broker leads. One that is cut off, and does not know that others lead
    /// now, goes on to give out records, as Kafka's does.
    private Set<Integer> ledBy(int broker) {
        Set<Integer> led = new TreeSet<>();
        for (int i = 0; i < topic().partitions().size(); i++) {
            if (topic().partitions().get(i).leader() == broker) {
                led.add(i);
            }
        }
        return led;
    }

    private ShareFetchRequest fetch(Session session, Verdicts said) {
        return ShareFetchRequest.builder()
                .groupId(member.company().group())
                .memberId(member.id())
                .shareSessionEpoch(session.epoch)
                .maxWaitMs(dice.nextInt(LONGEST_WAIT_MS))
                .minBytes(1)
                .maxBytes(1 + dice.nextInt(MOST_BYTES))
                .maxRecords(1 + dice.nextInt(MOST_RECORDS))
                .batchSize(1 + dice.nextInt(MOST_RECORDS))
                .shareAcquireMode((byte) dice.nextInt(2))
                .topics(
                        said.fetched(
                                topic().id(), session.epoch == 0 ? session.partitions : Set.of()))
                .build();
    }

    /// @return empty if there was no answer
    private static <R extends ApiResponse> Optional<R> ask(
            PeerConnection connection, ApiRequest request, Class<R> type) {
        try {
            return Optional.of(connection.call(request, VERSION, type, PATIENCE));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }
}
