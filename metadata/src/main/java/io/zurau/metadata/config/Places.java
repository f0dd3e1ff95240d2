package io.zurau.metadata.config;

import io.zurau.metadata.config.ConfigEntry.Synonym;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gathers the places that give one setting a value, the winning one first.
final class Places {
    private final List<Synonym> synonyms = new ArrayList<>();

    void add(Setting<?> setting, Map<String, String> values, ConfigSource source) {
        for (String key : setting.keys()) {
            String value = values.get(key);
            if (value != null) {
                synonyms.add(new Synonym(key, shown(setting, value), source));
            }
        }
    }

    <T> void addDefault(Setting<T> setting) {
        setting.defaultValue()
                .map(value -> shown(setting, setting.render(value)))
                .ifPresent(
                        value ->
                                synonyms.add(
                                        new Synonym(
                                                setting.key(),
                                                value,
                                                ConfigSource.DEFAULT_CONFIG)));
    }

    /// @param settings what holds
    ConfigEntry entry(Setting<?> setting, Settings settings, boolean readOnly) {
        return new ConfigEntry(
                setting.key(),
                settings.text(setting).map(value -> shown(setting, value)).orElse(null),
                synonyms.isEmpty() ? ConfigSource.DEFAULT_CONFIG : synonyms.getFirst().source(),
                readOnly,
                setting.isSecret(),
                setting.type().kind(),
                setting.documentation(),
                List.copyOf(synonyms));
    }

    private static @Nullable String shown(Setting<?> setting, String value) {
        return setting.isSecret() ? null : value;
    }
}
