package io.zurau.broker.telemetry;

import io.zurau.protocol.ErrorCode;
import java.util.OptionalLong;

/// One client instance on one connection: what it shall push, and when it last came.
///
/// **Guard:** that of [ClientTelemetry].
final class Subscriber {
    private final Client client;
    private final long connectedNanos;
    private final Subscription subscription;
    private OptionalLong lastGetNanos = OptionalLong.empty();
    private OptionalLong lastPushNanos = OptionalLong.empty();
    private ErrorCode lastError = ErrorCode.NONE;
    private boolean terminating;
    private long lastSeenNanos;

    /// @param connectedNanos of its connection
    Subscriber(Client client, long connectedNanos, Subscription subscription) {
        this.client = client;
        this.connectedNanos = connectedNanos;
        this.subscription = subscription;
    }

    Client client() {
        return client;
    }

    Subscription subscription() {
        return subscription;
    }

    /// A connection that has gone takes this with it, as in Kafka: a client that comes back is
    /// served at once.
    boolean isOn(long connectedNanos) {
        return this.connectedNanos == connectedNanos;
    }

    void seen(long nowNanos) {
        lastSeenNanos = nowNanos;
    }

    boolean isSilentFor(long nanos, long nowNanos) {
        return nowNanos - lastSeenNanos > nanos;
    }

    /// It asks what to push.
    ErrorCode get(long nowNanos) {
        boolean mayAsk = hasPassed(lastGetNanos, nowNanos) && hasPassed(lastPushNanos, nowNanos);
        if (mayAsk) {
            lastGetNanos = OptionalLong.of(nowNanos);
        } else if (lastError != ErrorCode.UNKNOWN_SUBSCRIPTION_ID
                && lastError != ErrorCode.UNSUPPORTED_COMPRESSION_TYPE) {
            return ErrorCode.THROTTLING_QUOTA_EXCEEDED;
        }
        lastError = ErrorCode.NONE;
        return ErrorCode.NONE;
    }

    /// It pushes: the first time after it asked at any time, for clients spread their pushes.
    ///
    /// @param last whether it says that it will not come again
    /// @param problem what is wrong with the push itself
    ErrorCode push(boolean last, long nowNanos, ErrorCode problem) {
        ErrorCode error = admitted(last, nowNanos, problem);
        terminating = last;
        lastError = error;
        return error;
    }

    private ErrorCode admitted(boolean last, long nowNanos, ErrorCode problem) {
        if (terminating) {
            return ErrorCode.INVALID_REQUEST;
        }
        boolean inTime = isFirstSinceGet() || hasPassed(lastPushNanos, nowNanos);
        if (inTime) {
            lastPushNanos = OptionalLong.of(nowNanos);
        }
        return inTime || last ? problem : ErrorCode.THROTTLING_QUOTA_EXCEEDED;
    }

    private boolean isFirstSinceGet() {
        return lastGetNanos.isPresent()
                && (lastPushNanos.isEmpty()
                        || lastGetNanos.getAsLong() - lastPushNanos.getAsLong() > 0);
    }

    private boolean hasPassed(OptionalLong sinceNanos, long nowNanos) {
        return sinceNanos.isEmpty()
                || nowNanos - sinceNanos.getAsLong() >= subscription.intervalMs() * 1_000_000L;
    }

    /// Its metrics could not be read.
    void pushedWhatCannotBeRead() {
        lastError = ErrorCode.INVALID_RECORD;
    }
}
