package io.zurau.tests.protocol;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// One plain connection, for frames that no client would send.
final class Wire implements AutoCloseable {
    static final int CORRELATION_ID = 77;

    private static final int LIMIT_MS = 20_000;

    private final Socket socket;
    private final DataInputStream input;
    private final OutputStream output;

    Wire(int port) throws IOException {
        socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MS);
        socket.setSoTimeout(LIMIT_MS);
        socket.setTcpNoDelay(true);
        input = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        output = socket.getOutputStream();
    }

    /// A whole frame: length, header, body.
    static byte[] frame(ApiMessage body, int version, int correlationId) {
        short v = (short) version;
        ApiKeys key = ApiKeys.forId(body.apiKey());
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(body.apiKey())
                        .setRequestApiVersion(v)
                        .setCorrelationId(correlationId)
                        .setClientId("zurau-tests");
        ByteBuffer headerBytes = serialize(header, key.requestHeaderVersion(v));
        ByteBuffer bodyBytes = serialize(body, v);
        int length = headerBytes.remaining() + bodyBytes.remaining();
        return ByteBuffer.allocate(4 + length)
                .putInt(length)
                .put(headerBytes)
                .put(bodyBytes)
                .array();
    }

    private static ByteBuffer serialize(Message message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        return buffer.flip();
    }

    void send(byte[] bytes) throws IOException {
        output.write(bytes);
        output.flush();
    }

    /// The next answer's header and body; empty when the server closed the connection.
    Optional<ByteBuffer> receive() throws IOException {
        try {
            byte[] bytes = new byte[input.readInt()];
            input.readFully(bytes);
            return Optional.of(ByteBuffer.wrap(bytes));
        } catch (EOFException e) {
            return Optional.empty();
        } catch (SocketException e) {
            return Optional.empty(); // Reset: closed with our bytes unread.
        }
    }

    /// Tells the server that nothing more will come.
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Sends a request and reads its answer; empty when the server closed the connection instead.
    Optional<ApiMessage> ask(ApiMessage request, int version) throws IOException {
        send(frame(request, version, CORRELATION_ID));
        Optional<ByteBuffer> answer = receive();
        return answer.map(bytes -> parse(bytes, request.apiKey(), version, CORRELATION_ID));
    }

    /// Reads an answer strictly: right correlation id, and nothing left over.
    static ApiMessage parse(ByteBuffer bytes, short apiKey, int version, int correlationId) {
        short v = (short) version;
        ByteBufferAccessor readable = new ByteBufferAccessor(bytes);
        ResponseHeaderData header =
                new ResponseHeaderData(readable, ApiKeys.forId(apiKey).responseHeaderVersion(v));
        if (header.correlationId() != correlationId) {
            throw new AssertionError(
                    "Answer to " + header.correlationId() + " instead of " + correlationId);
        }
        ApiMessage response = ApiMessageType.fromApiKey(apiKey).newResponse();
        response.read(readable, v);
        if (bytes.hasRemaining()) {
            throw new AssertionError(
                    bytes.remaining() + " bytes follow after " + response + " version " + version);
        }
        return response;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
