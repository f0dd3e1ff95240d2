package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.Payload;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.UnsupportedField;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.RequestHeader;
import io.zurau.protocol.message.ResponseHeader;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection to one broker: requests go out as they come, answers are matched in order.
///
/// Once anything goes wrong on it (it breaks, a time-out, an answer that cannot be read) it is
/// closed for good and every request in flight fails; whoever needs the broker opens another.
///
/// **Guard:** `writeLock` for the order of requests on the wire; then `exchangeLock` for what is in
/// flight. The reader task takes only the second, so that a full send buffer never keeps it from
/// reading.
final class BrokerConnection implements AutoCloseable {
    /// What one answer may take; above what a fetch of `fetch.max.bytes` can become with one
    /// oversized batch.
    private static final int MAX_ANSWER_BYTES = 256 * 1024 * 1024;

    private final BrokerAddress address;
    private final ClientConfig config;
    private final Seams seams;
    private final Network.Connection wire;
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ReentrantLock exchangeLock = new ReentrantLock();

    @GuardedBy("exchangeLock")
    private final ArrayDeque<Exchange<?>> inFlight = new ArrayDeque<>();

    @GuardedBy("writeLock")
    private int nextCorrelationId;

    @GuardedBy("exchangeLock")
    private @Nullable ClientFailure closedBy;

    private volatile BrokerVersions versions = BrokerVersions.UNKNOWN;

    private BrokerConnection(
            BrokerAddress address, ClientConfig config, Seams seams, Network.Connection wire) {
        this.address = address;
        this.config = config;
        this.seams = seams;
        this.wire = wire;
    }

    /// Connects and learns which versions the broker speaks.
    ///
    /// @throws ClientFailure.Unreachable if it does not answer
    static BrokerConnection open(BrokerAddress address, ClientConfig config, Seams seams) {
        Network.Connection wire;
        try {
            wire = seams.network().connect(address.host(), address.port(), config.connectTimeout());
        } catch (IOException e) {
            throw new ClientFailure.Unreachable("No broker answers: " + e.getMessage(), e);
        }
        BrokerConnection connection = new BrokerConnection(address, config, seams, wire);
        seams.tasks().start("answers of " + address, connection::readAnswers);
        try {
            connection.versions = BrokerVersions.ask(connection);
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Sends a request and waits for its answer.
    <R extends ApiResponse> R call(ApiRequest request, Class<R> answer) {
        return send(request, answer).await(config.requestTimeout());
    }

    /// Sends a request in the highest version that both sides speak.
    <R extends ApiResponse> Exchange<R> send(ApiRequest request, Class<R> answer) {
        return send(request, versions.of(request.apiKey(), address), answer);
    }

    /// Sends a request in this version.
    <R extends ApiResponse> Exchange<R> send(ApiRequest request, int version, Class<R> answer) {
        Exchange<R> exchange = new Exchange<>(this, request.apiKey(), version, answer);
        write(request, version, exchange);
        return exchange;
    }

    /// Sends a request that is not answered: a produce request with `acks=0`.
    void sendUnanswered(ApiRequest request, int version) {
        write(request, version, null);
    }

    BrokerVersions versions() {
        return versions;
    }

    BrokerAddress address() {
        return address;
    }

    Seams seams() {
        return seams;
    }

    ClientConfig config() {
        return config;
    }

    ReentrantLock exchangeLock() {
        return exchangeLock;
    }

    boolean isOpen() {
        exchangeLock.lock();
        try {
            return closedBy == null;
        } finally {
            exchangeLock.unlock();
        }
    }

    private void write(ApiRequest request, int version, @Nullable Exchange<?> exchange) {
        writeLock.lock();
        try {
            int correlationId = nextCorrelationId++;
            ByteBuffer[] frame = frame(request, version, correlationId);
            enqueue(exchange, correlationId);
            wire.write(frame);
        } catch (IOException e) {
            fail(broken("The connection to " + address + " broke: " + reason(e), e));
        } finally {
            writeLock.unlock();
        }
    }

    private void enqueue(@Nullable Exchange<?> exchange, int correlationId) {
        exchangeLock.lock();
        try {
            if (closedBy != null) {
                throw new ClientFailure.Unreachable(
                        String.valueOf(closedBy.getMessage()), closedBy);
            }
            if (exchange != null) {
                exchange.correlationId = correlationId;
                inFlight.add(exchange);
            }
        } finally {
            exchangeLock.unlock();
        }
    }

    private ByteBuffer[] frame(ApiRequest request, int version, int correlationId) {
        ApiKey api = request.apiKey();
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0);
        RequestHeader.builder()
                .requestApiKey(api.id())
                .requestApiVersion((short) version)
                .correlationId(correlationId)
                .clientId(config.clientId())
                .build()
                .write(out, api.requestHeaderVersion(version));
        writeBody(request, version, out);
        out.patchInt(0, out.sizeInBytes() - Integer.BYTES);
        List<Payload> parts = out.parts();
        ByteBuffer[] buffers = new ByteBuffer[parts.size()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = parts.get(i).toBuffer();
        }
        return buffers;
    }

    private void writeBody(ApiRequest request, int version, ProtocolWriter out) {
        try {
            request.write(out, version);
        } catch (UnsupportedField e) {
            throw new ClientFailure.Refused(
                    "Asking %s for %s".formatted(address, request.apiKey()),
                    ErrorCode.UNSUPPORTED_VERSION,
                    String.valueOf(e.getMessage()));
        }
    }

    private void readAnswers() {
        FrameReader frames = new FrameReader(wire, MAX_ANSWER_BYTES);
        try {
            while (true) {
                ByteBuffer frame = frames.next();
                Exchange<?> exchange = first();
                exchange.answered(read(frame, exchange));
                settle(exchange);
            }
        } catch (EOFException e) {
            fail(broken(address + " closed the connection.", e));
        } catch (IOException e) {
            fail(broken("The connection to " + address + " broke: " + reason(e), e));
        } catch (MalformedMessage | IllegalArgumentException e) {
            fail(
                    new ClientFailure.BadAnswer(
                            "%s sent an answer that cannot be read: %s"
                                    .formatted(address, e.getMessage()),
                            e));
        } catch (RuntimeException | Error e) {
            fail(new ClientFailure.Bug("Reading an answer of " + address, e));
            throw e;
        }
    }

    private Exchange<?> first() {
        exchangeLock.lock();
        try {
            Exchange<?> first = inFlight.peek();
            if (first == null) {
                throw new MalformedMessage("It answers nothing that was asked.");
            }
            return first;
        } finally {
            exchangeLock.unlock();
        }
    }

    private static ApiResponse read(ByteBuffer frame, Exchange<?> exchange) {
        ProtocolReader in = new ProtocolReader(frame);
        ApiKey api = exchange.api;
        int headerVersion = api.responseHeaderVersion(exchange.version);
        int correlationId = ResponseHeader.read(in, headerVersion).correlationId();
        if (correlationId != exchange.correlationId) {
            throw new MalformedMessage(
                    "It answers request %d where request %d is the next."
                            .formatted(correlationId, exchange.correlationId));
        }
        ByteBuffer body = frame.slice(frame.limit() - in.remaining(), in.remaining());
        int version =
                BrokerVersions.answerVersion(
                        api, exchange.version, new ProtocolReader(body.duplicate()));
        return api.readResponse(new ProtocolReader(body), version);
    }

    private void settle(Exchange<?> exchange) {
        exchangeLock.lock();
        try {
            inFlight.remove(exchange);
            exchange.settled.signalAll();
        } finally {
            exchangeLock.unlock();
        }
    }

    /// Closes the connection and fails what is in flight, for the first reason given.
    void fail(ClientFailure reason) {
        exchangeLock.lock();
        try {
            if (closedBy == null) {
                closedBy = reason;
            }
            for (Exchange<?> exchange : inFlight) {
                exchange.failedBy = closedBy;
                exchange.settled.signalAll();
            }
            inFlight.clear();
        } finally {
            exchangeLock.unlock();
        }
        wire.close();
    }

    @Override
    public void close() {
        fail(new ClientFailure.Closed("The connection to " + address + " was closed."));
    }

    private static ClientFailure broken(String sentence, IOException cause) {
        return new ClientFailure.Unreachable(sentence, cause);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /// One request in flight. **Guard:** the connection's `exchangeLock`.
    static final class Exchange<R extends ApiResponse> {
        private final BrokerConnection connection;
        private final ApiKey api;
        private final int version;
        private final Class<R> type;
        private final Condition settled;
        private int correlationId;
        private @Nullable R answer;
        private @Nullable ClientFailure failedBy;

        private Exchange(BrokerConnection connection, ApiKey api, int version, Class<R> type) {
            this.connection = connection;
            this.api = api;
            this.version = version;
            this.type = type;
            this.settled = connection.exchangeLock.newCondition();
        }

        private void answered(ApiResponse response) {
            connection.exchangeLock.lock();
            try {
                answer = type.cast(response);
            } finally {
                connection.exchangeLock.unlock();
            }
        }

        /// The version it was sent in.
        int version() {
            return version;
        }

        /// Waits for the answer. A time-out closes the connection, for the answer that is missing
        /// holds up all behind it.
        R await(Duration timeout) {
            long deadline = connection.seams.clock().deadline(timeout);
            R received = awaitUntil(deadline);
            if (received != null) {
                return received;
            }
            ClientFailure late =
                    new ClientFailure.TimedOut(
                            "%s did not answer %s within %d ms (request.timeout.ms)."
                                    .formatted(connection.address, api, timeout.toMillis()));
            connection.fail(late);
            throw late;
        }

        private @Nullable R awaitUntil(long deadline) {
            connection.exchangeLock.lock();
            try {
                while (answer == null && failedBy == null) {
                    boolean ahead =
                            connection
                                    .seams
                                    .clock()
                                    .await(connection.exchangeLock, settled, deadline);
                    if (!ahead && answer == null && failedBy == null) {
                        return null;
                    }
                }
                if (answer != null) {
                    return answer;
                }
                throw Objects.requireNonNull(failedBy);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClientFailure.Closed("Interrupted while waiting for " + api + ".");
            } finally {
                connection.exchangeLock.unlock();
            }
        }
    }
}
