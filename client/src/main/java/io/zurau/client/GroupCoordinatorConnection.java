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
/// **Guard:** `coordinatorLock`; it is held while the coordinator is looked for.
final class GroupCoordinatorConnection implements AutoCloseable {
    private static final byte GROUP = 0;
    private static final int BATCHED_FROM = 4;
    private static final int MOST_ATTEMPTS = 30;

    private final String groupId;
    private final Cluster cluster;
    private final ReentrantLock coordinatorLock = new ReentrantLock();

    @GuardedBy("coordinatorLock")
    private @Nullable BrokerConnection connection;

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
    ///
    /// @return whether it does
    boolean hasMoved(ErrorCode error) {
        boolean moved =
                error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
        if (moved) {
            close();
        }
        return moved;
    }

    private BrokerConnection find() {
        coordinatorLock.lock();
        try {
            BrokerConnection known = connection;
            if (known != null && known.isOpen()) {
                return known;
            }
            BrokerConnection found = look();
            connection = found;
            return found;
        } finally {
            coordinatorLock.unlock();
        }
    }

    private BrokerConnection look() {
        for (int attempt = 1; ; attempt++) {
            ErrorCode error;
            try {
                BrokerConnection any = cluster.anyConnection();
                boolean batched =
                        any.versions().of(ApiKey.FIND_COORDINATOR, any.address()) >= BATCHED_FROM;
                FindCoordinatorRequest.Builder request =
                        FindCoordinatorRequest.builder().keyType(GROUP);
                FindCoordinatorResponse answer =
                        any.call(
                                (batched
                                                ? request.coordinatorKeys(List.of(groupId))
                                                : request.key(groupId))
                                        .build(),
                                FindCoordinatorResponse.class);
                error = ErrorCode.forCode(answer.errorCode());
                BrokerAddress address = new BrokerAddress(answer.host(), answer.port());
                if (batched) {
                    FindCoordinatorResponse.Coordinator found = answer.coordinators().getFirst();
                    error = ErrorCode.forCode(found.errorCode());
                    address = new BrokerAddress(found.host(), found.port());
                }
                if (error == ErrorCode.NONE) {
                    return BrokerConnection.open(address, cluster.config(), cluster.seams());
                }
            } catch (ClientFailure.Unreachable e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                error = ErrorCode.NETWORK_EXCEPTION;
            }
            if (!error.retriable() || attempt == MOST_ATTEMPTS) {
                throw new ClientFailure.Refused(
                        "Looking for the coordinator of group \"" + groupId + "\"", error);
            }
            cluster.pause(cluster.config().backoffAfter(attempt));
        }
    }

    @Override
    public void close() {
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
}
