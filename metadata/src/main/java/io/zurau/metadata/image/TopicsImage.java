package io.zurau.metadata.image;

import io.zurau.protocol.Uuid;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// All topics, by name and by id.
public final class TopicsImage {
    public static final TopicsImage EMPTY = new TopicsImage(new TreeMap<>());

    private final NavigableMap<String, TopicImage> byName;
    private final Map<Uuid, TopicImage> byId; // For look-ups only: its order means nothing.
    private final int partitionCount;

    TopicsImage(NavigableMap<String, TopicImage> byName) {
        this.byName = Collections.unmodifiableNavigableMap(byName);
        this.byId = HashMap.newHashMap(byName.size());
        int partitions = 0;
        for (TopicImage topic : byName.values()) {
            byId.put(topic.id(), topic);
            partitions += topic.partitions().size();
        }
        this.partitionCount = partitions;
    }

    public Optional<TopicImage> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Optional<TopicImage> withId(Uuid id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// Sorted by name; cannot be changed.
    public NavigableMap<String, TopicImage> byName() {
        return byName;
    }

    /// Sorted by name.
    public Collection<TopicImage> all() {
        return byName.values();
    }

    public int partitionCount() {
        return partitionCount;
    }
}
