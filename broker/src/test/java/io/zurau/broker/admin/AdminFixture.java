package io.zurau.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.Answer;
import io.zurau.broker.ClientSoftware;
import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.RefusedBatches;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.TopicConfig;
import io.zurau.broker.telemetry.ClientTelemetry;
import io.zurau.coordinator.group.config.GroupSettings;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.ConfigSource;
import io.zurau.metadata.config.ResourceKind;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.metadata.control.BrokerStorage;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.settings.SettingCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// A cluster of one registered broker, without connections and logs.
final class AdminFixture implements AutoCloseable {
    static final String CLUSTER = "test-cluster";
    static final String LISTENER = "PLAINTEXT";
    static final AdminConfig CONFIG = new AdminConfig(true, 2000);

    final LocalMetadataLog log;
    final Metadata metadata;
    final ClusterConfigs configs;
    final Controller controller;

    AdminFixture(Path directory) {
        log =
                LocalMetadataLog.open(
                        new FileDisk(directory), new SystemClock(), 1, CLUSTER, List::of);
        metadata = Metadata.of(log);
        configs =
                new ClusterConfigs(
                        1,
                        TopicSettings.completing(TopicConfig.catalog()),
                        SettingCatalog.of(
                                Stream.of(TopicConfig.brokerSettings(), GroupSettings.ON_BROKER)
                                        .flatMap(List::stream)
                                        .toList()),
                        Map.of(
                                ConfigResource.Type.GROUP,
                                new ResourceKind(
                                        ConfigSource.GROUP_CONFIG,
                                        GroupSettings.catalog(),
                                        GroupSettings.INTERNAL,
                                        ErrorCode.INVALID_CONFIG,
                                        GroupSettings::problem),
                                ConfigResource.Type.CLIENT_METRICS,
                                ClientTelemetry.SUBSCRIPTION),
                        Map.of());
        Random random = new Random(1);
        controller =
                new Controller(
                        log, metadata, new ControllerConfig(1, 1, true), configs, random::nextLong);
        register(1, false);
    }

    void register(int nodeId, boolean fenced) {
        assertThat(
                        controller
                                .replication()
                                .registerBroker(
                                        new BrokerImage(
                                                nodeId,
                                                new Uuid(1, nodeId),
                                                0,
                                                List.of(
                                                        new Endpoint(
                                                                LISTENER,
                                                                "inside",
                                                                9000 + nodeId,
                                                                (short) 0),
                                                        new Endpoint(
                                                                "OUTSIDE",
                                                                "out",
                                                                9100 + nodeId,
                                                                (short) 0)),
                                                "rack-" + nodeId,
                                                fenced,
                                                false,
                                                List.of(new Uuid(2, nodeId)),
                                                SupportedFeatures.byName()),
                                        new BrokerStorage(true, true, (_, _) -> List.of())))
                .isPresent();
    }

    /// Returns the topic's id.
    Uuid create(String name, int partitions) {
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(
                                List.of(
                                        CreatableTopic.builder()
                                                .name(name)
                                                .numPartitions(partitions)
                                                .replicationFactor((short) 1)
                                                .build()))
                        .build();
        return controller.createTopics(request, 7).topics().getFirst().topicId();
    }

    @FunctionalInterface
    interface Reading<R> {
        R read(ProtocolReader in, int version);
    }

    static RequestContext context(ApiRequest request, int version, String listener) {
        return new RequestContext(
                request.apiKey(),
                version,
                1,
                "test",
                "client",
                4711,
                ClientSoftware.UNKNOWN,
                listener,
                0,
                new RefusedBatches(),
                new ConnectionEnd());
    }

    /// Asks as a client of that version does: the answer goes over the wire, where a field that the
    /// version does not have would be noticed.
    static <Q extends ApiRequest, R> R ask(
            RequestHandler<Q> handler, Q request, int version, Reading<R> reading)
            throws InterruptedException {
        return ask(handler, request, context(request, version, LISTENER), reading);
    }

    static <Q extends ApiRequest, R> R ask(
            RequestHandler<Q> handler, Q request, RequestContext context, Reading<R> reading)
            throws InterruptedException {
        if (!(handler.handle(request, context) instanceof Answer.Ready ready)) {
            throw new AssertionError("The answer is not ready.");
        }
        ApiResponse response = ready.response();
        ProtocolWriter out = new ProtocolWriter();
        response.write(out, context.version());
        ProtocolReader in = new ProtocolReader(out.toBuffer());
        R read = reading.read(in, context.version());
        in.expectEnd();
        return read;
    }

    static ErrorCode error(short code) {
        return ErrorCode.forCode(code);
    }

    @Override
    public void close() {
        log.close();
    }
}
