package io.zurau.quorum;

import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupListReply;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.rpc.SupportedRpcType;

/// Calls to voters, one at a time; who is asked next after a failure is the caller's business.
///
/// Safe for concurrent use.
final class VoterCalls implements AutoCloseable {
    private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(200);

    private final Clock clock;
    private final Tasks tasks;
    private final ClientId clientId = ClientId.randomId();
    private final RaftClientRpc rpc;
    private final ConcurrentMap<Integer, Voter> known = new ConcurrentHashMap<>();
    private final AtomicLong nextCall = new AtomicLong(1);

    /// Until when no new connection is made to a node, in nanoseconds.
    private final ConcurrentMap<Integer, Long> nextConnection = new ConcurrentHashMap<>();

    VoterCalls(Clock clock, Tasks tasks) {
        this.clock = clock;
        this.tasks = tasks;
        RaftProperties properties = RatisSettings.client();
        this.rpc =
                ClientFactory.cast(SupportedRpcType.GRPC.newFactory(new Parameters()))
                        .newRaftClientRpc(clientId, properties);
    }

    /// From now on these can be called.
    void know(Collection<Voter> voters) {
        for (Voter voter : voters) {
            Voter before = known.put(voter.nodeId(), voter);
            if (!voter.equals(before)) {
                rpc.addRaftPeers(List.of(voter.peer()));
            }
        }
    }

    /// These are the voters now, and nobody else.
    void knowOnly(Collection<Voter> voters) {
        know(voters);
        known.keySet().retainAll(voters.stream().map(Voter::nodeId).toList());
    }

    List<Integer> known() {
        return known.keySet().stream().sorted().toList();
    }

    /// The number by which Ratis knows a call that is repeated.
    long newCall() {
        return nextCall.getAndIncrement();
    }

    RaftClientRequest write(int nodeId, long call, ByteBuffer entry) {
        return request(nodeId, call, entry, RaftClientRequest.writeRequestType());
    }

    /// A read of what the voter has applied, however old.
    RaftClientRequest read(int nodeId, ByteBuffer query) {
        return request(nodeId, newCall(), query, RaftClientRequest.staleReadRequestType(0));
    }

    private RaftClientRequest request(
            int nodeId, long call, ByteBuffer message, RaftClientRequest.Type type) {
        return RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(Voter.peerId(nodeId))
                .setGroupId(RatisSettings.GROUP)
                .setCallId(call)
                .setMessage(Bytes.message(message))
                .setType(type)
                .build();
    }

    /// Sends a write or a read.
    ///
    /// Each on a stream of its own: on the one that Ratis shares between calls, the answer "I do
    /// not lead" to one of them ends them all.
    CompletableFuture<RaftClientReply> send(int nodeId, RaftClientRequest request) {
        CompletableFuture<RaftClientReply> reply = new CompletableFuture<>();
        tasks.start(
                "quorum-call",
                () -> {
                    try {
                        reply.complete(rpc.sendRequest(request));
                    } catch (IOException | RuntimeException e) {
                        reply.completeExceptionally(e);
                        reconnect(nodeId, e);
                    }
                });
        return reply;
    }

    /// Whether the voter has a copy of the log.
    boolean hasGroup(int nodeId) throws IOException {
        GroupListReply reply =
                (GroupListReply)
                        call(
                                nodeId,
                                new GroupListRequest(
                                        clientId, id(nodeId), RatisSettings.GROUP, newCall()));
        return reply.getGroupIds().contains(RatisSettings.GROUP);
    }

    GroupInfoReply groupInfo(int nodeId) throws IOException {
        return (GroupInfoReply)
                call(
                        nodeId,
                        new GroupInfoRequest(clientId, id(nodeId), RatisSettings.GROUP, newCall()));
    }

    GroupManagementRequest groupAdd(int nodeId, RaftGroup group) {
        return GroupManagementRequest.newAdd(clientId, id(nodeId), newCall(), group, true);
    }

    GroupManagementRequest groupRemove(int nodeId) {
        return GroupManagementRequest.newRemove(
                clientId, id(nodeId), newCall(), RatisSettings.GROUP, true, false);
    }

    /// @param before the voters that the change rests on; refused if they are others by now
    RaftClientReply setVoters(int leaderId, List<RaftPeer> before, List<RaftPeer> after)
            throws IOException {
        return call(
                leaderId,
                new SetConfigurationRequest(
                        clientId,
                        id(leaderId),
                        RatisSettings.GROUP,
                        newCall(),
                        SetConfigurationRequest.Arguments.newBuilder()
                                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                                .setServersInCurrentConf(before)
                                .setServersInNewConf(after)
                                .build()));
    }

    RaftClientReply call(int nodeId, RaftClientRequest request) throws IOException {
        try {
            return rpc.sendRequest(request);
        } catch (IOException | RuntimeException e) {
            tasks.start("quorum-reconnect", () -> reconnect(nodeId, e));
            // Ratis lets some of gRPC's exceptions through as they are.
            throw new IOException("Node %d: %s".formatted(nodeId, e.getMessage()), e);
        }
    }

    /// Makes a new connection, rather than to wait until the old one tries again, which it does
    /// ever more seldom. Takes seconds if there are calls on the old one.
    private void reconnect(int nodeId, Exception why) {
        long now = clock.nanos();
        long allowed = clock.deadline(BETWEEN_CONNECTIONS);
        long next =
                nextConnection.merge(nodeId, allowed, (old, _) -> old - now > 0 ? old : allowed);
        if (next == allowed) {
            rpc.handleException(id(nodeId), why, true);
        }
    }

    private static RaftPeerId id(int nodeId) {
        return Voter.peerId(nodeId);
    }

    /// Waits until `future` has ended in one way or the other.
    ///
    /// @return whether it has; not if time ran out
    boolean await(CompletableFuture<?> future, long deadlineNanos) throws InterruptedException {
        ReentrantLock doneLock = new ReentrantLock();
        Condition done = doneLock.newCondition();
        future.whenComplete(
                (_, _) -> {
                    doneLock.lock();
                    try {
                        done.signalAll();
                    } finally {
                        doneLock.unlock();
                    }
                });
        doneLock.lockInterruptibly();
        try {
            while (!future.isDone()) {
                if (!clock.await(doneLock, done, deadlineNanos)) {
                    return future.isDone();
                }
            }
            return true;
        } finally {
            doneLock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            rpc.close();
        } catch (IOException e) {
            // Nothing was to be sent any more.
        }
    }
}
