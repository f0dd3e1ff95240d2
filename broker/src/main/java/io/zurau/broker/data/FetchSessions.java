package io.zurau.broker.data;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Randomness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The fetch sessions of a broker's clients, as many as there are places, with a bound on the
/// partitions of all (KIP-227).
///
/// A new session takes the place of one that was not used for a while, or of a smaller one that has
/// lived for a while; where there is none, the client fetches without a session, which is slower
/// and otherwise the same.
///
/// **Guard:** `sessionsLock`, taken before a session's.
final class FetchSessions {
    static final int NO_SESSION = 0;
    private static final int LONGEST_NAME = 249;
    private static final int TOPIC_IDS_SINCE_VERSION = 13;
    private static final int FIRST_EPOCH = 0;
    private static final int LAST_REQUEST = -1; // As an epoch: no session, or close it.

    private final int places;
    private final long mostPartitions;
    private final Duration evictionAge;
    private final Clock clock;
    private final Randomness randomness;
    private final ReentrantLock sessionsLock = new ReentrantLock();

    @GuardedBy("sessionsLock")
    private final Map<Integer, Used> byId = new LinkedHashMap<>(16, 0.75f, true); // By last use.

    private record Used(FetchSession session, long lastUsedNanos) {}

    /// How a request is to be answered.
    sealed interface Scope {
        /// @param wantsSession whether the client would like one
        record Full(List<FetchedPartition> partitions, boolean wantsSession) implements Scope {}

        record Incremental(FetchSession session) implements Scope {}

        record Refused(ErrorCode code) implements Scope {}
    }

    /// @param mostPartitions that all sessions may have together
    FetchSessions(
            int places,
            long mostPartitions,
            Duration evictionAge,
            Clock clock,
            Randomness randomness) {
        this.places = places;
        this.mostPartitions = mostPartitions;
        this.evictionAge = evictionAge;
        this.clock = clock;
        this.randomness = randomness;
    }

    /// Finds out what a request is about.
    Scope scope(FetchRequest request, int version) {
        boolean last = request.sessionEpoch() == LAST_REQUEST;
        if (last || request.sessionEpoch() == FIRST_EPOCH) {
            if (request.sessionId() != NO_SESSION) {
                remove(request.sessionId());
            }
            return new Scope.Full(FetchedPartition.allOf(request), !last);
        }
        Optional<FetchSession> session = use(request.sessionId());
        if (session.isEmpty()) {
            return new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        if (session.get().usesTopicIds() != usesTopicIds(version)) {
            return new Scope.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        }
        int sizeBefore = session.get().size();
        if (!session.get().update(request)) {
            return new Scope.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        int size = session.get().size();
        if (size == 0) {
            remove(request.sessionId());
            return new Scope.Full(List.of(), false);
        }
        if (size > sizeBefore && (!fits(0) || hasLongNames(session.get().partitions()))) {
            remove(request.sessionId()); // The client asks for everything again, and for a session.
            return new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        return new Scope.Incremental(session.get());
    }

    /// Begins a session if there is a place for it.
    Optional<FetchSession> begin(List<FetchedPartition> partitions, int version) {
        sessionsLock.lock();
        try {
            if (hasLongNames(partitions) || !makePlace(partitions.size())) {
                return Optional.empty();
            }
            FetchSession session =
                    new FetchSession(newId(), usesTopicIds(version), partitions, clock.nanos());
            byId.put(session.id(), new Used(session, clock.nanos()));
            return Optional.of(session);
        } finally {
            sessionsLock.unlock();
        }
    }

    /// No topic has such a name; a session would keep it.
    private static boolean hasLongNames(List<FetchedPartition> partitions) {
        return partitions.stream().anyMatch(one -> one.topic().length() > LONGEST_NAME);
    }

    /// Whether the sessions may have so many more partitions.
    private boolean fits(int more) {
        sessionsLock.lock();
        try {
            long all = byId.values().stream().mapToLong(used -> used.session.size()).sum();
            return all + more <= mostPartitions;
        } finally {
            sessionsLock.unlock();
        }
    }

    private static boolean usesTopicIds(int version) {
        return version >= TOPIC_IDS_SINCE_VERSION;
    }

    private Optional<FetchSession> use(int id) {
        sessionsLock.lock();
        try {
            Used used = byId.get(id);
            if (used == null) {
                return Optional.empty();
            }
            byId.put(id, new Used(used.session, clock.nanos()));
            return Optional.of(used.session);
        } finally {
            sessionsLock.unlock();
        }
    }

    private void remove(int id) {
        sessionsLock.lock();
        try {
            byId.remove(id);
        } finally {
            sessionsLock.unlock();
        }
    }

    @GuardedBy("sessionsLock")
    private boolean makePlace(int newSize) {
        while (!fits(newSize)) {
            if (newSize > mostPartitions || !evictUnused()) {
                return false;
            }
        }
        return byId.size() < places || evictUnused() || evictSmaller(newSize);
    }

    @GuardedBy("sessionsLock")
    private boolean evictUnused() {
        if (byId.isEmpty()) {
            return false;
        }
        Used eldest = byId.values().iterator().next(); // The one not used for longest.
        return clock.nanos() - eldest.lastUsedNanos > evictionAge.toNanos()
                && byId.remove(eldest.session.id()) != null;
    }

    @GuardedBy("sessionsLock")
    private boolean evictSmaller(int newSize) {
        long old = clock.nanos() - evictionAge.toNanos();
        Used victim = null;
        for (Used candidate : byId.values()) {
            if (candidate.session.createdNanos() - old < 0
                    && candidate.session.size() < newSize
                    && (victim == null || candidate.session.size() < victim.session.size())) {
                victim = candidate;
            }
        }
        if (victim == null) {
            return false;
        }
        byId.remove(victim.session.id());
        return true;
    }

    @GuardedBy("sessionsLock")
    private int newId() {
        int id;
        do {
            id = 1 + randomness.below(Integer.MAX_VALUE - 1);
        } while (byId.containsKey(id));
        return id;
    }
}
