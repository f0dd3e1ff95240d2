package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorLog;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Shards;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.consumer.Regexes;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.LeaveGroupResponse.MemberResponse;
import io.zurau.protocol.message.ListGroupsRequest;
import io.zurau.protocol.message.ListGroupsResponse;
import io.zurau.protocol.message.ListGroupsResponse.ListedGroup;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetDeleteRequest;
import io.zurau.protocol.message.OffsetDeleteResponse;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.zurau.protocol.message.SyncGroupResponse;
import io.zurau.protocol.message.TxnOffsetCommitRequest;
import io.zurau.protocol.message.TxnOffsetCommitResponse;
import io.zurau.runtime.Randomness;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The coordinator of the groups whose partition of `__consumer_offsets` this broker leads.
///
/// Each request is taken at once, in the order of the calls; its answer is waited for separately. A
/// request is not read any more after its method has returned.
///
/// **Guard:** none of its own; the shards have theirs.
public final class GroupCoordinator implements AutoCloseable {
    private static final int LAST_VERSION_LEAVING_ALONE = 2;
    private static final int FIRST_VERSION_WITHOUT_PROTOCOL = 7;
    private static final int FIRST_VERSION_SYNCING_A_PROTOCOL = 5; // Says which (KIP-559).

    private final GroupConfig config;
    private final Shards<GroupCommand, GroupTimer> shards;
    private final ConsumerCoordinator consumers;
    private final StreamsCoordinator streams;
    private final ShareCoordinator shares;
    private final IntSupplier partitions;
    private final Supplier<ClusterImage> images;
    private final Tasks tasks;
    private final Randomness randomness;

    /// @param configs what groups are set to
    /// @param partitions how many `__consumer_offsets` has, or will have
    /// @param images gives the newest image of the cluster
    public GroupCoordinator(
            GroupConfig config,
            GroupConfigs configs,
            CoordinatorLog log,
            IntSupplier partitions,
            Supplier<ClusterImage> images,
            Seams seams) {
        this.config = config;
        this.images = images;
        this.tasks = seams.tasks();
        this.shards =
                new Shards<>(
                        "groups",
                        () -> new GroupMachine(config, configs, images.get(), this::lookUp),
                        log,
                        seams);
        this.partitions = partitions;
        this.randomness = seams.randomness();
        this.consumers = new ConsumerCoordinator(this, configs, images);
        this.streams = new StreamsCoordinator(this, images);
        this.shares = new ShareCoordinator(this, images);
    }

    /// What consumer groups of the new protocol are asked.
    public ConsumerCoordinator consumers() {
        return consumers;
    }

    /// What streams groups are asked.
    public StreamsCoordinator streams() {
        return streams;
    }

    /// What share groups are asked.
    public ShareCoordinator shares() {
        return shares;
    }

    /// Of the cluster, as it stands.
    boolean isOn(String feature) {
        return images.get().features().getOrDefault(feature, (short) 0) > 0;
    }

    /// The partition of `__consumer_offsets` that a group lives in.
    public int partitionOf(String groupId) {
        return Shards.partitionOf(groupId, partitions.getAsInt());
    }

    /// This broker leads the partition from now on.
    public void load(int partition) {
        shards.load(partition);
    }

    /// This broker leads the partition still, or again.
    public void reload(int partition) {
        shards.reload(partition);
    }

    /// This broker does not lead the partition any more.
    public void unload(int partition) throws InterruptedException {
        shards.unload(partition);
    }

    /// Drops their offsets in all groups hosted here.
    public void topicsDeleted(Set<String> names) {
        for (int partition : shards.hosted()) {
            Reply<ErrorCode> reply = new Reply<>(code -> code);
            shards.submit(partition, new GroupCommand.ForgetTopics(names, reply), reply);
        }
    }

    @Override
    public void close() throws InterruptedException {
        shards.close();
    }

    public Pending<JoinGroupResponse> join(JoinGroupRequest request, ClientContext client) {
        Pending<JoinGroupResponse> pending = submitJoin(request, client);
        return client.version() < FIRST_VERSION_WITHOUT_PROTOCOL
                ? pending
                : () -> withoutProtocol(pending.await());
    }

    /// A refusal names no protocol; old clients need an empty one.
    private static JoinGroupResponse withoutProtocol(JoinGroupResponse response) {
        return response.errorCode() == ErrorCode.NONE.code()
                ? response
                : response.toBuilder().protocolName(null).build();
    }

    private Pending<JoinGroupResponse> submitJoin(JoinGroupRequest request, ClientContext client) {
        Reply<JoinGroupResponse> reply =
                new Reply<>(
                        code ->
                                JoinGroupResponse.builder()
                                        .memberId(request.memberId())
                                        .errorCode(code)
                                        .build());
        if (request.groupId().isEmpty()) {
            return refused(reply, ErrorCode.INVALID_GROUP_ID);
        }
        int timeoutMs = request.sessionTimeoutMs();
        if (timeoutMs < config.minSessionTimeoutMs() || timeoutMs > config.maxSessionTimeoutMs()) {
            return refused(reply, ErrorCode.INVALID_SESSION_TIMEOUT);
        }
        List<Member.Protocol> protocols =
                request.protocols().stream()
                        .map(one -> new Member.Protocol(one.name(), Member.copy(one.metadata())))
                        .toList();
        String instanceId = request.groupInstanceId();
        String freshId = (instanceId == null ? client.clientId() : instanceId) + "-" + uuid();
        return submit(
                request.groupId(),
                new GroupCommand.Join(request, client, freshId, protocols, images.get(), reply),
                reply);
    }

    /// Random, version 4.
    UUID uuid() {
        return new UUID(
                (randomness.nextLong() & ~0xF000L) | 0x4000L,
                (randomness.nextLong() & ~(0b11L << 62)) | (0b10L << 62));
    }

    /// Looks regular expressions up, beside the shard's thread.
    private void lookUp(String groupId, Regexes.Question question) {
        var _ =
                tasks.start(
                        "group-regexes",
                        () -> {
                            Reply<ErrorCode> reply = new Reply<>(code -> code);
                            var _ =
                                    submit(
                                            groupId,
                                            new GroupCommand.RegexesResolved(
                                                    groupId, question, question.answer(), reply),
                                            reply);
                        });
    }

    public Pending<SyncGroupResponse> sync(SyncGroupRequest request, int version) {
        Reply<SyncGroupResponse> reply =
                new Reply<>(code -> SyncGroupResponse.builder().errorCode(code).build());
        if (request.groupId().isEmpty()) {
            return refused(reply, ErrorCode.INVALID_GROUP_ID);
        }
        if (version >= FIRST_VERSION_SYNCING_A_PROTOCOL
                && (request.protocolType() == null || request.protocolName() == null)) {
            return refused(reply, ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        Map<String, ByteBuffer> assignments = new HashMap<>();
        for (SyncGroupRequestAssignment one : request.assignments()) {
            assignments.put(one.memberId(), Member.copy(one.assignment()));
        }
        return submit(
                request.groupId(),
                new GroupCommand.Sync(request, assignments, images.get(), reply),
                reply);
    }

    /// While a shard loads it cannot know its members; none shall be alarmed.
    public Pending<HeartbeatResponse> heartbeat(HeartbeatRequest request) {
        Reply<HeartbeatResponse> reply =
                new Reply<>(
                        code ->
                                HeartbeatResponse.builder()
                                        .errorCode(
                                                code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                                                        ? ErrorCode.NONE
                                                        : code)
                                        .build());
        return request.groupId().isEmpty()
                ? refused(reply, ErrorCode.INVALID_GROUP_ID)
                : submit(request.groupId(), new GroupCommand.Heartbeat(request, reply), reply);
    }

    /// Before version 3 one member leaves at a time, and its error is that of the response.
    public Pending<LeaveGroupResponse> leave(LeaveGroupRequest request, int version) {
        Reply<LeaveGroupResponse> reply =
                new Reply<>(code -> LeaveGroupResponse.builder().errorCode(code).build());
        if (request.groupId().isEmpty()) {
            return refused(reply, ErrorCode.INVALID_GROUP_ID);
        }
        if (version > LAST_VERSION_LEAVING_ALONE) {
            return submit(request.groupId(), new GroupCommand.Leave(request, reply), reply);
        }
        MemberIdentity alone = MemberIdentity.builder().memberId(request.memberId()).build();
        LeaveGroupRequest batch = request.toBuilder().members(List.of(alone)).build();
        Pending<LeaveGroupResponse> pending =
                submit(request.groupId(), new GroupCommand.Leave(batch, reply), reply);
        return () -> alone(pending.await());
    }

    private static LeaveGroupResponse alone(LeaveGroupResponse response) {
        short code = response.errorCode();
        for (MemberResponse member : response.members()) {
            code = member.errorCode();
        }
        return LeaveGroupResponse.builder().errorCode(code).build();
    }

    /// Also for the group without a name, which old clients use.
    ///
    /// @param request with the names of its topics, and with their ids where they are known
    public Pending<OffsetCommitResponse> commitOffsets(OffsetCommitRequest request, int version) {
        Reply<OffsetCommitResponse> reply =
                new Reply<>(code -> (OffsetCommitResponse) request.errorResponse(code, version));
        return submit(
                request.groupId(), new GroupCommand.CommitOffsets(request, version, reply), reply);
    }

    /// @param request with the names of its topics, and with their ids where they are known
    /// @param permission of the group's partition, for the producer's transaction
    public Pending<TxnOffsetCommitResponse> commitPending(
            TxnOffsetCommitRequest request, int version, @Nullable Object permission) {
        Reply<TxnOffsetCommitResponse> reply =
                new Reply<>(code -> (TxnOffsetCommitResponse) request.errorResponse(code, version));
        return submit(
                request.groupId(),
                new GroupCommand.CommitPending(request, version, permission, reply),
                reply);
    }

    /// Writes the end of a transaction into a partition of `__consumer_offsets`.
    public Pending<ErrorCode> endTransaction(int partition, LogEntry.Ended end) {
        Reply<ErrorCode> reply = new Reply<>(code -> code);
        return shards.submit(partition, new GroupCommand.EndTransaction(end, reply), reply);
    }

    /// @param request with the names of its topics, and with their ids where they are known
    /// @param stable whether offsets that a transaction may change soon are refused (KIP-447)
    public Pending<OffsetFetchResponseGroup> fetchOffsets(
            OffsetFetchRequestGroup request, boolean stable) {
        Reply<OffsetFetchResponseGroup> reply =
                new Reply<>(
                        code ->
                                OffsetFetchResponseGroup.builder()
                                        .groupId(request.groupId())
                                        .errorCode(code)
                                        .build());
        return submit(
                request.groupId(), new GroupCommand.FetchOffsets(request, stable, reply), reply);
    }

    public Pending<OffsetDeleteResponse> deleteOffsets(OffsetDeleteRequest request) {
        Reply<OffsetDeleteResponse> reply =
                new Reply<>(code -> OffsetDeleteResponse.builder().errorCode(code).build());
        return request.groupId().isEmpty()
                ? refused(reply, ErrorCode.INVALID_GROUP_ID)
                : submit(request.groupId(), new GroupCommand.DeleteOffsets(request, reply), reply);
    }

    public Pending<List<DescribedGroup>> describeGroups(List<String> groupIds, int version) {
        return each(groupIds, groupId -> describe(groupId, version));
    }

    private Pending<DescribedGroup> describe(String groupId, int version) {
        Reply<DescribedGroup> reply =
                new Reply<>(
                        code -> DescribedGroup.builder().groupId(groupId).errorCode(code).build());
        return submit(groupId, new GroupCommand.Describe(groupId, version, reply), reply);
    }

    /// Of all groups hosted here those in one of the states and of one of the types; a filter that
    /// is empty lets everything through.
    public Pending<ListGroupsResponse> listGroups(ListGroupsRequest request) {
        List<Pending<GroupCommand.Listing>> pending = new ArrayList<>();
        for (int partition : shards.hosted()) {
            Reply<GroupCommand.Listing> reply =
                    new Reply<>(code -> new GroupCommand.Listing(code, List.of()));
            pending.add(shards.submit(partition, new GroupCommand.ListGroups(reply), reply));
        }
        return () -> listed(all(pending), request);
    }

    private static ListGroupsResponse listed(
            List<GroupCommand.Listing> listings, ListGroupsRequest request) {
        List<ListedGroup> groups = new ArrayList<>();
        for (GroupCommand.Listing listing : listings) {
            // Groups of a shard that has just gone are another broker's to list.
            if (listing.code() != ErrorCode.NONE && listing.code() != ErrorCode.NOT_COORDINATOR) {
                return ListGroupsResponse.builder().errorCode(listing.code()).build();
            }
            listing.groups().stream()
                    .filter(group -> passes(request.statesFilter(), group.groupState()))
                    .filter(group -> passes(request.typesFilter(), group.groupType()))
                    .forEach(groups::add);
        }
        return ListGroupsResponse.builder().groups(groups).build();
    }

    private static boolean passes(List<String> filter, String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return filter.isEmpty()
                || filter.stream().anyMatch(one -> one.toLowerCase(Locale.ROOT).equals(lower));
    }

    public Pending<List<DeletableGroupResult>> deleteGroups(List<String> groupIds) {
        return each(groupIds.stream().distinct().toList(), this::delete);
    }

    private Pending<DeletableGroupResult> delete(String groupId) {
        Reply<DeletableGroupResult> reply =
                new Reply<>(
                        code ->
                                DeletableGroupResult.builder()
                                        .groupId(groupId)
                                        .errorCode(code)
                                        .build());
        return submit(groupId, new GroupCommand.Delete(groupId, reply), reply);
    }

    <A> Pending<A> submit(String groupId, GroupCommand command, Reply<A> reply) {
        return shards.submit(partitionOf(groupId), command, reply);
    }

    static <A> Pending<A> refused(Reply<A> reply, ErrorCode code) {
        reply.refuse(code);
        return reply;
    }

    /// The same for several groups.
    static <A> Pending<List<A>> each(List<String> groupIds, Function<String, Pending<A>> question) {
        List<Pending<A>> pending = groupIds.stream().map(question).toList();
        return () -> all(pending);
    }

    private static <A> List<A> all(List<Pending<A>> pending) throws InterruptedException {
        List<A> answers = new ArrayList<>();
        for (Pending<A> one : pending) {
            answers.add(one.await());
        }
        return answers;
    }
}
