package io.zurau.broker.connection;

import io.zurau.log.LogSlice;
import io.zurau.protocol.Payload;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.ShareFetchResponse;
import io.zurau.runtime.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes answers to one client: header and body from memory, records straight from the log's
/// files.
///
/// **Owner:** whoever may send on the connection, one thread at a time.
final class AnswerSender {
    /// Fewer bytes than this are read and sent together with what stands around them, which takes
    /// fewer system calls than sending them alone.
    private static final int SMALL_SLICE_BYTES = 16 * 1024;

    private static final int LENGTH_BYTES = 4;

    private final Network.Connection connection;
    private final List<ByteBuffer> gathered = new ArrayList<>(); // In memory, to be sent next.

    AnswerSender(Network.Connection connection) {
        this.connection = connection;
    }

    /// Sends one answer and lets go of the log's files in it.
    ///
    /// @return its size on the wire
    int send(ApiKey api, int version, int correlationId, ApiResponse response) throws IOException {
        try {
            return send(written(api, version, correlationId, response));
        } finally {
            gathered.clear();
            discard(response);
        }
    }

    private static ProtocolWriter written(
            ApiKey api, int version, int correlationId, ApiResponse response) {
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0); // Its length, known at the end.
        out.writeInt(correlationId);
        if (api.responseHeaderVersion(version) > 0) {
            out.writeUnsignedVarint(0); // No tags.
        }
        response.write(out, version);
        out.patchInt(0, out.sizeInBytes() - LENGTH_BYTES);
        return out;
    }

    private int send(ProtocolWriter out) throws IOException {
        for (Payload part : out.parts()) {
            sendOrGather(part);
        }
        flush();
        return out.sizeInBytes();
    }

    private void sendOrGather(Payload part) throws IOException {
        if (part instanceof LogSlice slice && slice.sizeInBytes() >= SMALL_SLICE_BYTES) {
            flush();
            connection.write(slice.file(), slice.position(), slice.sizeInBytes());
        } else {
            gathered.add(part.toBuffer());
        }
    }

    private void flush() throws IOException {
        if (!gathered.isEmpty()) {
            connection.write(gathered.toArray(ByteBuffer[]::new));
            gathered.clear();
        }
    }

    /// Lets go of the log's files in an answer.
    static void discard(ApiResponse response) {
        switch (response) {
            case FetchResponse fetch ->
                    fetch.responses().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .forEach(partition -> close(partition.records()));
            case ShareFetchResponse fetch ->
                    fetch.responses().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .forEach(partition -> close(partition.records()));
            default -> {}
        }
    }

    private static void close(@Nullable Payload records) {
        if (records instanceof LogSlice slice) {
            slice.close();
        }
    }
}
