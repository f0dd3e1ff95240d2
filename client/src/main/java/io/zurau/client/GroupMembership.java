package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.SyncGroupResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// This consumer's part in its group: joining, agreeing on who reads what, and saying that it is
/// alive.
///
/// The group protocol in three steps: *join* waits until all members are there and chooses a leader
/// among them; the leader assigns; *sync* tells everybody the assignment. From then on heartbeats,
/// until one of them says that it starts again.
///
/// A task of its own does all this, so that the consumer can be woken while the group is gathering.
/// The consumer's thread only says when it is ready to join (it has then let go of its partitions)
/// and fetches the assignment.
///
/// **Guard:** `memberLock` for what the task shares with the consumer's thread.
final class GroupMembership implements AutoCloseable {
    private final ConsumerConfig config;
    private final Cluster cluster;
    private final GroupCoordinatorConnection coordinator;
    private final GroupRequests requests;
    private final Runnable stageChanged;
    private final ReentrantLock memberLock = new ReentrantLock();
    private final Condition joinWanted = memberLock.newCondition();
    private final Tasks.Task task;

    @GuardedBy("memberLock")
    private Identity identity = Identity.STRANGER;

    @GuardedBy("memberLock")
    private Stage stage = new Stage.Outside();

    @GuardedBy("memberLock")
    private boolean polling;

    @GuardedBy("memberLock")
    private long polledNanos; // When the last poll ended.

    @GuardedBy("memberLock")
    private Map<String, Integer> assignedCounts = Map.of(); // Empty unless this member leads.

    /// Who this member is to the coordinator.
    ///
    /// @param generation -1 before the first join
    record Identity(String memberId, int generation) {
        static final Identity STRANGER = new Identity("", -1);
    }

    private sealed interface Stage {
        /// To join, once the consumer is ready.
        record Outside() implements Stage {}

        record Joining() implements Stage {}

        /// The consumer has not fetched the assignment yet.
        record Assigned(List<TopicPartition> partitions) implements Stage {}

        record Inside() implements Stage {}

        /// The consumer has not been told yet.
        record Failed(ClientFailure failure) implements Stage {}
    }

    /// @param stageChanged called when there is something for the consumer's thread to do
    GroupMembership(
            ConsumerConfig config,
            Cluster cluster,
            GroupCoordinatorConnection coordinator,
            SortedSet<String> topics,
            Runnable stageChanged) {
        this.config = config;
        this.cluster = cluster;
        this.coordinator = coordinator;
        this.requests = new GroupRequests(config, coordinator, topics);
        this.stageChanged = stageChanged;
        this.polledNanos = cluster.seams().clock().nanos();
        this.task = cluster.seams().tasks().start("member of " + requests.groupId(), this::run);
    }

    Identity identity() {
        memberLock.lock();
        try {
            return identity;
        } finally {
            memberLock.unlock();
        }
    }

    /// Whether the consumer is to let go of its partitions and then to call [#join()].
    boolean isOutside() {
        memberLock.lock();
        try {
            return stage instanceof Stage.Outside;
        } finally {
            memberLock.unlock();
        }
    }

    /// Joins in the background.
    void join() {
        memberLock.lock();
        try {
            stage = new Stage.Joining();
            joinWanted.signalAll();
        } finally {
            memberLock.unlock();
        }
    }

    /// What this member is to read now, if that is new.
    ///
    /// @throws ClientFailure if joining failed for good; the next poll tries again
    Optional<List<TopicPartition>> newAssignment() {
        memberLock.lock();
        try {
            return switch (stage) {
                case Stage.Assigned assigned -> {
                    stage = new Stage.Inside();
                    yield Optional.of(assigned.partitions());
                }
                case Stage.Failed failed -> {
                    stage = new Stage.Outside();
                    throw failed.failure();
                }
                case Stage.Outside o -> Optional.empty();
                case Stage.Joining j -> Optional.empty();
                case Stage.Inside i -> Optional.empty();
            };
        } finally {
            memberLock.unlock();
        }
    }

    /// The leader assigns again when a topic has got more partitions.
    void noticePartitions(Map<String, Integer> counts) {
        memberLock.lock();
        try {
            for (Map.Entry<String, Integer> assigned : assignedCounts.entrySet()) {
                Integer now = counts.get(assigned.getKey());
                if (stage instanceof Stage.Inside && now != null && now > assigned.getValue()) {
                    stage = new Stage.Outside();
                }
            }
        } finally {
            memberLock.unlock();
        }
    }

    /// The consumer's thread polls from now on.
    void pollBegins() {
        notePolling(true);
    }

    /// The consumer's thread has gone to work on what it got, for `max.poll.interval.ms` at most.
    void pollEnded() {
        notePolling(false);
    }

    private void notePolling(boolean now) {
        memberLock.lock();
        try {
            polling = now;
            polledNanos = cluster.seams().clock().nanos();
            joinWanted.signalAll(); // The task notes when the time is over.
        } finally {
            memberLock.unlock();
        }
    }

    /// The body of the task.
    private void run() {
        try {
            while (true) {
                if (awaitJoinWanted()) {
                    tryToJoin();
                    stageChanged.run();
                } else if (!leaveIfNotPolled()) {
                    beat(identity());
                }
            }
        } catch (InterruptedException | ClientFailure.Closed e) {
            // The consumer was closed.
        }
    }

    /// @return false when it is time for a heartbeat first, or to leave
    private boolean awaitJoinWanted() throws InterruptedException {
        Clock clock = cluster.seams().clock();
        long beat = clock.deadline(config.heartbeatInterval());
        memberLock.lock();
        try {
            while (!(stage instanceof Stage.Joining)) {
                long leave = polledNanos + config.maxPollInterval().toNanos();
                boolean leavesFirst = mayLapse() && leave - beat < 0;
                if (!clock.await(memberLock, joinWanted, leavesFirst ? leave : beat)) {
                    return false;
                }
            }
            return true;
        } finally {
            memberLock.unlock();
        }
    }

    @GuardedBy("memberLock")
    private boolean mayLapse() {
        return !polling && (stage instanceof Stage.Inside || stage instanceof Stage.Assigned);
    }

    /// Leaves the group if the consumer has not polled for `max.poll.interval.ms`, so that others
    /// read its partitions (KIP-62). The next poll joins as another member.
    private boolean leaveIfNotPolled() {
        Identity late;
        memberLock.lock();
        try {
            long silent = cluster.seams().clock().nanos() - polledNanos;
            if (!mayLapse() || silent < config.maxPollInterval().toNanos()) {
                return false;
            }
            late = identity;
            identity = Identity.STRANGER;
            stage = new Stage.Outside();
        } finally {
            memberLock.unlock();
        }
        leave(late, "The consumer did not poll within max.poll.interval.ms.");
        return true;
    }

    private void tryToJoin() {
        try {
            become(new Stage.Assigned(joinPatiently()));
        } catch (ClientFailure.Closed e) {
            throw e;
        } catch (ClientFailure e) {
            become(new Stage.Failed(e));
        } catch (RuntimeException e) {
            become(new Stage.Failed(new ClientFailure.Bug("Joining " + requests.groupId(), e)));
        }
    }

    /// Tries again as long as trouble may pass, unless no broker was ever reached.
    private List<TopicPartition> joinPatiently() {
        int failures = 0;
        while (true) {
            try {
                return joinAndSync();
            } catch (ClientFailure e) {
                boolean goOn = e.mayPass() && cluster.wasReached();
                if (!goOn && !isOfTheGroup(e)) {
                    throw e;
                }
                failures++;
            }
            cluster.pause(config.client().backoffAfter(failures));
        }
    }

    /// Whether the group has only begun anew, or forgotten this member, which then joins as a new
    /// one.
    private boolean isOfTheGroup(ClientFailure failure) {
        ErrorCode code =
                failure instanceof ClientFailure.Refused refused ? refused.code() : ErrorCode.NONE;
        boolean forgotten =
                code == ErrorCode.UNKNOWN_MEMBER_ID || code == ErrorCode.ILLEGAL_GENERATION;
        if (forgotten) {
            become(Identity.STRANGER);
        }
        return forgotten || code == ErrorCode.REBALANCE_IN_PROGRESS;
    }

    private List<TopicPartition> joinAndSync() {
        JoinGroupResponse joined = requests.join(identity());
        if (joined.errorCode() == ErrorCode.MEMBER_ID_REQUIRED.code()) {
            become(new Identity(joined.memberId(), -1));
            joined = requests.join(identity());
        }
        check(joined.errorCode());
        become(new Identity(joined.memberId(), joined.generationId()));
        boolean leads = joined.leader().equals(joined.memberId()) && !joined.skipAssignment();
        SyncGroupResponse synced = requests.sync(joined, leads ? assign(joined) : Map.of());
        check(synced.errorCode());
        try {
            return GroupBytes.partitions(synced.assignment());
        } catch (MalformedMessage e) {
            throw new ClientFailure.BadAnswer("The group's leader assigned nonsense.", e);
        }
    }

    private void check(short code) {
        ErrorCode error = ErrorCode.forCode(code);
        coordinator.heard(error);
        Admin.check("Joining group \"" + requests.groupId() + "\"", code, null);
    }

    private Map<String, List<TopicPartition>> assign(JoinGroupResponse joined) {
        List<RangeAssignor.Member> members = new ArrayList<>();
        TreeSet<String> all = new TreeSet<>();
        for (JoinGroupResponse.JoinGroupResponseMember member : joined.members()) {
            List<String> wanted = GroupBytes.topics(member.metadata());
            members.add(
                    new RangeAssignor.Member(member.memberId(), member.groupInstanceId(), wanted));
            all.addAll(wanted);
        }
        return RangeAssignor.assign(members, countsOf(all));
    }

    /// Of the topics that exist.
    private Map<String, Integer> countsOf(SortedSet<String> all) {
        try {
            cluster.refresh(all, true);
        } catch (ClientFailure.Refused e) {
            // There are members who subscribed to a topic that does not exist.
        }
        Map<String, Integer> counts = new TreeMap<>(cluster.view().partitionCounts());
        counts.keySet().retainAll(all);
        memberLock.lock();
        try {
            assignedCounts = counts;
        } finally {
            memberLock.unlock();
        }
        return counts;
    }

    private void become(Identity now) {
        memberLock.lock();
        try {
            identity = now;
            assignedCounts = Map.of();
        } finally {
            memberLock.unlock();
        }
    }

    private void become(Stage now) {
        memberLock.lock();
        try {
            stage = now;
        } finally {
            memberLock.unlock();
        }
    }

    private void beat(Identity as) {
        if (as.generation() < 0) {
            return;
        }
        try {
            heard(requests.heartbeat(as), as);
        } catch (ClientFailure.Closed e) {
            throw e;
        } catch (ClientFailure e) {
            coordinator.disconnect(); // The next heartbeat looks for it again.
        }
    }

    /// What a heartbeat or a commit was answered.
    void heard(ErrorCode error, Identity as) {
        coordinator.heard(error);
        boolean forgotten =
                error == ErrorCode.ILLEGAL_GENERATION || error == ErrorCode.UNKNOWN_MEMBER_ID;
        boolean fenced = error == ErrorCode.FENCED_INSTANCE_ID;
        memberLock.lock();
        try {
            boolean inside = stage instanceof Stage.Inside || stage instanceof Stage.Assigned;
            if (!identity.equals(as)) {
                return;
            }
            if (forgotten || fenced) {
                identity = Identity.STRANGER;
            }
            if (inside && (forgotten || error == ErrorCode.REBALANCE_IN_PROGRESS)) {
                stage = new Stage.Outside();
            } else if (inside && fenced) {
                stage =
                        new Stage.Failed(
                                new ClientFailure.Refused(
                                        "Staying in group \"" + requests.groupId() + "\"", error));
            } else {
                return;
            }
        } finally {
            memberLock.unlock();
        }
        stageChanged.run();
    }

    /// Leaves the group, so that the others need not wait for the session to time out.
    @Override
    public void close() {
        boolean joining;
        memberLock.lock();
        try {
            joining = stage instanceof Stage.Joining;
        } finally {
            memberLock.unlock();
        }
        task.interrupt();
        try {
            task.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (joining) {
            coordinator.disconnect(); // What is said behind a join is not heard before its answer.
        }
        leave(identity(), "The consumer was closed.");
    }

    /// A static member stays.
    private void leave(Identity as, String reason) {
        if (as.memberId().isEmpty() || config.instanceId().isPresent()) {
            return;
        }
        try {
            requests.leave(as, reason);
        } catch (ClientFailure e) {
            // The session's time-out does it then.
        }
    }
}
