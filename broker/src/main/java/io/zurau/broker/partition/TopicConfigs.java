package io.zurau.broker.partition;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What holds for each topic: its own settings, then those of this broker and of all brokers in the
/// metadata, then the broker's file, then the defaults.
///
/// A value in the metadata that is not acceptable here, as after an import from Apache Kafka, is
/// left out with a line in the log, since stopping would help nobody.
public final class TopicConfigs {
    private static final Logger log = LoggerFactory.getLogger(TopicConfigs.class);

    private final int nodeId;
    private final Map<String, String> file;
    private final SettingCatalog brokerCatalog;
    private final SettingCatalog topicCatalog = TopicConfig.catalog();

    /// @param file what the broker's file says
    /// @param brokerCatalog all settings of a broker
    public TopicConfigs(int nodeId, Map<String, String> file, SettingCatalog brokerCatalog) {
        this.nodeId = nodeId;
        this.file = Map.copyOf(file);
        this.brokerCatalog = brokerCatalog;
    }

    /// What this broker says, with what the metadata sets for it.
    public Settings broker(ClusterImage image) {
        Map<String, String> values = new TreeMap<>(file);
        values.putAll(image.configs().of(ConfigResource.everyBroker()));
        values.putAll(image.configs().of(ConfigResource.broker(nodeId)));
        return acceptable(values, brokerCatalog, null);
    }

    /// Whether the broker's settings differ between two images.
    boolean brokerChanged(ClusterImage before, ClusterImage after) {
        ConfigResource every = ConfigResource.everyBroker();
        ConfigResource own = ConfigResource.broker(nodeId);
        return !before.configs().of(every).equals(after.configs().of(every))
                || !before.configs().of(own).equals(after.configs().of(own));
    }

    TopicConfig of(String topic, ClusterImage image, Settings broker) {
        Map<String, String> values = image.configs().of(ConfigResource.topic(topic));
        return TopicConfig.from(acceptable(values, topicCatalog, broker));
    }

    private static Settings acceptable(
            Map<String, String> values, SettingCatalog catalog, @Nullable Settings behind) {
        Map<String, String> left = new TreeMap<>(values);
        while (true) {
            try {
                return Settings.parse(left, catalog, behind);
            } catch (InvalidSetting e) {
                if (left.remove(e.key()) == null) {
                    throw e; // It names no key of ours: leaving keys out would never end.
                }
                log.atWarn()
                        .addKeyValue("key", e.key())
                        .addKeyValue("reason", e.getMessage())
                        .log("Left out a setting that is not acceptable");
            }
        }
    }
}
