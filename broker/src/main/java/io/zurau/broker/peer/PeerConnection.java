package io.zurau.broker.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.image.Endpoint;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.Payload;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.RequestHeader;
import io.zurau.protocol.message.ResponseHeader;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection to another broker; one request at a time.
///
/// A task of its own reads, so that whoever calls waits with a deadline, and the end of a silent
/// connection is noticed. Memory for answers is used again: what an answer refers to is valid until
/// the next call.
///
/// **Guard:** `callLock` for what the reader and the caller tell each other. Calls are made by one
/// task; anybody may close.
public final class PeerConnection implements AutoCloseable {
    /// Above what a follower asks for with one oversized batch.
    private static final int LARGEST_ANSWER_BYTES = 256 * 1024 * 1024;

    private static final int FIRST_BUFFER_BYTES = 64 * 1024;

    private final Endpoint endpoint;
    private final String clientId;
    private final Clock clock;
    private final Network.Connection wire;
    private final ReentrantLock callLock = new ReentrantLock();
    private final Condition told = callLock.newCondition();
    private ByteBuffer memory = ByteBuffer.allocateDirect(FIRST_BUFFER_BYTES); // The reader's.

    @GuardedBy("callLock")
    private int correlationId;

    /// Whether an answer is wanted, so that `memory` is the reader's.
    @GuardedBy("callLock")
    private boolean asked;

    @GuardedBy("callLock")
    private @Nullable ByteBuffer answer;

    @GuardedBy("callLock")
    private @Nullable IOException broken;

    @GuardedBy("callLock")
    private Runnable whenBroken = () -> {};

    private PeerConnection(
            Endpoint endpoint, String clientId, Clock clock, Network.Connection wire) {
        this.endpoint = endpoint;
        this.clientId = clientId;
        this.clock = clock;
        this.wire = wire;
    }

    static PeerConnection open(Endpoint endpoint, Duration patience, String clientId, Seams seams)
            throws IOException {
        Network.Connection wire =
                seams.network().connect(endpoint.host(), endpoint.port(), patience);
        PeerConnection connection = new PeerConnection(endpoint, clientId, seams.clock(), wire);
        seams.tasks().start("answers of " + connection.name(), connection::readAnswers);
        return connection;
    }

    private String name() {
        return endpoint.host() + ":" + endpoint.port();
    }

    /// `listener` runs once when the other side has gone, at once if it has already; not after
    /// [#close].
    public void onBroken(Runnable listener) {
        boolean already;
        callLock.lock();
        try {
            whenBroken = listener;
            already = broken != null;
        } finally {
            callLock.unlock();
        }
        if (already) {
            listener.run();
        }
    }

    /// Whether it is known that no call can succeed any more.
    boolean isBroken() {
        callLock.lock();
        try {
            return broken != null;
        } finally {
            callLock.unlock();
        }
    }

    /// Sends a request and waits for its answer.
    ///
    /// @throws IOException if there is none in time; the connection is closed then
    public <R extends ApiResponse> R call(
            ApiRequest request, int version, Class<R> type, Duration patience)
            throws IOException, InterruptedException {
        long deadline = clock.deadline(patience);
        try {
            wire.write(frame(request, version));
            return type.cast(read(await(deadline), request.apiKey(), version));
        } catch (IOException e) {
            fail(e);
            throw e;
        } catch (MalformedMessage e) {
            IOException unreadable =
                    new IOException("%s answers nonsense: %s".formatted(name(), e.getMessage()), e);
            fail(unreadable);
            throw unreadable;
        }
    }

    private ByteBuffer[] frame(ApiRequest request, int version) throws IOException {
        ApiKey api = request.apiKey();
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0);
        RequestHeader.builder()
                .requestApiKey(api.id())
                .requestApiVersion((short) version)
                .correlationId(ask())
                .clientId(clientId)
                .build()
                .write(out, api.requestHeaderVersion(version));
        request.write(out, version);
        out.patchInt(0, out.sizeInBytes() - Integer.BYTES);
        List<Payload> parts = out.parts();
        ByteBuffer[] buffers = new ByteBuffer[parts.size()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = parts.get(i).toBuffer();
        }
        return buffers;
    }

    /// @return the correlation id of the next request
    private int ask() throws IOException {
        callLock.lock();
        try {
            if (broken != null) {
                throw new IOException(broken.getMessage(), broken);
            }
            answer = null;
            asked = true;
            told.signalAll();
            return ++correlationId;
        } finally {
            callLock.unlock();
        }
    }

    private ByteBuffer await(long deadline) throws IOException, InterruptedException {
        callLock.lock();
        try {
            while (answer == null) {
                if (broken != null) {
                    throw new IOException(broken.getMessage(), broken);
                }
                if (!clock.await(callLock, told, deadline) && answer == null && broken == null) {
                    throw new IOException(name() + " did not answer in time.");
                }
            }
            return answer;
        } finally {
            callLock.unlock();
        }
    }

    private ApiResponse read(ByteBuffer frame, ApiKey api, int version) {
        ProtocolReader in = new ProtocolReader(frame);
        int answered = ResponseHeader.read(in, api.responseHeaderVersion(version)).correlationId();
        callLock.lock();
        try {
            if (answered != correlationId) {
                throw new MalformedMessage("It answers another request.");
            }
        } finally {
            callLock.unlock();
        }
        return api.readResponse(in, version);
    }

    /// The reading task.
    private void readAnswers() {
        try {
            ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
            while (true) {
                fill(length.clear());
                int size = length.flip().getInt();
                if (size < Integer.BYTES || size > LARGEST_ANSWER_BYTES) {
                    throw new IOException(
                            "%s sends an answer of %d bytes, more than %d."
                                    .formatted(name(), size, LARGEST_ANSWER_BYTES));
                }
                awaitAsked();
                if (memory.capacity() < size) {
                    memory = ByteBuffer.allocateDirect(Math.max(size, 2 * memory.capacity()));
                }
                fill(memory.clear().limit(size));
                deliver(memory.duplicate().flip());
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new IOException("Interrupted.", e));
        }
    }

    private void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (wire.read(target) < 0) {
                throw new EOFException(name() + " closed the connection.");
            }
        }
    }

    private void awaitAsked() throws IOException, InterruptedException {
        callLock.lock();
        try {
            while (!asked) {
                if (broken != null) {
                    throw broken;
                }
                told.await();
            }
        } finally {
            callLock.unlock();
        }
    }

    private void deliver(ByteBuffer frame) {
        callLock.lock();
        try {
            answer = frame;
            asked = false;
            told.signalAll();
        } finally {
            callLock.unlock();
        }
    }

    private void fail(IOException reason) {
        Runnable listener;
        callLock.lock();
        try {
            if (broken != null) {
                return;
            }
            broken = reason;
            listener = whenBroken;
            told.signalAll();
        } finally {
            callLock.unlock();
        }
        wire.close();
        listener.run();
    }

    @Override
    public void close() {
        callLock.lock();
        try {
            whenBroken = () -> {};
        } finally {
            callLock.unlock();
        }
        fail(new IOException("The connection to " + name() + " was closed."));
    }
}
