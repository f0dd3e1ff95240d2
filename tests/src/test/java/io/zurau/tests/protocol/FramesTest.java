package io.zurau.tests.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ServerUnderTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames as no client sends them, frames that are broken, and many frames at once.
class FramesTest {
    private static final short API_VERSIONS = ApiKeys.API_VERSIONS.id;
    private static final short METADATA = ApiKeys.METADATA.id;

    @AfterEach
    void theServerStillServesOthers() throws IOException {
        try (Wire wire = new Wire(Shared.server().port())) {
            assertThat(wire.ask(new ApiVersionsRequestData(), 0)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void advertisedApisAreServedAtApacheKafkasVersions(int version) throws IOException {
        // When
        ApiVersionsResponseData ours = versions(Shared.server(), version);
        ApiVersionsResponseData theirs = versions(Shared.reference(), version);

        // Then
        assertThat(ours.errorCode()).isZero();
        assertThat(ours.apiKeys()).isNotEmpty();
        for (ApiVersion api : ours.apiKeys()) {
            assertThat(api.duplicate()).isEqualTo(theirs.apiKeys().find(api.apiKey()));
        }
    }

    private static ApiVersionsResponseData versions(ServerUnderTest server, int version)
            throws IOException {
        ApiVersionsRequestData request = new ApiVersionsRequestData();
        if (version >= 3) {
            request.setClientSoftwareName("zurau-tests").setClientSoftwareVersion("1.0");
        }
        try (Wire wire = new Wire(server.port())) {
            return (ApiVersionsResponseData) wire.ask(request, version).orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-x", "x-", "a b", "é"})
    void clientSoftwareNamesAreCheckedAsApacheKafkaDoes(String name) throws IOException {
        // Given
        ApiVersionsRequestData request =
                new ApiVersionsRequestData()
                        .setClientSoftwareName(name)
                        .setClientSoftwareVersion("1.0");

        // When
        int ours = errorOf(Shared.server(), request);
        int theirs = errorOf(Shared.reference(), request);

        // Then
        assertThat(ours).isEqualTo(theirs);
    }

    private static int errorOf(ServerUnderTest server, ApiVersionsRequestData request)
            throws IOException {
        try (Wire wire = new Wire(server.port())) {
            ApiMessage answer = wire.ask(request, 3).orElseThrow();
            return ((ApiVersionsResponseData) answer).errorCode();
        }
    }

    @Test
    void anUnknownVersionOfApiVersionsIsAnsweredInVersionZeroWithWhatIsServed() throws IOException {
        try (Wire wire = new Wire(Shared.server().port())) {
            // When
            wire.send(withVersion(Wire.frame(new ApiVersionsRequestData(), 3, 7), 99));

            // Then
            ByteBuffer answer = wire.receive().orElseThrow();
            ApiVersionsResponseData parsed =
                    (ApiVersionsResponseData) Wire.parse(answer, API_VERSIONS, 0, 7);
            assertThat(parsed.errorCode()).isEqualTo((short) 35);
            ApiVersion apiVersions = parsed.apiKeys().find(API_VERSIONS);
            assertThat(apiVersions.maxVersion()).isEqualTo(ApiKeys.API_VERSIONS.latestVersion());

            // And the connection is still good.
            assertThat(wire.ask(new ApiVersionsRequestData(), 0)).isPresent();
        }
    }

    @Test
    void anUnknownVersionOfAnotherApiClosesTheConnection() throws IOException {
        for (ServerUnderTest server : new ServerUnderTest[] {Shared.reference(), Shared.server()}) {
            for (int version : new int[] {14, 99, 32767, -1}) {
                assertClosedAfter(
                        server, withVersion(Wire.frame(new MetadataRequestData(), 12, 7), version));
            }
        }
    }

    @Test
    void anUnknownApiClosesTheConnection() throws IOException {
        for (ServerUnderTest server : new ServerUnderTest[] {Shared.reference(), Shared.server()}) {
            for (int api : new int[] {4, 7, 95, 1000, -1}) {
                byte[] frame = Wire.frame(new ApiVersionsRequestData(), 0, 7);
                ByteBuffer.wrap(frame).putShort(4, (short) api);
                assertClosedAfter(server, frame);
            }
        }
    }

    /// APIs that Apache Kafka serves: served here too, or refused by closing the connection; never
    /// left without an answer.
    @ParameterizedTest
    @EnumSource(ApiKeys.class)
    void anApiThatIsNotAdvertisedIsRefused(ApiKeys api) throws IOException {
        ServerUnderTest server = Shared.server();
        if (versions(server, 0).apiKeys().find(api.id) == null && !ServerUnderTest.kafkaChosen()) {
            ByteBuffer frame = ByteBuffer.allocate(4 + 10 + 40);
            frame.putInt(50).putShort(api.id).putShort((short) 0).putInt(1).putShort((short) -1);
            assertClosedAfter(server, frame.array());
        }
    }

    private static byte[] withVersion(byte[] frame, int version) {
        ByteBuffer.wrap(frame).putShort(6, (short) version);
        return frame;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 104_857_601, Integer.MAX_VALUE, 0, 1, 7})
    void aLengthThatCannotBeClosesTheConnection(int length) throws IOException {
        for (ServerUnderTest server : new ServerUnderTest[] {Shared.reference(), Shared.server()}) {
            byte[] bytes = ByteBuffer.allocate(64).putInt(length).array();
            assertClosedAfter(server, bytes);
        }
    }

    @Test
    void aFrameThatEndsTooEarlyIsForgotten() throws IOException {
        byte[] frame = Wire.frame(new MetadataRequestData(), 12, 7);
        for (int length = 0; length < frame.length; length++) {
            try (Wire wire = new Wire(Shared.server().port())) {
                // When
                wire.send(Arrays.copyOf(frame, length));
                wire.endOutput();

                // Then
                assertThat(wire.receive()).isEmpty();
            }
        }
    }

    @Test
    void aBodyThatIsTooShortForItsFieldsClosesTheConnection() throws IOException {
        byte[] frame =
                Wire.frame(new HeartbeatRequestData().setGroupId("g").setMemberId("m"), 4, 7);
        for (int cut = 1; cut < 12; cut++) {
            byte[] shorter = Arrays.copyOf(frame, frame.length - cut);
            ByteBuffer.wrap(shorter).putInt(0, shorter.length - 4);
            assertClosedAfter(Shared.server(), shorter);
        }
    }

    @Test
    void aCountThatCannotBeClosesTheConnection() throws IOException {
        // Given a Metadata v1 request for two thousand million topics
        ByteBuffer frame = ByteBuffer.allocate(4 + 10 + 4);
        frame.putInt(14).putShort(METADATA).putShort((short) 1).putInt(1).putShort((short) -1);
        frame.putInt(2_000_000_000);

        // When, Then
        assertClosedAfter(Shared.server(), frame.array());
    }

    @Test
    void noiseClosesTheConnection() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[20 + random.nextInt(500)];
            random.nextBytes(noise);
            ByteBuffer.wrap(noise).putInt(0, noise.length - 4);
            try (Wire wire = new Wire(Shared.server().port())) {
                wire.send(noise);
                wire.endOutput();
                assertThat(wire.receive()).as("seed %d", seed).isEmpty();
            }
        }
    }

    @Test
    void httpIsRefused() throws IOException {
        assertClosedAfter(
                Shared.server(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
    }

    private static void assertClosedAfter(ServerUnderTest server, byte[] bytes) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.send(bytes);
            Optional<ByteBuffer> answer = wire.receive();
            assertThat(answer).as("%s after %s", server, Arrays.toString(bytes)).isEmpty();
        }
    }

    @Test
    void manyRequestsInOneWriteAreAnsweredInTheirOrder() throws Exception {
        // Given
        String topic = Clients.newTopic("pipeline", 1);
        int count = 200;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            ApiMessage request =
                    switch (i % 3) {
                        case 0 -> Batches.produce(topic, Uuid.ZERO_UUID, 9, 0, Batches.plain(1));
                        case 1 -> waitingFetch(topic, i);
                        default -> new MetadataRequestData();
                    };
            all.writeBytes(Wire.frame(request, 9, 1000 + i));
        }
        try (Wire wire = new Wire(Shared.server().port())) {
            // When
            wire.send(all.toByteArray());

            // Then
            for (int i = 0; i < count; i++) {
                assertThat(wire.receive().orElseThrow().getInt()).isEqualTo(1000 + i);
            }
        }
    }

    /// A fetch beyond the end, which waits up to 5 ms.
    private static FetchRequestData waitingFetch(String topic, int i) {
        return new FetchRequestData()
                .setMaxWaitMs(5)
                .setMinBytes(1)
                .setSessionEpoch(-1)
                .setTopics(
                        List.of(
                                new FetchTopic()
                                        .setTopic(topic)
                                        .setPartitions(
                                                List.of(
                                                        new FetchPartition()
                                                                .setFetchOffset(1 + i / 3)
                                                                .setPartitionMaxBytes(1000)))));
    }

    @Test
    void aProduceRequestWithoutAcksHasNoAnswer() throws Exception {
        // Given
        String topic = Clients.newTopic("no-acks", 1);
        ProduceRequestData silent = Batches.produce(topic, Uuid.ZERO_UUID, 9, 0, Batches.plain(2));
        try (Wire wire = new Wire(Shared.server().port())) {
            // When
            wire.send(Wire.frame(silent.setAcks((short) 0), 9, 1));
            wire.send(Wire.frame(new MetadataRequestData(), 9, 2));

            // Then
            ByteBuffer answer = wire.receive().orElseThrow();
            MetadataResponseData metadata =
                    (MetadataResponseData) Wire.parse(answer, METADATA, 9, 2);
            assertThat(metadata.brokers()).hasSize(1);
        }
        assertThat(Clients.readAll(topic)).hasSize(2);
    }

    @Test
    void aProduceRequestWithoutAcksThatFailsClosesTheConnection() throws IOException {
        // Given
        ProduceRequestData silent =
                Batches.produce("no-such-topic", Uuid.ZERO_UUID, 9, 0, Batches.plain(2));

        // When, Then
        assertClosedAfter(Shared.server(), Wire.frame(silent.setAcks((short) 0), 9, 1));
    }

    @Test
    void aRequestThatArrivesByteByByteIsAnswered() throws IOException {
        try (Wire wire = new Wire(Shared.server().port())) {
            for (byte b : Wire.frame(new MetadataRequestData(), 12, 5)) {
                wire.send(new byte[] {b});
            }
            assertThat(wire.receive().orElseThrow().getInt()).isEqualTo(5);
        }
    }
}
