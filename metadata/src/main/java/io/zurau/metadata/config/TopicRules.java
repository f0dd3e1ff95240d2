package io.zurau.metadata.config;

import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.Optional;

/// What must hold between the settings of one topic.
final class TopicRules {
    private static final String MIN_LAG = "min.compaction.lag.ms";
    private static final String MAX_LAG = "max.compaction.lag.ms";

    private TopicRules() {}

    static Optional<String> problem(Settings settings, SettingCatalog topics) {
        Optional<Long> minLag = number(MIN_LAG, settings, topics);
        Optional<Long> maxLag = number(MAX_LAG, settings, topics);
        if (minLag.isPresent() && maxLag.isPresent() && minLag.get() > maxLag.get()) {
            return Optional.of(
                    "%s (%d) is greater than %s (%d)."
                            .formatted(MIN_LAG, minLag.get(), MAX_LAG, maxLag.get()));
        }
        return Optional.empty();
    }

    private static Optional<Long> number(String key, Settings settings, SettingCatalog topics) {
        return topics.find(key).flatMap(settings::text).map(Long::valueOf);
    }
}
