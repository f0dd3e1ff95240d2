package io.zurau.client;

import java.util.ArrayList;
import java.util.List;

/// Where a broker listens.
public record BrokerAddress(String host, int port) {
    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    ///
    /// @throws IllegalArgumentException with a sentence, if it is anything else
    public static BrokerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not of the form HOST:PORT, for example localhost:9092.");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port > 0 && port <= 65_535) {
                return new BrokerAddress(host, port);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "\"%s\" names no port from 1 to 65535 behind the colon.".formatted(text));
    }

    static List<BrokerAddress> parseAll(List<String> texts) {
        List<BrokerAddress> addresses = new ArrayList<>();
        texts.forEach(text -> addresses.add(parse(text)));
        return List.copyOf(addresses);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
