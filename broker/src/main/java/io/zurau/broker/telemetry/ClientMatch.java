package io.zurau.broker.telemetry;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which clients a subscription is for: those whose attributes all match; without patterns, all.
///
/// Differs from Kafka: the patterns are RE2's, so that none takes longer than its text is long.
///
/// @param patterns by attribute
record ClientMatch(Map<String, Pattern> patterns) {
    static final List<String> ATTRIBUTES =
            List.of(
                    Client.INSTANCE_ID,
                    Client.ID,
                    Client.SOFTWARE_NAME,
                    Client.SOFTWARE_VERSION,
                    Client.SOURCE_ADDRESS,
                    Client.SOURCE_PORT);

    /// @param items as `ATTRIBUTE=REGEX`; of an attribute that comes twice the last counts, as in
    ///   Kafka
    /// @return empty if one of them is not that
    static Optional<ClientMatch> parse(List<String> items) {
        Map<String, Pattern> patterns = new TreeMap<>();
        for (String item : items) {
            int equals = item.indexOf('=');
            String attribute = equals < 0 ? "" : item.substring(0, equals).strip();
            String regex = item.substring(equals + 1).strip();
            if (!ATTRIBUTES.contains(attribute) || regex.isEmpty() || regex.contains("=")) {
                return Optional.empty();
            }
            try {
                patterns.put(attribute, Pattern.compile(regex));
            } catch (PatternSyntaxException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new ClientMatch(patterns));
    }

    boolean includes(Client client) {
        return patterns.entrySet().stream()
                .allMatch(entry -> matches(entry.getValue(), client, entry.getKey()));
    }

    private static boolean matches(Pattern pattern, Client client, String attribute) {
        String value = client.attributes().get(attribute);
        return value != null && pattern.matches(value);
    }
}
