package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// This consumer's part in its group: joining, agreeing on who reads what, and saying that it is
/// alive.
///
/// The group protocol in three steps: *join* waits until all members are there and chooses a leader
/// among them; the leader assigns; *sync* tells everybody the assignment. From then on heartbeats,
/// until one of them says that it starts again.
///
/// **Guard:** `memberLock` for what the heartbeat's task shares with the consumer's thread.
final class GroupMembership implements AutoCloseable {
    private static final String PROTOCOL_TYPE = "consumer";
    private static final int LEAVES_IN_BATCHES_FROM = 3;
    private static final Duration JOIN_SLACK = Duration.ofSeconds(5);

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final GroupCoordinatorConnection coordinator;
    private final String groupId;
    private final SortedSet<String> topics;
    private final ReentrantLock memberLock = new ReentrantLock();
    private final Tasks.Task heartbeats;

    @GuardedBy("memberLock")
    private Identity identity = Identity.STRANGER;

    @GuardedBy("memberLock")
    private boolean mustJoin = true;

    /// Who this member is to the coordinator.
    ///
    /// @param generation -1 before the first join
    record Identity(String memberId, int generation) {
        static final Identity STRANGER = new Identity("", -1);
    }

    GroupMembership(
            ConsumerConfig config,
            Cluster cluster,
            GroupCoordinatorConnection coordinator,
            SortedSet<String> topics) {
        this.config = config;
        this.cluster = cluster;
        this.coordinator = coordinator;
        this.groupId = config.groupId().orElseThrow();
        this.topics = topics;
        this.heartbeats = cluster.seams().tasks().start("heartbeats of " + groupId, this::beat);
    }

    Identity identity() {
        memberLock.lock();
        try {
            return identity;
        } finally {
            memberLock.unlock();
        }
    }

    boolean mustJoin() {
        memberLock.lock();
        try {
            return mustJoin;
        } finally {
            memberLock.unlock();
        }
    }

    /// Joins, and comes back with the partitions to read. Blocks as long as the group needs.
    List<TopicPartition> join() {
        for (int failures = 0; ; ) {
            try {
                JoinGroupResponse joined = joinOnce();
                ErrorCode error = ErrorCode.forCode(joined.errorCode());
                if (error == ErrorCode.NONE) {
                    become(new Identity(joined.memberId(), joined.generationId()), true);
                    SyncGroupResponse synced = sync(joined);
                    error = ErrorCode.forCode(synced.errorCode());
                    if (error == ErrorCode.NONE) {
                        become(identity(), false);
                        return GroupBytes.partitions(synced.assignment());
                    }
                } else if (error == ErrorCode.MEMBER_ID_REQUIRED) {
                    become(new Identity(joined.memberId(), -1), true);
                    continue;
                }
                failures = afterRefusal(error, failures);
            } catch (ClientFailure.Unreachable e) {
                coordinator.close();
                cluster.pause(config.client().backoffAfter(++failures));
            }
        }
    }

    /// Whether and how to try again.
    ///
    /// @return the number of failures in a row
    private int afterRefusal(ErrorCode error, int failures) {
        switch (error) {
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> become(Identity.STRANGER, true);
            case REBALANCE_IN_PROGRESS -> {
                return 0;
            }
            default -> {
                if (!coordinator.hasMoved(error) && !error.retriable()) {
                    throw new ClientFailure.Refused("Joining group \"" + groupId + "\"", error);
                }
                cluster.pause(config.client().backoffAfter(failures + 1));
            }
        }
        return failures + 1;
    }

    private JoinGroupResponse joinOnce() {
        JoinGroupRequest request =
                JoinGroupRequest.builder()
                        .groupId(groupId)
                        .sessionTimeoutMs((int) config.sessionTimeout().toMillis())
                        .rebalanceTimeoutMs((int) config.maxPollInterval().toMillis())
                        .memberId(identity().memberId())
                        .groupInstanceId(config.instanceId().orElse(null))
                        .protocolType(PROTOCOL_TYPE)
                        .protocols(
                                List.of(
                                        JoinGroupRequest.JoinGroupRequestProtocol.builder()
                                                .name(RangeAssignor.NAME)
                                                .metadata(GroupBytes.subscription(topics))
                                                .build()))
                        .build();
        return coordinator.call(
                request, JoinGroupResponse.class, config.maxPollInterval().plus(JOIN_SLACK));
    }

    private SyncGroupResponse sync(JoinGroupResponse joined) {
        boolean leads = joined.leader().equals(joined.memberId());
        SyncGroupRequest request =
                SyncGroupRequest.builder()
                        .groupId(groupId)
                        .generationId(joined.generationId())
                        .memberId(joined.memberId())
                        .groupInstanceId(config.instanceId().orElse(null))
                        .protocolType(PROTOCOL_TYPE)
                        .protocolName(joined.protocolName())
                        .assignments(leads && !joined.skipAssignment() ? assign(joined) : List.of())
                        .build();
        return coordinator.call(
                request, SyncGroupResponse.class, config.maxPollInterval().plus(JOIN_SLACK));
    }

    private List<SyncGroupRequest.SyncGroupRequestAssignment> assign(JoinGroupResponse joined) {
        TreeMap<String, List<String>> subscriptions = new TreeMap<>();
        TreeSet<String> all = new TreeSet<>();
        for (JoinGroupResponse.JoinGroupResponseMember member : joined.members()) {
            List<String> wanted = GroupBytes.topics(member.metadata());
            subscriptions.put(member.memberId(), wanted);
            all.addAll(wanted);
        }
        Map<String, Integer> counts = cluster.refresh(all, true).partitionCounts();
        List<SyncGroupRequest.SyncGroupRequestAssignment> assignments = new ArrayList<>();
        RangeAssignor.assign(subscriptions, counts)
                .forEach(
                        (member, partitions) ->
                                assignments.add(
                                        SyncGroupRequest.SyncGroupRequestAssignment.builder()
                                                .memberId(member)
                                                .assignment(GroupBytes.assignment(partitions))
                                                .build()));
        return assignments;
    }

    private void become(Identity now, boolean stillToJoin) {
        memberLock.lock();
        try {
            identity = now;
            mustJoin = stillToJoin;
        } finally {
            memberLock.unlock();
        }
    }

    /// The body of the heartbeats' task.
    private void beat() {
        Clock clock = cluster.seams().clock();
        try {
            while (true) {
                clock.sleepUntil(clock.deadline(config.heartbeatInterval()));
                if (!mustJoin()) {
                    beatOnce(identity());
                }
            }
        } catch (InterruptedException | ClientFailure.Closed e) {
            // The consumer was closed.
        }
    }

    private void beatOnce(Identity as) {
        HeartbeatRequest request =
                HeartbeatRequest.builder()
                        .groupId(groupId)
                        .memberId(as.memberId())
                        .generationId(as.generation())
                        .groupInstanceId(config.instanceId().orElse(null))
                        .build();
        try {
            HeartbeatResponse answer = coordinator.call(request, HeartbeatResponse.class);
            heard(ErrorCode.forCode(answer.errorCode()), as);
        } catch (ClientFailure.Unreachable | ClientFailure.TimedOut | ClientFailure.Refused e) {
            coordinator.close(); // The next heartbeat looks for it again.
        }
    }

    /// What a heartbeat or a commit was answered.
    void heard(ErrorCode error, Identity as) {
        coordinator.hasMoved(error);
        boolean again =
                error == ErrorCode.REBALANCE_IN_PROGRESS
                        || error == ErrorCode.ILLEGAL_GENERATION
                        || error == ErrorCode.UNKNOWN_MEMBER_ID
                        || error == ErrorCode.FENCED_INSTANCE_ID;
        memberLock.lock();
        try {
            if (again && identity.equals(as)) {
                mustJoin = true;
                if (error != ErrorCode.REBALANCE_IN_PROGRESS) {
                    identity = Identity.STRANGER;
                }
            }
        } finally {
            memberLock.unlock();
        }
    }

    /// Leaves the group, so that the others need not wait for the session to time out. A static
    /// member stays.
    @Override
    public void close() {
        heartbeats.interrupt();
        Identity last = identity();
        if (last.memberId().isEmpty() || config.instanceId().isPresent()) {
            return;
        }
        try {
            coordinator.call(leaving(last), LeaveGroupResponse.class);
        } catch (ClientFailure e) {
            // The session's time-out does it then.
        }
    }

    private LeaveGroupRequest leaving(Identity last) {
        LeaveGroupRequest.Builder request = LeaveGroupRequest.builder().groupId(groupId);
        return coordinator.version(ApiKey.LEAVE_GROUP) < LEAVES_IN_BATCHES_FROM
                ? request.memberId(last.memberId()).build()
                : request.members(
                                List.of(
                                        LeaveGroupRequest.MemberIdentity.builder()
                                                .memberId(last.memberId())
                                                .groupInstanceId(null)
                                                .reason("The consumer was closed.")
                                                .build()))
                        .build();
    }

    @Nullable String instanceId() {
        return config.instanceId().orElse(null);
    }
}
