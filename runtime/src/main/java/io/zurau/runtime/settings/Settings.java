package io.zurau.runtime.settings;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The values of all settings of a catalog: those that were given, and the defaults of the others.
public final class Settings {
    private final Map<String, Object> given; // By the setting's own key.
    private final @Nullable Settings broker;
    private final List<String> notices;

    private Settings(Map<String, Object> given, @Nullable Settings broker, List<String> notices) {
        this.given = given;
        this.broker = broker;
        this.notices = notices;
    }

    /// Checks what was given.
    ///
    /// @throws InvalidSetting for the first wrong key, in the order of the alphabet
    public static Settings parse(Map<String, String> given, SettingCatalog catalog) {
        return parse(given, catalog, null);
    }

    /// The settings of a topic: what is not given comes from the broker, where it has a setting for
    /// it.
    public static Settings parse(
            Map<String, String> given, SettingCatalog catalog, @Nullable Settings broker) {
        List<String> notices = new ArrayList<>();
        Map<String, Object> values = new TreeMap<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(given).entrySet()) {
            Optional<Setting<?>> setting = catalog.find(entry.getKey());
            if (setting.isPresent()) {
                // Also what a key of higher precedence hides must be right.
                Object value = setting.get().parse(entry.getKey(), entry.getValue());
                if (precedes(entry.getKey(), setting.get(), given)) {
                    values.put(setting.get().key(), value);
                }
            } else {
                notices.add(catalog.noticeOf(entry.getKey()));
            }
        }
        return new Settings(values, broker, List.copyOf(notices));
    }

    /// Whether no key of higher precedence is given.
    private static boolean precedes(String key, Setting<?> setting, Map<String, String> given) {
        for (String candidate : setting.keys()) {
            if (given.containsKey(candidate)) {
                return candidate.equals(key);
            }
        }
        return false;
    }

    /// The text of a file in the form of `java.util.Properties`, in the order of the alphabet.
    public static Map<String, String> read(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidSetting("", "The file is not in properties form: " + e.getMessage());
        }
        Map<String, String> sorted = new TreeMap<>();
        properties.stringPropertyNames().forEach(k -> sorted.put(k, properties.getProperty(k)));
        return sorted;
    }

    /// @throws IllegalArgumentException if the setting has neither a value nor a default
    public <T> T value(Setting<T> setting) {
        return find(setting)
                .orElseThrow(() -> new IllegalArgumentException(setting.key() + " has no value."));
    }

    /// The value of a setting that may be missing.
    public <T> Optional<T> find(Setting<T> setting) {
        @SuppressWarnings("unchecked") // Only its own parse made the value.
        T value = (T) given.get(setting.key());
        if (value != null) {
            return Optional.of(value);
        }
        Setting<T> onBroker = setting.onBroker();
        return broker != null && onBroker != null ? broker.find(onBroker) : setting.defaultValue();
    }

    /// The value as text; empty if there is none.
    public <T> Optional<String> text(Setting<T> setting) {
        return find(setting).map(setting::render);
    }

    /// Whether the value was given here, and is neither a default nor the broker's.
    public boolean isGiven(Setting<?> setting) {
        return given.containsKey(setting.key());
    }

    /// A sentence for each key that was accepted but has no effect.
    public List<String> notices() {
        return notices;
    }
}
