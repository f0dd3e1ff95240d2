package io.zurau.client;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What producers, consumers and admins have in common: whom to connect to, and how patiently.
///
/// @param bootstrapServers asked first, in this order, for the brokers of the cluster
/// @param requestTimeout how long one request may wait for its answer
/// @param retryBackoff the pause before the first retry; doubles up to `retryBackoffMax`
/// @param metadataMaxAge after which the brokers and leaders are asked for again
public record ClientConfig(
        List<BrokerAddress> bootstrapServers,
        String clientId,
        Duration requestTimeout,
        Duration connectTimeout,
        Duration retryBackoff,
        Duration retryBackoffMax,
        Duration metadataMaxAge) {

    static final Setting<List<String>> BOOTSTRAP_SERVERS =
            Setting.list(
                            "bootstrap.servers",
                            List.of("localhost:9092"),
                            "Brokers to ask first for all the others, as HOST:PORT.")
                    .limited("a list of HOST:PORT with at least one", ClientConfig::areAddresses);
    static final Setting<String> CLIENT_ID =
            Setting.text("client.id", "zurau", "The name that brokers know this client by.");
    static final Setting<Duration> REQUEST_TIMEOUT =
            Setting.duration(
                            "request.timeout.ms",
                            Duration.ofSeconds(30),
                            "How long one request may wait for its answer.")
                    .atLeast(Duration.ofMillis(1));
    static final Setting<Duration> CONNECT_TIMEOUT =
            Setting.duration(
                            "socket.connection.setup.timeout.ms",
                            Duration.ofSeconds(10),
                            "How long opening a connection may take.")
                    .atLeast(Duration.ofMillis(1));
    static final Setting<Duration> RETRY_BACKOFF =
            Setting.duration(
                            "retry.backoff.ms",
                            Duration.ofMillis(100),
                            "The pause before a failed request is sent again.")
                    .atLeast(Duration.ZERO);
    static final Setting<Duration> RETRY_BACKOFF_MAX =
            Setting.duration(
                            "retry.backoff.max.ms",
                            Duration.ofSeconds(1),
                            "What the pause doubles up to while requests keep failing.")
                    .atLeast(Duration.ZERO);
    static final Setting<Duration> METADATA_MAX_AGE =
            Setting.duration(
                            "metadata.max.age.ms",
                            Duration.ofMinutes(5),
                            "After which brokers and leaders are asked for again.")
                    .atLeast(Duration.ofMillis(1));

    static final List<Setting<?>> SETTINGS =
            List.of(
                    BOOTSTRAP_SERVERS,
                    CLIENT_ID,
                    REQUEST_TIMEOUT,
                    CONNECT_TIMEOUT,
                    RETRY_BACKOFF,
                    RETRY_BACKOFF_MAX,
                    METADATA_MAX_AGE);

    static ClientConfig from(Settings settings) {
        return new ClientConfig(
                BrokerAddress.parseAll(settings.value(BOOTSTRAP_SERVERS)),
                settings.value(CLIENT_ID),
                settings.value(REQUEST_TIMEOUT),
                settings.value(CONNECT_TIMEOUT),
                settings.value(RETRY_BACKOFF),
                settings.value(RETRY_BACKOFF_MAX),
                settings.value(METADATA_MAX_AGE));
    }

    /// The pause after that many failures in a row, the first being 1.
    Duration backoffAfter(int failures) {
        Duration pause = retryBackoff.multipliedBy(1L << Math.min(failures - 1, 10));
        return pause.compareTo(retryBackoffMax) < 0 ? pause : retryBackoffMax;
    }

    private static boolean areAddresses(List<String> texts) {
        try {
            return !BrokerAddress.parseAll(texts).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
