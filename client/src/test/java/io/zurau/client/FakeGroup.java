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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A group of at most one member, which is not asked for the group's name.
final class FakeGroup {
    final Map<Integer, Long> committed = new TreeMap<>();
    final List<String> history = new ArrayList<>(); // What the member did.
    int generation;
    String member = "";
    boolean rebalancing;
    private int members;

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

    /// As if the session had timed out.
    void forgetMember() {
        member = "";
        generation++;
    }

    JoinGroupResponse join(JoinGroupRequest request) {
        if (request.memberId().isEmpty()) {
            member = "m" + ++members;
            return JoinGroupResponse.builder()
                    .memberId(member)
                    .errorCode(ErrorCode.MEMBER_ID_REQUIRED)
                    .build();
        }
        if (!request.memberId().equals(member)) {
            return JoinGroupResponse.builder().errorCode(ErrorCode.UNKNOWN_MEMBER_ID).build();
        }
        rebalancing = false;
        generation++;
        history.add("joined " + member + " " + generation);
        return JoinGroupResponse.builder()
                .generationId(generation)
                .memberId(member)
                .leader(member)
                .protocolName("range")
                .members(
                        List.of(
                                JoinGroupResponse.JoinGroupResponseMember.builder()
                                        .memberId(member)
                                        .metadata(request.protocols().getFirst().metadata())
                                        .build()))
                .build();
    }

    SyncGroupResponse sync(SyncGroupRequest request) {
        ByteBuffer assignment = request.assignments().getFirst().assignment();
        return SyncGroupResponse.builder().assignment(assignment).build();
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
        if (!id.equals(member)) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return itsGeneration == generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    LeaveGroupResponse leave(LeaveGroupRequest request) {
        history.add("left " + request.members().getFirst().memberId());
        member = "";
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
