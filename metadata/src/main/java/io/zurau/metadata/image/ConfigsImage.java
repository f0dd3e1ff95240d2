package io.zurau.metadata.image;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was set on topics, brokers, groups…; what was not set is not here.
public final class ConfigsImage {
    public static final ConfigsImage EMPTY = new ConfigsImage(new TreeMap<>());

    private final NavigableMap<ConfigResource, SortedMap<String, String>> byResource;

    /// @param byResource its maps are not changed any more
    ConfigsImage(NavigableMap<ConfigResource, SortedMap<String, String>> byResource) {
        this.byResource = Collections.unmodifiableNavigableMap(byResource);
    }

    /// The values set on the resource, sorted by key; empty if there are none.
    public SortedMap<String, String> of(ConfigResource resource) {
        return byResource.getOrDefault(resource, Collections.emptySortedMap());
    }

    /// The resources that have values, sorted.
    public NavigableSet<ConfigResource> resources() {
        return byResource.navigableKeySet();
    }

    NavigableMap<ConfigResource, SortedMap<String, String>> byResource() {
        return byResource;
    }
}
