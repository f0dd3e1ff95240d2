package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.FindCoordinatorResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection to the broker that coordinates a group, apart from the one that records are fetched
/// over: a fetch that waits for records must not hold up a heartbeat.
///
/// Tries everything once; whoever asks knows how patient to be.
///
/// **Guard:** `coordinatorLock`; it is held while the coordinator is looked for.
final class GroupCoordinatorConnection implements AutoCloseable {
    private static final byte GROUP = 0;
    private static final int BATCHED_FROM = 4;

    private final String groupId;
    private final Cluster cluster;
    private final ReentrantLock coordinatorLock = new ReentrantLock();

    @GuardedBy("coordinatorLock")
    private @Nullable BrokerConnection connection;

    @GuardedBy("coordinatorLock")
    private boolean closed;

    GroupCoordinatorConnection(String groupId, Cluster cluster) {
        this.groupId = groupId;
        this.cluster = cluster;
    }

    <R extends ApiResponse> R call(ApiRequest request, Class<R> answer) {
        return call(request, answer, cluster.config().requestTimeout());
    }

    <R extends ApiResponse> R call(ApiRequest request, Class<R> answer, Duration timeout) {
        return find().send(request, answer).await(timeout);
    }

    /// The version in which it will be asked.
    int version(ApiKey api) {
        BrokerConnection found = find();
        return found.versions().of(api, found.address());
    }

    /// Looks for the coordinator again before the next call, if the error says that it moved.
    void heard(ErrorCode error) {
        if (error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE) {
            disconnect();
        }
    }

    private BrokerConnection find() {
        coordinatorLock.lock();
        try {
            if (closed) {
                throw new ClientFailure.Closed("The consumer was closed.");
            }
            BrokerConnection known = connection;
            if (known != null && known.isOpen()) {
                return known;
            }
            BrokerConnection found =
                    BrokerConnection.open(look(), cluster.config(), cluster.seams());
            connection = found;
            return found;
        } finally {
            coordinatorLock.unlock();
        }
    }

    private BrokerAddress look() {
        BrokerConnection any = cluster.anyConnection();
        boolean batched = any.versions().of(ApiKey.FIND_COORDINATOR, any.address()) >= BATCHED_FROM;
        FindCoordinatorRequest.Builder request = FindCoordinatorRequest.builder().keyType(GROUP);
        FindCoordinatorResponse answer =
                any.call(
                        (batched ? request.coordinatorKeys(List.of(groupId)) : request.key(groupId))
                                .build(),
                        FindCoordinatorResponse.class);
        if (!batched) {
            return address(answer.errorCode(), answer.host(), answer.port());
        }
        if (answer.coordinators().isEmpty()) {
            throw new ClientFailure.BadAnswer(
                    any.address() + " answered no coordinator and no error.");
        }
        FindCoordinatorResponse.Coordinator found = answer.coordinators().getFirst();
        return address(found.errorCode(), found.host(), found.port());
    }

    private BrokerAddress address(short code, String host, int port) {
        ErrorCode error = ErrorCode.forCode(code);
        if (error != ErrorCode.NONE) {
            throw new ClientFailure.Refused(
                    "Looking for the coordinator of group \"" + groupId + "\"", error);
        }
        return new BrokerAddress(host, port);
    }

    /// Closes the connection; the next call opens another.
    void disconnect() {
        coordinatorLock.lock();
        try {
            if (connection != null) {
                connection.close();
            }
            connection = null;
        } finally {
            coordinatorLock.unlock();
        }
    }

    @Override
    public void close() {
        coordinatorLock.lock();
        try {
            closed = true;
            disconnect();
        } finally {
            coordinatorLock.unlock();
        }
    }
}
