package io.zurau.broker.connection;

import io.zurau.broker.Answer;
import io.zurau.broker.ClientSoftware;
import io.zurau.broker.ClosesConnection;
import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.RefusedBatches;
import io.zurau.broker.RequestContext;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ApiVersionsRequest;
import io.zurau.protocol.message.RequestHeader;
import io.zurau.runtime.Network;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: a virtual thread reads it from first request to last.
///
/// Answers leave in the order of their requests. Where nothing waits and the answer is ready, the
/// reading thread sends it itself; else it queues it for a second thread, which waits for pending
/// answers, and reads on.
///
/// What cannot be a request (a length, an API, a version or a body that the protocol does not have)
/// ends this connection with one line in the log and harms no other.
final class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final int SHORTEST_HEADER_BYTES = 8; // API, version, correlation id.

    private final Network.Connection network;
    private final ListenerContext context;
    private final FrameReader frames;
    private final AnswerSender sender;
    private final AnswerQueue<Unsent> unsent;
    private final RefusedBatches refusedBatches = new RefusedBatches();
    private final ConnectionEnd end = new ConnectionEnd();
    private final AtomicInteger unanswered = new AtomicInteger(); // Requests read, not answered.
    private final long connectedNanos;
    private ClientSoftware software = ClientSoftware.UNKNOWN; // The reading thread's.
    private volatile long lastActiveNanos;
    private volatile boolean draining;
    private Tasks.@Nullable Task writer; // Started with the first answer that is queued.

    /// An answer that waits for its turn.
    private record Unsent(Answer answer, RequestContext context) {}

    /// @param connectedNanos on the monotonic clock; no other connection of the listener has the
    ///   same
    Connection(Network.Connection network, ListenerContext context, long connectedNanos) {
        this.network = network;
        this.context = context;
        ConnectionLimits limits = context.limits();
        this.frames = new FrameReader(network, context.buffers(), limits.maxRequestBytes());
        this.sender = new AnswerSender(network);
        this.unsent = new AnswerQueue<>(limits.maxPendingAnswers());
        this.connectedNanos = connectedNanos;
        this.lastActiveNanos = connectedNanos;
    }

    /// Serves the client until it leaves, the node closes it, or it sends what it must not.
    void serve() {
        try (frames) {
            ByteBuffer frame;
            while (!draining && (frame = frames.next()) != null) {
                lastActiveNanos = context.clock().nanos();
                context.probe().requestRead(frame.remaining());
                unanswered.incrementAndGet();
                answer(frame);
            }
            unsent.close();
            awaitWriter();
        } catch (MalformedMessage e) {
            context.probe().closedMalformed();
            closedBecause(e.getMessage());
        } catch (IOException | StorageFailure e) {
            lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abandon();
            network.close();
            interruptWriter();
            end.ended();
        }
    }

    private void answer(ByteBuffer frame) throws IOException, InterruptedException {
        if (frame.remaining() < SHORTEST_HEADER_BYTES) {
            throw new MalformedMessage(
                    "A frame of %d bytes is shorter than a request's header."
                            .formatted(frame.remaining()));
        }
        int apiId = frame.getShort(0);
        int version = frame.getShort(2);
        ApiKey api =
                ApiKey.forId(apiId)
                        .filter(key -> key.onBrokerListener() || context.router().serves(key))
                        .orElseThrow(
                                () -> new MalformedMessage("No API has the key " + apiId + "."));
        if (api == ApiKey.API_VERSIONS && !api.supports(version)) {
            RequestContext anyVersion =
                    new RequestContext(
                            api,
                            0,
                            frame.getInt(4),
                            null,
                            host(),
                            network.remotePort(),
                            software,
                            listener(),
                            connectedNanos,
                            refusedBatches,
                            end);
            dispatch(Answer.of(context.apiVersions().unsupportedVersion()), anyVersion);
            return;
        }
        if (!api.supports(version)) {
            throw new MalformedMessage(
                    "%s has no version %d, only %d to %d."
                            .formatted(
                                    api.apiName(),
                                    version,
                                    api.lowestVersion(),
                                    api.highestVersion()));
        }
        route(api, version, frame);
    }

    private void route(ApiKey api, int version, ByteBuffer frame)
            throws IOException, InterruptedException {
        ProtocolReader in = new ProtocolReader(api == ApiKey.PRODUCE ? frame : ownCopy(frame));
        RequestHeader header = RequestHeader.read(in, api.requestHeaderVersion(version));
        ApiRequest request = api.readRequest(in, version);
        in.expectEnd();
        if (request instanceof ApiVersionsRequest introduction) {
            software = ClientSoftware.of(introduction);
        }
        RequestContext requestContext =
                new RequestContext(
                        api,
                        version,
                        header.correlationId(),
                        header.clientId(),
                        host(),
                        network.remotePort(),
                        software,
                        listener(),
                        connectedNanos,
                        refusedBatches,
                        end);
        dispatch(context.router().route(request, requestContext), requestContext);
    }

    /// Requests other than produce are small and may be kept by who handles them, so their bytes
    /// must outlive the reader's buffer.
    private static ByteBuffer ownCopy(ByteBuffer frame) {
        return ByteBuffer.allocate(frame.remaining()).put(frame).flip();
    }

    private void dispatch(Answer answer, RequestContext requestContext)
            throws IOException, InterruptedException {
        if (unsent.isEmpty() && !(answer instanceof Answer.Pending)) {
            send(answer, requestContext);
            return;
        }
        if (!unsent.add(new Unsent(answer, requestContext))) {
            discard(answer);
            return;
        }
        if (writer == null) {
            writer = context.tasks().start("answers " + client(), this::sendQueued);
        }
    }

    /// The writing thread. However it ends before its time, the reading thread notices.
    private void sendQueued() {
        try {
            Unsent next;
            while ((next = unsent.head()) != null) {
                send(next.answer, next.context);
                unsent.removeHead();
            }
        } catch (IOException | StorageFailure | ClosesConnection e) {
            lost(e);
        } catch (MalformedMessage e) {
            closedBecause(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!unsent.isEmpty()) {
                abandon();
                network.close();
            }
        }
    }

    private void send(Answer answer, RequestContext requestContext)
            throws IOException, InterruptedException {
        switch (answer) {
            case Answer.Ready ready -> write(ready.response(), requestContext);
            case Answer.Pending pending -> write(pending.await(), requestContext);
            case Answer.None none -> {}
            case Answer.Closing closing -> throw new MalformedMessage(closing.reason());
        }
        lastActiveNanos = context.clock().nanos();
        if (unanswered.decrementAndGet() == 0 && draining) {
            network.close();
        }
    }

    private void write(ApiResponse response, RequestContext requestContext) throws IOException {
        int bytes =
                sender.send(
                        requestContext.api(),
                        requestContext.version(),
                        requestContext.correlationId(),
                        response);
        context.probe().answered(bytes);
    }

    private void abandon() {
        unsent.abandon().forEach(never -> discard(never.answer));
    }

    private static void discard(Answer answer) {
        if (answer instanceof Answer.Ready ready) {
            AnswerSender.discard(ready.response());
        }
    }

    /// Closes the connection as soon as every request that was read is answered.
    void drain() {
        draining = true;
        if (unanswered.get() == 0) {
            network.close();
        }
    }

    /// Closes the connection at once.
    void close() {
        draining = true;
        network.close();
        abandon();
    }

    /// Whether nothing was asked or answered since that moment of the clock, and nothing waits.
    boolean isIdleSince(long nanos) {
        return unanswered.get() == 0 && lastActiveNanos - nanos < 0;
    }

    String host() {
        return network.remoteHost();
    }

    private String listener() {
        return context.name();
    }

    private String client() {
        return network.remoteHost() + ":" + network.remotePort();
    }

    private void lost(Exception reason) {
        log.atDebug()
                .addKeyValue("client", client())
                .addKeyValue("reason", reason.getMessage())
                .log("Lost a connection");
    }

    private void closedBecause(@Nullable String reason) {
        log.atWarn()
                .addKeyValue("client", client())
                .addKeyValue("listener", listener())
                .addKeyValue("reason", reason)
                .log("Closed a connection that sent what is not a request");
    }

    private void awaitWriter() throws InterruptedException {
        if (writer != null) {
            writer.join();
        }
    }

    private void interruptWriter() {
        if (writer != null) {
            writer.interrupt();
        }
    }
}
