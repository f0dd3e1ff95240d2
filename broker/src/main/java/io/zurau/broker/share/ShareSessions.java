package io.zurau.broker.share;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.ConnectionEnd;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Which partitions each member fetches again and again, so that it need not repeat them. A session
/// lives as long as the connection that it was begun on.
///
/// **Guard:** `sessionsLock`, a leaf.
final class ShareSessions {
    /// Of a request: begins a session.
    static final int FIRST_EPOCH = 0;

    /// Of a request: ends the session.
    static final int FINAL_EPOCH = -1;

    /// How many partitions a session may have, whether they exist or not: those of which this
    /// broker does not know yet are waited for.
    static final int MOST_PARTITIONS = 10_000;

    private final int places;
    private final long mostPartitionsOfAll;
    private final ReentrantLock sessionsLock = new ReentrantLock();

    @GuardedBy("sessionsLock")
    private final Map<Member, Session> byMember = new LinkedHashMap<>();

    @GuardedBy("sessionsLock")
    private final Map<String, Integer> membersOfGroups = new TreeMap<>();

    record Member(String groupId, String memberId) {}

    record Partition(Uuid topicId, int index) {}

    private static final class Session {
        private final ConnectionEnd connection;
        private final Map<Partition, Boolean> isTold = new LinkedHashMap<>();
        private int nextEpoch = 1;

        private Session(ConnectionEnd connection) {
            this.connection = connection;
        }

        private long fresh(List<Partition> added) {
            return added.stream().filter(one -> !isTold.containsKey(one)).distinct().count();
        }
    }

    /// What a fetch is about.
    sealed interface Scope {
        /// @param partitions in the order in which they were added
        /// @param news those that the member has not been told anything of, or of which it was told
        ///   an error
        record Session(List<Partition> partitions, Set<Partition> news) implements Scope {}

        /// The session ends with this request; it fetches nothing.
        record Final() implements Scope {}

        record Refused(ErrorCode code) implements Scope {}
    }

    /// Sessions that have ended.
    ///
    /// @param partitions those of the member
    record Ended(Member member, List<Partition> partitions, boolean groupIsGone) {}

    /// @param places how many sessions there may be
    /// @param mostPartitionsOfAll that they may have together
    ShareSessions(int places, long mostPartitionsOfAll) {
        this.places = places;
        this.mostPartitionsOfAll = mostPartitionsOfAll;
    }

    /// @param acknowledges whether the request acknowledges records
    Scope fetch(
            Member member,
            int epoch,
            List<Partition> added,
            List<Partition> forgotten,
            boolean acknowledges,
            ConnectionEnd connection) {
        sessionsLock.lock();
        try {
            if (epoch == FIRST_EPOCH) {
                return begin(member, added, acknowledges, connection);
            }
            Session session = byMember.get(member);
            if (session == null) {
                return new Scope.Refused(ErrorCode.SHARE_SESSION_NOT_FOUND);
            }
            if (epoch == FINAL_EPOCH) {
                return new Scope.Final();
            }
            if (epoch != session.nextEpoch) {
                return new Scope.Refused(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
            }
            Optional<ErrorCode> refusal = refusal(session, added);
            if (refusal.isPresent()) {
                return new Scope.Refused(refusal.get());
            }
            session.nextEpoch = next(epoch);
            added.forEach(partition -> session.isTold.putIfAbsent(partition, false));
            forgotten.forEach(session.isTold::remove);
            return scope(session);
        } finally {
            sessionsLock.unlock();
        }
    }

    private static int next(int epoch) {
        return epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    }

    @GuardedBy("sessionsLock")
    private Scope begin(
            Member member, List<Partition> added, boolean acknowledges, ConnectionEnd connection) {
        if (acknowledges) {
            return new Scope.Refused(ErrorCode.INVALID_REQUEST);
        }
        drop(member);
        if (byMember.size() >= places) {
            return new Scope.Refused(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        }
        Session session = new Session(connection);
        Optional<ErrorCode> refusal = refusal(session, added);
        if (refusal.isPresent()) {
            return new Scope.Refused(refusal.get());
        }
        added.forEach(partition -> session.isTold.put(partition, false));
        byMember.put(member, session);
        membersOfGroups.merge(member.groupId, 1, Integer::sum);
        return scope(session);
    }

    /// Why a session cannot take more partitions, if it cannot.
    @GuardedBy("sessionsLock")
    private Optional<ErrorCode> refusal(Session session, List<Partition> added) {
        long fresh = session.fresh(added);
        if (session.isTold.size() + fresh > MOST_PARTITIONS) {
            return Optional.of(ErrorCode.INVALID_REQUEST);
        }
        if (fresh == 0) {
            return Optional.empty();
        }
        long all = byMember.values().stream().mapToLong(one -> one.isTold.size()).sum();
        return all + fresh > mostPartitionsOfAll
                ? Optional.of(ErrorCode.SHARE_SESSION_LIMIT_REACHED)
                : Optional.empty();
    }

    private static Scope scope(Session session) {
        Set<Partition> news = new LinkedHashSet<>();
        session.isTold.forEach(
                (partition, isTold) -> {
                    if (!isTold) {
                        news.add(partition);
                    }
                });
        return new Scope.Session(new ArrayList<>(session.isTold.keySet()), news);
    }

    /// The member is told something of a partition of its session, if it has one still.
    ///
    /// @param error whether that is an error, so that what comes next is news too
    void told(Member member, Partition partition, boolean error) {
        sessionsLock.lock();
        try {
            Session session = byMember.get(member);
            if (session != null) {
                session.isTold.computeIfPresent(partition, (_, _) -> !error);
            }
        } finally {
            sessionsLock.unlock();
        }
    }

    /// An acknowledgement outside of a fetch.
    ///
    /// @return `NONE`, or why it does not count
    ErrorCode acknowledge(Member member, int epoch) {
        sessionsLock.lock();
        try {
            Session session = byMember.get(member);
            if (epoch == FIRST_EPOCH) {
                return ErrorCode.INVALID_SHARE_SESSION_EPOCH;
            }
            if (session == null) {
                return ErrorCode.SHARE_SESSION_NOT_FOUND;
            }
            if (epoch == FINAL_EPOCH) {
                return ErrorCode.NONE;
            }
            if (epoch != session.nextEpoch) {
                return ErrorCode.INVALID_SHARE_SESSION_EPOCH;
            }
            session.nextEpoch = next(epoch);
            return ErrorCode.NONE;
        } finally {
            sessionsLock.unlock();
        }
    }

    /// Ends a session.
    ///
    /// @return empty if there is none
    Optional<Ended> end(Member member) {
        sessionsLock.lock();
        try {
            return drop(member);
        } finally {
            sessionsLock.unlock();
        }
    }

    /// Ends the sessions of a connection that has ended.
    List<Ended> end(ConnectionEnd connection) {
        sessionsLock.lock();
        try {
            List<Member> members = new ArrayList<>();
            byMember.forEach(
                    (member, session) -> {
                        if (session.connection == connection) {
                            members.add(member);
                        }
                    });
            List<Ended> ended = new ArrayList<>();
            for (Member member : members) {
                drop(member).ifPresent(ended::add);
            }
            return ended;
        } finally {
            sessionsLock.unlock();
        }
    }

    @GuardedBy("sessionsLock")
    private Optional<Ended> drop(Member member) {
        Session session = byMember.remove(member);
        if (session == null) {
            return Optional.empty();
        }
        Integer left =
                membersOfGroups.computeIfPresent(
                        member.groupId, (_, count) -> count == 1 ? null : count - 1);
        return Optional.of(
                new Ended(member, new ArrayList<>(session.isTold.keySet()), left == null));
    }
}
