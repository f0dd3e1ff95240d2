package io.zurau.server;

import io.zurau.runtime.settings.InvalidSetting;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One item of Kafka's `listeners` or `advertised.listeners`: `NAME://HOST:PORT`.
///
/// @param name in upper case
/// @param host empty for all addresses of this machine
/// @param port 0 picks a free one
public record ListenerAddress(String name, String host, int port) {
    private static final Pattern FORM = Pattern.compile("([^:/]+)://(\\[[^]]*]|[^:]*):(\\d{1,5})");
    private static final int LARGEST_PORT = 65_535;

    /// @param key of the setting, for messages
    static ListenerAddress parse(String key, String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LARGEST_PORT) {
            throw new InvalidSetting(
                    key,
                    "%s has \"%s\", but must be a list of NAME://HOST:PORT.".formatted(key, text));
        }
        String host = matcher.group(2).replace("[", "").replace("]", "");
        return new ListenerAddress(
                matcher.group(1).toUpperCase(Locale.ROOT),
                host,
                Integer.parseInt(matcher.group(3)));
    }

    /// By name, in the order given.
    static Map<String, ListenerAddress> parseAll(String key, Iterable<String> items) {
        Map<String, ListenerAddress> all = new LinkedHashMap<>();
        for (String item : items) {
            ListenerAddress address = parse(key, item);
            if (all.put(address.name(), address) != null) {
                throw new InvalidSetting(
                        key, "%s names the listener %s twice.".formatted(key, address.name()));
            }
        }
        return all;
    }

    boolean isForAllAddresses() {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    }
}
