package io.zurau.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.Answer;
import io.zurau.broker.ApiVersionsHandler;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.RequestRouter;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ApiVersionsRequest;
import io.zurau.protocol.message.ApiVersionsResponse;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.ListGroupsRequest;
import io.zurau.protocol.message.ListGroupsResponse;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.RequestHeader;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ConnectionTest {
    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(100, 100, Duration.ofMinutes(1), 1 << 20, 4);
    private static final int GROUPS_VERSION = 4;
    private static final int HEARTBEAT_VERSION = 4;

    private final Seams seams =
            new Seams(
                    new SystemClock(),
                    new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                    new SocketNetwork(),
                    new SecureRandomness());
    private final CountDownLatch heartbeatMayBeAnswered = new CountDownLatch(1);
    private ClientListener listener = listen(LIMITS);

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void answersLeaveInTheOrderOfTheRequestsAlthoughTheFirstTakesLonger() throws Exception {
        try (Client client = new Client()) {
            // Given
            client.send(1, heartbeat());
            client.send(2, groups());
            client.send(3, groups());

            // When
            heartbeatMayBeAnswered.countDown();

            // Then
            assertThat(client.receive().getInt()).isEqualTo(1);
            assertThat(client.receive().getInt()).isEqualTo(2);
            assertThat(client.receive().getInt()).isEqualTo(3);
        }
    }

    @Test
    void requestsBehindAWaitingOneAreHandledButNotMoreThanTheLimit() throws Exception {
        try (Client client = new Client()) {
            // Given
            client.send(0, heartbeat());
            for (int i = 1; i <= 20; i++) {
                client.send(i, groups());
            }

            // When
            heartbeatMayBeAnswered.countDown();

            // Then
            for (int i = 0; i <= 20; i++) {
                assertThat(client.receive().getInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void anUnknownVersionOfApiVersionsIsAnsweredWithTheListOfApis() throws Exception {
        try (Client client = new Client()) {
            // When
            client.sendRaw(
                    ByteBuffer.allocate(12)
                            .putInt(8)
                            .putShort(ApiKey.API_VERSIONS.id())
                            .putShort((short) 99)
                            .putInt(7)
                            .flip());

            // Then
            ByteBuffer frame = client.receive();
            assertThat(frame.getInt()).isEqualTo(7);
            ApiVersionsResponse answer =
                    ApiVersionsResponse.read(new ProtocolReader(frame.slice()), 0);
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
            assertThat(answer.apiKeys())
                    .extracting(ApiVersionsResponse.ApiVersion::apiKey)
                    .containsExactly(
                            ApiKey.HEARTBEAT.id(),
                            ApiKey.LIST_GROUPS.id(),
                            ApiKey.API_VERSIONS.id());
        }
    }

    @Test
    void aClientWithANonsensicalNameIsRefused() throws Exception {
        try (Client client = new Client()) {
            // When
            client.send(
                    1,
                    ApiVersionsRequest.builder()
                            .clientSoftwareName("-bad-")
                            .clientSoftwareVersion("1")
                            .build(),
                    4);

            // Then
            ByteBuffer frame = client.receive();
            frame.getInt();
            ApiVersionsResponse answer =
                    ApiVersionsResponse.read(new ProtocolReader(frame.slice()), 4);
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        }
    }

    @Test
    void anApiWithoutHandlerIsRefusedInItsOwnWay() throws Exception {
        try (Client client = new Client()) {
            // When
            client.send(5, io.zurau.protocol.message.DescribeClusterRequest.builder().build(), 1);

            // Then
            ByteBuffer frame = client.receive();
            assertThat(frame.getInt()).isEqualTo(5);
            frame.get(); // No tags.
            assertThat(
                            io.zurau.protocol.message.DescribeClusterResponse.read(
                                            new ProtocolReader(frame.slice()), 1)
                                    .errorCode())
                    .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
        }
    }

    @Test
    void nonsenseClosesItsConnectionAndHarmsNoOther() throws Exception {
        List<ByteBuffer> nonsense =
                List.of(
                        frame(new byte[] {1}),
                        frame(header(999, 0, 1)),
                        frame(header(ApiKey.LIST_GROUPS.id(), 99, 1)),
                        frame(header(ApiKey.VOTE.id(), 0, 1)),
                        frame(header(ApiKey.HEARTBEAT.id(), HEARTBEAT_VERSION, 1)),
                        ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).flip(),
                        ByteBuffer.allocate(4).putInt(-5).flip(),
                        withTrailingByte());
        try (Client innocent = new Client()) {
            for (ByteBuffer bytes : nonsense) {
                try (Client guilty = new Client()) {
                    // When
                    guilty.sendRaw(bytes);

                    // Then
                    assertThat(guilty.isClosed()).isTrue();
                }
                innocent.send(1, groups());
                assertThat(innocent.receive().getInt()).isEqualTo(1);
            }
        }
    }

    @Test
    void aSilentConnectionIsClosed() throws Exception {
        // Given
        listener.close();
        listener = listen(new ConnectionLimits(100, 100, Duration.ofMillis(100), 1 << 20, 4));

        // When
        try (Client client = new Client()) {
            // Then
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void oneConnectionTooManyFromAnAddressIsClosed() throws Exception {
        // Given
        listener.close();
        listener = listen(new ConnectionLimits(100, 2, Duration.ofMinutes(1), 1 << 20, 4));

        try (Client first = new Client();
                Client second = new Client()) {
            first.send(1, groups());
            first.receive();
            second.send(1, groups());
            second.receive();

            // When
            try (Client third = new Client()) {
                // Then
                assertThat(third.isClosed()).isTrue();
            }
        }
    }

    @Test
    void anotherConnectionThanTheListenerMayHaveWaitsForAPlace() throws Exception {
        // Given
        listener.close();
        listener = listen(new ConnectionLimits(1, 100, Duration.ofMinutes(1), 1 << 20, 4));
        Client first = new Client();
        first.send(1, groups());
        first.receive();

        // When
        try (Client second = new Client()) {
            second.send(2, groups());
            first.close();

            // Then
            assertThat(second.receive().getInt()).isEqualTo(2);
        }
    }

    @Test
    void drainingAnswersWhatWasAskedAndClosesTheRest() throws Exception {
        try (Client asking = new Client();
                Client silent = new Client()) {
            // Given
            silent.send(1, groups());
            silent.receive();
            asking.send(2, heartbeat());
            heartbeatArrived.await();

            // When
            listener.stopAccepting();
            listener.stopReading();
            assertThat(silent.isClosed()).isTrue();
            heartbeatMayBeAnswered.countDown();

            // Then
            assertThat(asking.receive().getInt()).isEqualTo(2);
            assertThat(asking.isClosed()).isTrue();
            listener.awaitEmpty(Duration.ofSeconds(10));
        }
    }

    private final CountDownLatch heartbeatArrived = new CountDownLatch(1);

    private static ByteBuffer withTrailingByte() throws IOException {
        ByteBuffer right = encoded(1, groups(), GROUPS_VERSION);
        ByteBuffer wrong = ByteBuffer.allocate(right.remaining() + 1).put(right).put((byte) 0);
        return wrong.putInt(0, wrong.capacity() - 4).flip();
    }

    private static byte[] header(int api, int version, int correlationId) {
        return ByteBuffer.allocate(8)
                .putShort((short) api)
                .putShort((short) version)
                .putInt(correlationId)
                .array();
    }

    private static ByteBuffer frame(byte[] body) {
        return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).flip();
    }

    private static ListGroupsRequest groups() {
        return ListGroupsRequest.builder().build();
    }

    private static HeartbeatRequest heartbeat() {
        return HeartbeatRequest.builder().groupId("g").memberId("m").build();
    }

    private static ByteBuffer encoded(int correlationId, ApiRequest request, int version) {
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0);
        RequestHeader.builder()
                .requestApiKey(request.apiKey().id())
                .requestApiVersion((short) version)
                .correlationId(correlationId)
                .clientId("test")
                .build()
                .write(out, request.apiKey().requestHeaderVersion(version));
        request.write(out, version);
        out.patchInt(0, out.sizeInBytes() - 4);
        return out.toBuffer();
    }

    @Test
    void aLimitThatIsRaisedLetsThoseInWhoWait() throws Exception {
        // Given
        listener.close();
        AtomicInteger most = new AtomicInteger(1);
        listener =
                listen(
                        () ->
                                new ConnectionLimits(
                                        most.get(), 100, Duration.ofMinutes(1), 1 << 20, 4));
        try (Client first = new Client();
                Client second = new Client()) {
            first.send(1, groups());
            assertThat(first.receive().getInt()).isEqualTo(1);
            second.send(2, groups());

            // When
            most.set(2);

            // Then
            assertThat(second.receive().getInt()).isEqualTo(2);
        }
    }

    /// As after a pause of the process: both are accepted at the same moment.
    @Test
    void ofTwoConnectionsTheSecondIsKnownAsTheNewerEvenIfTheClockStandsStill() throws Exception {
        // Given
        listener.close();
        Clock still = new StillClock();
        listener =
                listen(
                        () -> LIMITS,
                        new Seams(still, seams.tasks(), seams.network(), seams.randomness()));
        try (Client first = new Client();
                Client second = new Client()) {
            // When
            second.send(1, groups());
            second.receive();
            first.send(2, groups());
            first.receive();
        }

        // Then
        assertThat(connectedNanos.getFirst() - connectedNanos.getLast()).isPositive();
    }

    private static final class StillClock implements Clock {
        private final Clock clock = new SystemClock();
        private final long nanos = clock.nanos();

        @Override
        public long wallMs() {
            return clock.wallMs();
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public boolean await(ReentrantLock lock, Condition condition, long deadlineNanos)
                throws InterruptedException {
            return clock.await(lock, condition, deadlineNanos);
        }

        @Override
        public void sleepUntil(long deadlineNanos) throws InterruptedException {
            clock.sleepUntil(deadlineNanos);
        }
    }

    private final List<Long> connectedNanos = new CopyOnWriteArrayList<>();

    private ClientListener listen(ConnectionLimits limits) {
        return listen(() -> limits);
    }

    private ClientListener listen(Supplier<ConnectionLimits> limits) {
        return listen(limits, seams);
    }

    private ClientListener listen(Supplier<ConnectionLimits> limits, Seams its) {
        Metadata metadata = Metadata.of(new EmptyMetadataLog());
        List<RequestHandler<?>> handlers = List.of(new Groups(), new Heartbeats());
        ApiVersionsHandler apiVersions =
                new ApiVersionsHandler(
                        1, metadata, handlers.stream().map(RequestHandler::api).toList());
        RequestRouter router =
                new RequestRouter(List.of(handlers.get(0), handlers.get(1), apiVersions));
        try {
            ClientListener opened =
                    new ClientListener(
                            seams.network().listen("localhost", 0),
                            "PLAINTEXT",
                            limits,
                            new BufferPool(8 << 20),
                            router,
                            apiVersions,
                            its,
                            ConnectionProbe.SILENT);
            opened.start();
            return opened;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Answers at once.
    private final class Groups implements RequestHandler<ListGroupsRequest> {
        @Override
        public ApiKey api() {
            return ApiKey.LIST_GROUPS;
        }

        @Override
        public Answer handle(ListGroupsRequest request, RequestContext context) {
            connectedNanos.add(context.connectedNanos());
            return Answer.of(ListGroupsResponse.builder().build());
        }
    }

    /// Answers when the test allows it.
    private final class Heartbeats implements RequestHandler<HeartbeatRequest> {
        @Override
        public ApiKey api() {
            return ApiKey.HEARTBEAT;
        }

        @Override
        public Answer handle(HeartbeatRequest request, RequestContext context) {
            heartbeatArrived.countDown();
            return new Answer.Pending() {
                @Override
                public ApiResponse await() throws InterruptedException {
                    heartbeatMayBeAnswered.await();
                    return HeartbeatResponse.builder().build();
                }
            };
        }
    }

    private static final class EmptyMetadataLog implements MetadataLog {
        @Override
        public long endOffset() {
            return 0;
        }

        @Override
        public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void subscribe(Consumer<ClusterImage> subscriber) {}

        @Override
        public void subscribeLeadership(Consumer<Leadership> subscriber) {}

        @Override
        public QuorumState quorum() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private final class Client implements AutoCloseable {
        private final Network.Connection connection;

        Client() throws IOException {
            connection =
                    seams.network().connect("localhost", listener.port(), Duration.ofSeconds(5));
        }

        void send(int correlationId, ApiRequest request) throws IOException {
            send(
                    correlationId,
                    request,
                    request instanceof HeartbeatRequest ? HEARTBEAT_VERSION : GROUPS_VERSION);
        }

        void send(int correlationId, ApiRequest request, int version) throws IOException {
            connection.write(encoded(correlationId, request, version));
        }

        void sendRaw(ByteBuffer bytes) throws IOException {
            connection.write(bytes.duplicate());
        }

        /// The next frame without its length.
        ByteBuffer receive() throws IOException {
            int length = readFully(4).getInt();
            return readFully(length);
        }

        private ByteBuffer readFully(int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (connection.read(bytes) < 0) {
                    throw new IOException("closed");
                }
            }
            return bytes.flip();
        }

        /// Waits until the broker has closed the connection.
        boolean isClosed() {
            try {
                return connection.read(ByteBuffer.allocate(1)) < 0;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
