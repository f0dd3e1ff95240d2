package io.zurau.coordinator.share;

import io.zurau.protocol.Uuid;
import java.util.Comparator;
import java.util.Optional;

/// One partition as one share group consumes it.
public record SharePartitionKey(String groupId, Uuid topicId, int partition)
        implements Comparable<SharePartitionKey> {
    private static final Comparator<SharePartitionKey> ORDER =
            Comparator.comparing(SharePartitionKey::groupId)
                    .thenComparing(SharePartitionKey::topicId)
                    .thenComparingInt(SharePartitionKey::partition);

    /// @param text `group:topicId:partition`; the group may have colons
    /// @return empty if the text is none
    public static Optional<SharePartitionKey> parse(String text) {
        int second = text.lastIndexOf(':');
        int first = second < 0 ? -1 : text.lastIndexOf(':', second - 1);
        if (first < 0 || text.substring(0, first).isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new SharePartitionKey(
                            text.substring(0, first),
                            Uuid.parse(text.substring(first + 1, second)),
                            Integer.parseInt(text.substring(second + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(SharePartitionKey other) {
        return ORDER.compare(this, other);
    }

    /// What its coordinator is found by.
    @Override
    public String toString() {
        return groupId + ":" + topicId + ":" + partition;
    }
}
