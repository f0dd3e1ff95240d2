package io.zurau.metadata.control;

import io.zurau.metadata.image.TopicsImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which names topics may have. Kafka's rules.
public final class TopicNames {
    /// What a directory `name-partition` has room for.
    private static final int LONGEST = 249;

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");

    /// Kafka's own log of metadata, which is no topic although it is stored like one.
    public static final String CLUSTER_METADATA = "__cluster_metadata";

    private static final Set<String> INTERNAL =
            Set.of("__consumer_offsets", "__transaction_state", "__share_group_state");

    private TopicNames() {}

    /// Whether clients' producers and wildcard subscriptions should leave the topic alone.
    public static boolean isInternal(String name) {
        return INTERNAL.contains(name);
    }

    /// Why no topic can have that name; empty if one can.
    public static Optional<String> problem(String name) {
        if (name.isEmpty()) {
            return Optional.of("Topic name is invalid: the empty string is not allowed.");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("Topic name is invalid: '.' and '..' are not allowed.");
        }
        if (name.length() > LONGEST) {
            return Optional.of(
                    "Topic name is invalid: it has %d characters, more than the limit of %d."
                            .formatted(name.length(), LONGEST));
        }
        if (!LEGAL.matcher(name).matches()) {
            return Optional.of(
                    "Topic name is invalid: '%s' contains characters other than ASCII letters, digits, '.', '_' and '-'."
                            .formatted(name));
        }
        return Optional.empty();
    }

    /// Finds topics that differ only in '.' and '_', which would be one in the names of metrics.
    static final class Collisions {
        private final TopicsImage topics;
        private @Nullable Map<String, String> byUnified; // Made when first needed.

        Collisions(TopicsImage topics) {
            this.topics = topics;
        }

        /// The other topic that the name collides with.
        Optional<String> of(String name) {
            if (name.indexOf('.') < 0 && name.indexOf('_') < 0) {
                return Optional.empty();
            }
            Map<String, String> known = byUnified;
            if (known == null) {
                known = new HashMap<>();
                for (String topic : topics.byName().keySet()) {
                    known.put(unified(topic), topic);
                }
                byUnified = known;
            }
            return Optional.ofNullable(known.get(unified(name)))
                    .filter(other -> !other.equals(name));
        }

        private static String unified(String name) {
            return name.replace('.', '_');
        }
    }
}
