package io.zurau.broker.telemetry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.RequestContext;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.ResourceKind;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.ConfigsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.BadCompression;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.message.GetTelemetrySubscriptionsRequest;
import io.zurau.protocol.message.GetTelemetrySubscriptionsResponse;
import io.zurau.protocol.message.PushTelemetryRequest;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Randomness;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Tells clients which metrics to push, and takes what they push (KIP-714).
///
/// Subscriptions are settings of the cluster; who matches which is looked at when a client comes,
/// and again once a subscription changed. A client that comes too often, without knowing its
/// subscription, or with too much is refused with Kafka's errors.
///
/// **Guard:** `clientsLock`. Nothing that a client sends is read under it.
public final class ClientTelemetry {
    /// What can be set on a subscription.
    public static final ResourceKind SUBSCRIPTION = ClientMetricsConfig.KIND;

    /// Kafka's bound; past it the client goes that was silent for longest.
    private static final int MOST_CLIENTS = 16_384;

    private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(1);
    private static final int INTERVALS_REMEMBERED = 3;

    /// How much larger than on the wire metrics may be when they are decompressed.
    private static final int MOST_EXPANSION = 16;

    private static final List<Byte> ACCEPTED_COMPRESSION =
            List.of(
                    (byte) Compression.ZSTD.id(),
                    (byte) Compression.LZ4.id(),
                    (byte) Compression.GZIP.id(),
                    (byte) Compression.SNAPPY.id());

    private final TelemetryConfig config;
    private final ClusterConfigs configs;
    private final Metadata metadata;
    private final Clock clock;
    private final Randomness randomness;
    private final PushedMetrics pushed = new PushedMetrics();
    private final ReentrantLock clientsLock = new ReentrantLock();

    @GuardedBy("clientsLock")
    private final LinkedHashMap<Uuid, Subscriber> clients =
            new LinkedHashMap<>(16, 0.75f, true); // In the order in which they came last.

    @GuardedBy("clientsLock")
    private Subscriptions subscriptions = new Subscriptions(ConfigsImage.EMPTY, new TreeMap<>());

    @GuardedBy("clientsLock")
    private long lastSweepNanos;

    /// The subscriptions by name, as they were in an image.
    private record Subscriptions(
            ConfigsImage image, SortedMap<String, ClientMetricsConfig> byName) {}

    public ClientTelemetry(
            TelemetryConfig config,
            ClusterConfigs configs,
            Metadata metadata,
            Clock clock,
            Randomness randomness) {
        this.config = config;
        this.configs = configs;
        this.metadata = metadata;
        this.clock = clock;
        this.randomness = randomness;
        this.lastSweepNanos = clock.nanos();
    }

    /// What clients pushed lately, for whoever shows metrics.
    public PushedMetrics pushed() {
        return pushed;
    }

    GetTelemetrySubscriptionsResponse subscriptionOf(
            GetTelemetrySubscriptionsRequest request, RequestContext context) {
        Uuid instanceId =
                request.clientInstanceId().equals(Uuid.ZERO) ? newId() : request.clientInstanceId();
        clientsLock.lock();
        try {
            long now = clock.nanos();
            Subscriber subscriber = subscriber(instanceId, context, now);
            ErrorCode error = subscriber.get(now);
            if (error != ErrorCode.NONE) {
                return (GetTelemetrySubscriptionsResponse)
                        request.errorResponse(error, context.version());
            }
            Subscription subscription = subscriber.subscription();
            return GetTelemetrySubscriptionsResponse.builder()
                    .clientInstanceId(instanceId)
                    .subscriptionId(subscription.id())
                    .acceptedCompressionTypes(ACCEPTED_COMPRESSION)
                    .pushIntervalMs(subscription.intervalMs())
                    .telemetryMaxBytes(config.maxBytes())
                    .deltaTemporality(true)
                    .requestedMetrics(List.copyOf(subscription.metrics()))
                    .build();
        } finally {
            clientsLock.unlock();
        }
    }

    ErrorCode push(PushTelemetryRequest request, RequestContext context) {
        if (isReserved(request.clientInstanceId())) {
            return ErrorCode.INVALID_REQUEST;
        }
        Subscriber subscriber;
        clientsLock.lock();
        try {
            long now = clock.nanos();
            subscriber = subscriber(request.clientInstanceId(), context, now);
            ErrorCode problem = problem(request, subscriber.subscription());
            ErrorCode error = subscriber.push(request.terminating(), now, problem);
            if (error != ErrorCode.NONE) {
                return error;
            }
        } finally {
            clientsLock.unlock();
        }
        return request.metrics().hasRemaining() ? keep(request, subscriber) : ErrorCode.NONE;
    }

    private ErrorCode problem(PushTelemetryRequest request, Subscription subscription) {
        if (request.subscriptionId() != subscription.id()) {
            return ErrorCode.UNKNOWN_SUBSCRIPTION_ID;
        }
        if (Compression.ofId(request.compressionType()).isEmpty()) {
            return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
        }
        return request.metrics().remaining() > config.maxBytes()
                ? ErrorCode.TELEMETRY_TOO_LARGE
                : ErrorCode.NONE;
    }

    private ErrorCode keep(PushTelemetryRequest request, Subscriber subscriber) {
        List<Sample> samples = new ArrayList<>();
        try (Decompressors decompressors = new Decompressors()) {
            ByteBuffer metrics =
                    decompressors.decompress(
                            Compression.ofId(request.compressionType()).orElseThrow(),
                            request.metrics(),
                            (int)
                                    Math.min(
                                            Integer.MAX_VALUE,
                                            (long) MOST_EXPANSION * config.maxBytes()));
            MetricsData.read(
                    metrics,
                    sample -> {
                        if (samples.size() < PushedMetrics.MOST_SERIES_OF_A_CLIENT) {
                            samples.add(sample);
                        }
                    });
        } catch (BadCompression | ProtobufReader.Malformed e) {
            clientsLock.lock();
            try {
                subscriber.pushedWhatCannotBeRead();
            } finally {
                clientsLock.unlock();
            }
            return ErrorCode.INVALID_RECORD;
        }
        if (!samples.isEmpty()) {
            pushed.pushed(subscriber.client(), samples);
        }
        return ErrorCode.NONE;
    }

    @GuardedBy("clientsLock")
    private Subscriber subscriber(Uuid instanceId, RequestContext context, long now) {
        followSubscriptions();
        sweep(now);
        Subscriber known = clients.get(instanceId);
        Subscriber subscriber;
        if (known != null && known.isOn(context.connectedNanos())) {
            subscriber = known;
        } else {
            Client client = Client.of(instanceId, context);
            subscriber =
                    new Subscriber(
                            client,
                            context.connectedNanos(),
                            Subscription.of(client, subscriptions.byName().values()));
            clients.put(instanceId, subscriber);
            if (clients.size() > MOST_CLIENTS) {
                Iterator<Subscriber> silentFirst = clients.values().iterator();
                silentFirst.next();
                silentFirst.remove();
            }
        }
        subscriber.seen(now);
        return subscriber;
    }

    /// Where they changed, every client begins anew, as in Kafka.
    @GuardedBy("clientsLock")
    private void followSubscriptions() {
        ClusterImage image = metadata.image();
        if (image.configs() == subscriptions.image()) {
            return;
        }
        SortedMap<String, ClientMetricsConfig> byName = new TreeMap<>();
        for (ConfigResource resource : image.configs().resources()) {
            if (resource.type() == ConfigResource.Type.CLIENT_METRICS) {
                byName.put(resource.name(), ClientMetricsConfig.from(configs.of(image, resource)));
            }
        }
        if (!byName.equals(subscriptions.byName())) {
            clients.clear();
        }
        subscriptions = new Subscriptions(image.configs(), byName);
    }

    /// Who has been silent for so long is gone.
    @GuardedBy("clientsLock")
    private void sweep(long now) {
        if (now - lastSweepNanos < SHORTEST_MEMORY.toNanos()) {
            return;
        }
        lastSweepNanos = now;
        clients.values()
                .removeIf(
                        client -> {
                            boolean gone = isGone(client, now);
                            if (gone) {
                                pushed.forget(client.client().instanceId());
                            }
                            return gone;
                        });
    }

    private static boolean isGone(Subscriber client, long now) {
        Duration interval = Duration.ofMillis(client.subscription().intervalMs());
        Duration memory = interval.multipliedBy(INTERVALS_REMEMBERED);
        return client.isSilentFor(Math.max(memory.toNanos(), SHORTEST_MEMORY.toNanos()), now);
    }

    private Uuid newId() {
        Uuid id;
        do {
            id = new Uuid(randomness.nextLong(), randomness.nextLong());
        } while (isReserved(id) || id.toString().startsWith("-"));
        return id;
    }

    /// Kafka's own ids: they stand for no client.
    private static boolean isReserved(Uuid id) {
        return id.mostSignificantBits() == 0
                && (id.leastSignificantBits() == 0 || id.leastSignificantBits() == 1);
    }
}
