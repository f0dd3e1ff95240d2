package io.zurau.server;

import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Where the node listens, and what it tells clients to connect to.
///
/// A controller's listeners, which a configuration for Apache Kafka has, are left out: the quorum's
/// address is the one that the voters name.
///
/// @param bound by name, in the order given; at least one
/// @param advertised by name; what is missing is advertised as it is bound
/// @param betweenBrokers the name of the listener that brokers use for each other
/// @param quorum where a node listens that is no voter and may become one
public record ListenersConfig(
        Map<String, ListenerAddress> bound,
        Map<String, ListenerAddress> advertised,
        String betweenBrokers,
        Optional<ListenerAddress> quorum) {
    private static final String PLAINTEXT = "PLAINTEXT";

    static final Setting<List<String>> LISTENERS =
            Setting.list(
                    "listeners",
                    List.of("PLAINTEXT://localhost:9092"),
                    "Where the broker listens, as NAME://HOST:PORT; port 0 picks a free one.");
    static final Setting<List<String>> ADVERTISED =
            Setting.list(
                    "advertised.listeners",
                    List.of(),
                    "What clients are told to connect to, by listener; as it listens by default.");
    static final Setting<List<String>> PROTOCOLS =
            Setting.list(
                    "listener.security.protocol.map",
                    List.of(),
                    "The security protocol of each listener, as NAME:PROTOCOL.");
    static final Setting<List<String>> CONTROLLERS =
            Setting.list(
                    "controller.listener.names",
                    List.of(),
                    "Listeners of the quorum. A voter listens where the list of voters says; a node"
                            + " that may become a voter needs one.");
    static final Setting<String> BETWEEN_BROKERS =
            Setting.text(
                    "inter.broker.listener.name",
                    "The listener that brokers use for each other; the first by default.");

    static final List<Setting<?>> SETTINGS =
            List.of(LISTENERS, ADVERTISED, PROTOCOLS, CONTROLLERS, BETWEEN_BROKERS);

    static ListenersConfig from(Settings settings) {
        Map<String, ListenerAddress> bound =
                ListenerAddress.parseAll(LISTENERS.key(), settings.value(LISTENERS));
        Map<String, ListenerAddress> advertised =
                ListenerAddress.parseAll(ADVERTISED.key(), settings.value(ADVERTISED));
        Set<String> controllers = new LinkedHashSet<>();
        settings.value(CONTROLLERS).forEach(n -> controllers.add(n.toUpperCase(Locale.ROOT)));
        Optional<ListenerAddress> quorum =
                controllers.stream().map(bound::get).filter(Objects::nonNull).findFirst();
        bound.keySet().removeAll(controllers);
        advertised.keySet().removeAll(controllers);
        if (bound.isEmpty()) {
            throw new InvalidSetting(LISTENERS.key(), "listeners names no listener of a broker.");
        }
        for (String name : advertised.keySet()) {
            if (!bound.containsKey(name)) {
                throw new InvalidSetting(
                        ADVERTISED.key(),
                        "advertised.listeners names %s, but listeners does not.".formatted(name));
            }
        }
        Map<String, String> protocols = protocols(settings.value(PROTOCOLS));
        bound.keySet().forEach(name -> checkProtocol(name, protocols.getOrDefault(name, name)));
        String betweenBrokers =
                settings.find(BETWEEN_BROKERS)
                        .map(name -> name.toUpperCase(Locale.ROOT))
                        .orElseGet(() -> bound.keySet().iterator().next());
        if (!bound.containsKey(betweenBrokers)) {
            throw new InvalidSetting(
                    BETWEEN_BROKERS.key(),
                    "inter.broker.listener.name is %s, but listeners does not name it."
                            .formatted(betweenBrokers));
        }
        return new ListenersConfig(bound, advertised, betweenBrokers, quorum);
    }

    /// What clients are told instead of an address.
    ListenerAddress advertised(ListenerAddress bound) {
        ListenerAddress told = advertised.get(bound.name());
        return told == null ? bound : told;
    }

    private static Map<String, String> protocols(List<String> items) {
        Map<String, String> protocols = new LinkedHashMap<>();
        for (String item : items) {
            String[] parts = item.strip().split(":", -1);
            if (parts.length != 2) {
                throw new InvalidSetting(
                        PROTOCOLS.key(),
                        "%s has \"%s\", but must be a list of NAME:PROTOCOL."
                                .formatted(PROTOCOLS.key(), item));
            }
            protocols.put(
                    parts[0].strip().toUpperCase(Locale.ROOT),
                    parts[1].strip().toUpperCase(Locale.ROOT));
        }
        return protocols;
    }

    private static void checkProtocol(String name, String protocol) {
        if (!protocol.equals(PLAINTEXT)) {
            throw new InvalidSetting(
                    PROTOCOLS.key(),
                    "Listener %s has the security protocol %s, but only PLAINTEXT is supported."
                            .formatted(name, protocol));
        }
    }
}
