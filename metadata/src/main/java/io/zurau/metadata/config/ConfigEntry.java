package io.zurau.metadata.config;

import io.zurau.runtime.settings.SettingType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One setting of a resource as it stands.
///
/// @param value null if there is none, or if it is secret
/// @param synonyms every place that gives the setting a value, the winning one first
public record ConfigEntry(
        String name,
        @Nullable String value,
        ConfigSource source,
        boolean readOnly,
        boolean secret,
        SettingType.Kind kind,
        String documentation,
        List<Synonym> synonyms) {

    /// A key, in one place, and the value there.
    public record Synonym(String name, @Nullable String value, ConfigSource source) {}
}
