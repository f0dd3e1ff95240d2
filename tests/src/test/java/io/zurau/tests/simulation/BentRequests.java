package io.zurau.tests.simulation;

import io.zurau.protocol.Payload;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.RequestHeader;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.UnaryOperator;

/// A broker's network on which what it asks other brokers is changed on its way, or looked at.
///
/// @param bend what becomes of a request
record BentRequests(Network straight, UnaryOperator<ApiRequest> bend) implements Network {
    @Override
    public Listener listen(String host, int port) throws IOException {
        return straight.listen(host, port);
    }

    @Override
    public Connection connect(String host, int port, Duration timeout) throws IOException {
        return new BentConnection(straight.connect(host, port, timeout), this);
    }

    /// @param sources one request, as brokers write it
    private ByteBuffer bend(ByteBuffer[] sources) {
        ByteBuffer frame = joined(sources);
        frame.position(Integer.BYTES);
        ApiKey api = ApiKey.forId(frame.getShort(Integer.BYTES)).orElseThrow();
        int version = frame.getShort(Integer.BYTES + Short.BYTES);
        ProtocolReader in = new ProtocolReader(frame);
        RequestHeader header = RequestHeader.read(in, api.requestHeaderVersion(version));
        ApiRequest request = api.readRequest(in, version);
        ApiRequest bent = bend.apply(request);
        if (bent.equals(request)) {
            return frame.rewind();
        }
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0);
        header.write(out, api.requestHeaderVersion(version));
        bent.write(out, version);
        out.patchInt(0, out.sizeInBytes() - Integer.BYTES);
        return joined(out.parts().stream().map(Payload::toBuffer).toArray(ByteBuffer[]::new));
    }

    /// A fetch with all its partitions changed; another request as it is.
    static ApiRequest each(ApiRequest asked, UnaryOperator<FetchPartition> bend) {
        if (!(asked instanceof FetchRequest request)) {
            return asked;
        }
        return request.toBuilder()
                .topics(
                        request.topics().stream()
                                .map(
                                        topic ->
                                                topic.toBuilder()
                                                        .partitions(
                                                                topic.partitions().stream()
                                                                        .map(bend)
                                                                        .toList())
                                                        .build())
                                .toList())
                .build();
    }

    private static ByteBuffer joined(ByteBuffer[] sources) {
        int size = 0;
        for (ByteBuffer source : sources) {
            size += source.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (ByteBuffer source : sources) {
            all.put(source);
        }
        return all.flip();
    }

    private record BentConnection(Connection straight, BentRequests how) implements Connection {
        @Override
        public int read(ByteBuffer target) throws IOException {
            return straight.read(target);
        }

        @Override
        public void write(ByteBuffer... sources) throws IOException {
            straight.write(how.bend(sources));
        }

        @Override
        public void write(DiskFile file, long position, long count) throws IOException {
            straight.write(file, position, count);
        }

        @Override
        public String remoteHost() {
            return straight.remoteHost();
        }

        @Override
        public int remotePort() {
            return straight.remotePort();
        }

        @Override
        public void close() {
            straight.close();
        }
    }
}
