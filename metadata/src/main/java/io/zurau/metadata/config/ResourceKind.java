package io.zurau.metadata.config;

import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.Optional;
import java.util.Set;

/// What can be set on the resources of one type: groups, or subscriptions to clients' metrics.
///
/// @param source of a value that is set on such a resource
/// @param hidden keys that are shown only where they are set: Kafka's internal ones
/// @param ruleError of an unknown key and a broken rule; a value that cannot be read is always
///   INVALID_CONFIG
public record ResourceKind(
        ConfigSource source,
        SettingCatalog catalog,
        Set<String> hidden,
        ErrorCode ruleError,
        Rule rule) {

    /// What must hold between the settings of one resource.
    @FunctionalInterface
    public interface Rule {
        /// Why the resource cannot be set so, as a sentence; empty if it can.
        ///
        /// @param resource with the broker's settings behind it
        /// @param broker those settings
        Optional<String> problem(Settings resource, Settings broker);
    }
}
