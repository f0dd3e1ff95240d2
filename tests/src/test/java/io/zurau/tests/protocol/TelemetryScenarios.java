package io.zurau.tests.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.GetTelemetrySubscriptionsRequestData;
import org.apache.kafka.common.message.GetTelemetrySubscriptionsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.PushTelemetryRequestData;
import org.apache.kafka.common.message.PushTelemetryResponseData;

/// What clients ask that push their metrics (KIP-714).
final class TelemetryScenarios {
    private static final byte NONE = 0;
    private static final byte ZSTD = 4;
    private static final int MAX_BYTES = 1024 * 1024;

    private TelemetryScenarios() {}

    /// An id that a subscription can tell from those of other scenarios.
    private static Uuid client(int scenario, int number) {
        return new Uuid(0x0102030405060708L + ((long) scenario << 56), number);
    }

    static void getTelemetrySubscriptions(Conversation c, int version) throws IOException {
        String subscription = c.name("subscription");
        c.note("before there is a subscription");
        ask(c, client(1, 1), version);
        c.note("asked again too soon");
        ask(c, client(1, 1), version);
        subscribe(c, subscription, client(1, 2), "metrics", "org.apache.kafka.producer.");
        subscribe(c, subscription, client(1, 2), "interval.ms", "60000");
        GetTelemetrySubscriptionsResponseData answer = subscribed(c, client(1, 2), 60_000, version);
        c.note("subscribed " + answer);
        ask(c, client(1, 2), version);
        c.note("another client does not match, and is told once more after a change");
        ask(c, client(1, 1), version);
        c.note("one without an id");
        GetTelemetrySubscriptionsResponseData fresh =
                c.prepare(
                        GetTelemetrySubscriptionsResponseData.class,
                        new GetTelemetrySubscriptionsRequestData(),
                        version);
        c.note(
                "id %s error %d metrics %s"
                        .formatted(
                                !fresh.clientInstanceId().equals(Uuid.ZERO_UUID),
                                fresh.errorCode(),
                                fresh.requestedMetrics()));
        c.note("all metrics");
        subscribe(c, subscription, client(1, 2), "metrics", "*");
        subscribe(c, subscription, client(1, 2), "interval.ms", "50000");
        c.note("subscribed " + subscribed(c, client(1, 2), 50_000, version));
        unsubscribe(c, subscription);
    }

    static void pushTelemetry(Conversation c, int version) throws IOException {
        String name = c.name("subscription");
        c.note("ids that are none");
        push(c, version, pushed(Uuid.ZERO_UUID, 1));
        push(c, version, pushed(Uuid.ONE_UUID, 1));
        c.note("who never asked");
        push(c, version, pushed(client(2, 1), 1));
        subscribe(c, name, client(2, 2), "metrics", "org.apache.kafka.producer.");
        subscribe(c, name, client(2, 2), "interval.ms", "60000");
        int id = subscribed(c, client(2, 2), 60_000, version).subscriptionId();
        c.note("a wrong subscription, whereupon it may ask at once, but not push");
        push(c, version, pushed(client(2, 2), id + 1));
        ask(c, client(2, 2), version);
        push(c, version, pushed(client(2, 2), id));
        c.note("unknown compression");
        int second = get(c, client(2, 3), version).subscriptionId();
        push(c, version, pushed(client(2, 3), second).setCompressionType((byte) 77));
        ask(c, client(2, 3), version);
        c.note("too large");
        int third = get(c, client(2, 4), version).subscriptionId();
        push(
                c,
                version,
                pushed(client(2, 4), third).setMetrics(ByteBuffer.allocate(MAX_BYTES + 1)));
        ask(c, client(2, 4), version);
        c.note("all right, too soon, the last, and what comes after the last");
        int fourth = get(c, client(2, 5), version).subscriptionId();
        push(c, version, pushed(client(2, 5), fourth).setCompressionType(ZSTD));
        push(c, version, pushed(client(2, 5), fourth));
        push(c, version, pushed(client(2, 5), fourth).setTerminating(true));
        push(c, version, pushed(client(2, 5), fourth));
        push(c, version, pushed(client(2, 5), fourth).setTerminating(true));
        push(c, version, pushed(client(2, 5), fourth).setTerminating(true));
        unsubscribe(c, name);
    }

    private static PushTelemetryRequestData pushed(Uuid client, int subscription) {
        return new PushTelemetryRequestData()
                .setClientInstanceId(client)
                .setSubscriptionId(subscription)
                .setCompressionType(NONE)
                .setMetrics(ByteBuffer.allocate(0));
    }

    private static void push(Conversation c, int version, PushTelemetryRequestData request)
            throws IOException {
        c.ask(PushTelemetryResponseData.class, request, version);
    }

    private static void ask(Conversation c, Uuid client, int version) throws IOException {
        c.ask(GetTelemetrySubscriptionsResponseData.class, question(client), version);
    }

    private static GetTelemetrySubscriptionsResponseData get(
            Conversation c, Uuid client, int version) throws IOException {
        return c.prepare(GetTelemetrySubscriptionsResponseData.class, question(client), version);
    }

    private static GetTelemetrySubscriptionsRequestData question(Uuid client) {
        return new GetTelemetrySubscriptionsRequestData().setClientInstanceId(client);
    }

    /// Waits until the broker knows the subscription; each change of it lets a client ask at once.
    private static GetTelemetrySubscriptionsResponseData subscribed(
            Conversation c, Uuid client, int intervalMs, int version) throws IOException {
        return c.prepareUntil(
                GetTelemetrySubscriptionsResponseData.class,
                question(client),
                version,
                answer -> answer.pushIntervalMs() == intervalMs);
    }

    private static void subscribe(
            Conversation c, String name, Uuid client, String key, String value) throws IOException {
        for (String[] pair :
                List.of(
                        new String[] {"match", "client_instance_id=" + client},
                        new String[] {key, value})) {
            c.prepare(
                    IncrementalAlterConfigsResponseData.class,
                    ConfigScenarios.change(
                            ResourceScenarios.CLIENT_METRICS,
                            name,
                            ConfigScenarios.SET,
                            pair[0],
                            pair[1]),
                    1);
        }
    }

    private static void unsubscribe(Conversation c, String name) throws IOException {
        for (String key : List.of("match", "metrics", "interval.ms")) {
            c.prepare(
                    IncrementalAlterConfigsResponseData.class,
                    ConfigScenarios.change(
                            ResourceScenarios.CLIENT_METRICS,
                            name,
                            ConfigScenarios.DELETE,
                            key,
                            null),
                    1);
        }
    }
}
