package io.zurau.broker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.ClientSoftware;
import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.RefusedBatches;
import io.zurau.broker.RequestContext;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.GetTelemetrySubscriptionsRequest;
import io.zurau.protocol.message.GetTelemetrySubscriptionsResponse;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PushTelemetryRequest;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.settings.SettingCatalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTelemetryTest {
    private static final int MAX_BYTES = 1_000;
    private static final byte PLAIN = 0;
    private static final byte GZIP = 1;
    private static final Uuid CLIENT = new Uuid(1, 2);

    @TempDir Path directory;

    private LocalMetadataLog log;
    private ClientTelemetry telemetry;
    private Metadata metadata;

    @BeforeEach
    void open() {
        log =
                LocalMetadataLog.open(
                        new FileDisk(directory), new SystemClock(), 1, "cluster", List::of);
        metadata = Metadata.of(log);
        ClusterConfigs configs =
                new ClusterConfigs(
                        1,
                        SettingCatalog.of(List.of()),
                        SettingCatalog.of(List.of()),
                        Map.of(ConfigResource.Type.CLIENT_METRICS, ClientTelemetry.SUBSCRIPTION),
                        Map.of());
        telemetry =
                new ClientTelemetry(
                        new TelemetryConfig(MAX_BYTES),
                        configs,
                        metadata,
                        new SystemClock(),
                        new Random(1)::nextLong);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void whatCannotBeReadIsRefusedAndLeavesNothing() {
        int subscription = get(CLIENT, 1).subscriptionId();

        assertThat(push(CLIENT, subscription, PLAIN, new byte[] {1, 2, 3}))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(telemetry.pushed().series()).isEmpty();
    }

    @Test
    void whatIsNotCompressedAsItSaysIsRefused() {
        int subscription = get(CLIENT, 1).subscriptionId();

        assertThat(push(CLIENT, subscription, GZIP, new byte[] {1, 2, 3}))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void whatSwellsBeyondMeasureIsRefused() throws IOException {
        int subscription = get(CLIENT, 1).subscriptionId();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(new byte[100_000]);
        }
        assertThat(bytes.size()).isLessThan(MAX_BYTES);

        assertThat(push(CLIENT, subscription, GZIP, bytes.toByteArray()))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aClientThatConnectsAgainBeginsAnew() {
        assertThat(get(CLIENT, 1).errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(get(CLIENT, 1).errorCode())
                .isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED.code());

        assertThat(get(CLIENT, 2).errorCode()).isEqualTo(ErrorCode.NONE.code());
    }

    @Test
    void subscriptionsThatMatchAreJoined() throws InterruptedException {
        subscribe("one", "metrics", "a.,b.");
        subscribe("one", "interval.ms", "5000");
        subscribe("two", "metrics", "b.,c.");
        subscribe("two", "interval.ms", "7000");
        subscribe("two", "match", "client_id=te.*,client_source_port=4711");
        subscribe("three", "metrics", "*");
        subscribe("three", "match", "client_software_name=other");

        GetTelemetrySubscriptionsResponse answer = get(CLIENT, 1);

        assertThat(answer.requestedMetrics()).containsExactly("a.", "b.", "c.");
        assertThat(answer.pushIntervalMs()).isEqualTo(5_000);
    }

    @Test
    void manyClientsAreForgottenOneAfterTheOther() {
        for (int i = 0; i < 20_000; i++) {
            get(new Uuid(7, i), 1);
        }

        assertThat(get(new Uuid(7, 0), 1).errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(get(new Uuid(7, 19_999), 1).errorCode())
                .isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED.code());
    }

    private void subscribe(String name, String key, String value) throws InterruptedException {
        List<MetadataRecord> records = new ArrayList<>();
        records.add(
                new ConfigResource(ConfigResource.Type.CLIENT_METRICS, name).record(key, value));
        assertThat(log.propose(metadata.image().endOffset(), records)).isNotNull();
    }

    private GetTelemetrySubscriptionsResponse get(Uuid client, long connection) {
        return telemetry.subscriptionOf(
                GetTelemetrySubscriptionsRequest.builder().clientInstanceId(client).build(),
                context(ApiKey.GET_TELEMETRY_SUBSCRIPTIONS, connection));
    }

    private ErrorCode push(Uuid client, int subscription, byte compression, byte[] metrics) {
        return telemetry.push(
                PushTelemetryRequest.builder()
                        .clientInstanceId(client)
                        .subscriptionId(subscription)
                        .compressionType(compression)
                        .metrics(ByteBuffer.wrap(metrics))
                        .build(),
                context(ApiKey.PUSH_TELEMETRY, 1));
    }

    private static RequestContext context(ApiKey api, long connection) {
        return new RequestContext(
                api,
                0,
                1,
                "test",
                "127.0.0.1",
                4711,
                new ClientSoftware("apache-kafka-java", "4.4.0"),
                "PLAINTEXT",
                connection,
                new RefusedBatches(),
                new ConnectionEnd());
    }
}
