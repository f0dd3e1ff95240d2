package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.FindCoordinatorResponse;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.OffsetFetchResponse;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupResponse;
import io.zurau.runtime.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A group of any number of members, which is not asked for the group's name.
///
/// Owned by the simulation's one thread; who must wait looks again every few milliseconds.
final class FakeGroup {
    private static final Duration LOOK = Duration.ofMillis(5);

    final Map<Integer, Long> committed = new TreeMap<>();
    final List<String> history = new ArrayList<>(); // What the members did.
    int generation;
    boolean rebalancing;
    private int named;
    private final Set<String> members = new TreeSet<>();
    private final Map<String, ByteBuffer> joined = new TreeMap<>(); // Subscriptions, by member.
    private Map<String, ByteBuffer> assignments = Map.of();
    private int assignedGeneration;

    FindCoordinatorResponse found(String host, int port) {
        return FindCoordinatorResponse.builder()
                .coordinators(
                        List.of(
                                FindCoordinatorResponse.Coordinator.builder()
                                        .nodeId(1)
                                        .host(host)
                                        .port(port)
                                        .build()))
                .build();
    }

    /// As if all sessions had timed out.
    void forgetMembers() {
        members.clear();
        generation++;
    }

    /// Waits until all members have joined; the first of them leads.
    JoinGroupResponse join(JoinGroupRequest request, Clock clock) throws InterruptedException {
        String id = request.memberId();
        if (id.isEmpty()) {
            id = "m" + ++named;
            members.add(id);
            return JoinGroupResponse.builder()
                    .memberId(id)
                    .errorCode(ErrorCode.MEMBER_ID_REQUIRED)
                    .build();
        }
        if (!members.contains(id)) {
            return JoinGroupResponse.builder().errorCode(ErrorCode.UNKNOWN_MEMBER_ID).build();
        }
        int before = generation;
        rebalancing = true;
        joined.put(id, request.protocols().getFirst().metadata());
        while (generation == before && !joined.keySet().containsAll(members)) {
            clock.sleepUntil(clock.deadline(LOOK));
        }
        if (generation == before) {
            generation++;
            rebalancing = false;
        }
        history.add("joined " + id + " " + generation);
        String leader = members.iterator().next();
        List<JoinGroupResponse.JoinGroupResponseMember> all = new ArrayList<>();
        joined.forEach(
                (member, subscription) ->
                        all.add(
                                JoinGroupResponse.JoinGroupResponseMember.builder()
                                        .memberId(member)
                                        .metadata(subscription)
                                        .build()));
        return JoinGroupResponse.builder()
                .generationId(generation)
                .memberId(id)
                .leader(leader)
                .protocolName("range")
                .members(leader.equals(id) ? all : List.of())
                .build();
    }

    /// Waits for what the leader assigns.
    SyncGroupResponse sync(SyncGroupRequest request, Clock clock) throws InterruptedException {
        if (!request.assignments().isEmpty()) {
            Map<String, ByteBuffer> given = new TreeMap<>();
            request.assignments().forEach(a -> given.put(a.memberId(), a.assignment()));
            assignments = given;
            assignedGeneration = request.generationId();
            joined.clear();
        }
        while (assignedGeneration < request.generationId()) {
            clock.sleepUntil(clock.deadline(LOOK));
        }
        ByteBuffer own = assignments.get(request.memberId());
        return own == null || request.generationId() != generation
                ? SyncGroupResponse.builder().errorCode(ErrorCode.REBALANCE_IN_PROGRESS).build()
                : SyncGroupResponse.builder().assignment(own.duplicate()).build();
    }

    HeartbeatResponse heartbeat(HeartbeatRequest request) {
        ErrorCode error = check(request.memberId(), request.generationId());
        return HeartbeatResponse.builder()
                .errorCode(
                        error == ErrorCode.NONE && rebalancing
                                ? ErrorCode.REBALANCE_IN_PROGRESS
                                : error)
                .build();
    }

    private ErrorCode check(String id, int itsGeneration) {
        if (!members.contains(id)) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return itsGeneration == generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    LeaveGroupResponse leave(LeaveGroupRequest request) {
        String gone = request.members().getFirst().memberId();
        history.add("left " + gone);
        members.remove(gone);
        joined.remove(gone);
        rebalancing = !members.isEmpty();
        return LeaveGroupResponse.builder().build();
    }

    OffsetCommitResponse commit(OffsetCommitRequest request) {
        ErrorCode error = check(request.memberId(), request.generationIdOrMemberEpoch());
        List<OffsetCommitResponse.OffsetCommitResponsePartition> results = new ArrayList<>();
        for (OffsetCommitRequest.OffsetCommitRequestPartition partition :
                request.topics().getFirst().partitions()) {
            if (error == ErrorCode.NONE) {
                committed.put(partition.partitionIndex(), partition.committedOffset());
            }
            results.add(
                    OffsetCommitResponse.OffsetCommitResponsePartition.builder()
                            .partitionIndex(partition.partitionIndex())
                            .errorCode(error)
                            .build());
        }
        history.add("committed " + committed + " " + error);
        return OffsetCommitResponse.builder()
                .topics(
                        List.of(
                                OffsetCommitResponse.OffsetCommitResponseTopic.builder()
                                        .name(FakeBroker.TOPIC)
                                        .partitions(results)
                                        .build()))
                .build();
    }

    OffsetFetchResponse fetch(OffsetFetchRequest request) {
        List<OffsetFetchResponse.OffsetFetchResponsePartitions> results = new ArrayList<>();
        committed.forEach(
                (partition, offset) ->
                        results.add(
                                OffsetFetchResponse.OffsetFetchResponsePartitions.builder()
                                        .partitionIndex(partition)
                                        .committedOffset(offset)
                                        .build()));
        return OffsetFetchResponse.builder()
                .groups(
                        List.of(
                                OffsetFetchResponse.OffsetFetchResponseGroup.builder()
                                        .groupId(request.groups().getFirst().groupId())
                                        .topics(
                                                List.of(
                                                        OffsetFetchResponse
                                                                .OffsetFetchResponseTopics.builder()
                                                                .name(FakeBroker.TOPIC)
                                                                .partitions(results)
                                                                .build()))
                                        .build()))
                .build();
    }
}
