package io.zurau.metadata.image;

import io.zurau.protocol.message.ConfigRecord;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings' part of a [Replay].
final class ConfigsReplay {
    private final ConfigsImage before;
    private @Nullable NavigableMap<ConfigResource, SortedMap<String, String>> changed;
    private final Set<ConfigResource> copied = new HashSet<>(); // Asked, never walked.

    ConfigsReplay(ConfigsImage before) {
        this.before = before;
    }

    ConfigsImage image() {
        return changed == null ? before : new ConfigsImage(changed);
    }

    /// A type that this version does not know is left out: nothing here could ask for it.
    void set(ConfigRecord record) {
        ConfigResource.Type.of(record.resourceType())
                .map(type -> new ConfigResource(type, record.resourceName()))
                .ifPresent(resource -> set(resource, record.name(), record.value()));
    }

    private void set(ConfigResource resource, String key, @Nullable String value) {
        SortedMap<String, String> values =
                copied.add(resource)
                        ? new TreeMap<>(changed().getOrDefault(resource, new TreeMap<>()))
                        : changed().getOrDefault(resource, new TreeMap<>());
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        if (values.isEmpty()) {
            changed().remove(resource);
        } else {
            changed().put(resource, values);
        }
    }

    void forget(ConfigResource resource) {
        if (before.byResource().containsKey(resource) || copied.contains(resource)) {
            changed().remove(resource);
        }
    }

    private NavigableMap<ConfigResource, SortedMap<String, String>> changed() {
        NavigableMap<ConfigResource, SortedMap<String, String>> map = changed;
        if (map == null) {
            map = new TreeMap<>(before.byResource());
            changed = map;
        }
        return map;
    }
}
