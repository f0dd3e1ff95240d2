package io.zurau.coordinator.group;

import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.config.GroupSettings;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.Map;

/// All groups as the defaults are, but for what the broker is set to.
public record DefaultGroupConfigs(Settings broker) implements GroupConfigs {
    public static final GroupConfigs ALL = with(Map.of());

    public static GroupConfigs with(Map<String, String> broker) {
        return new DefaultGroupConfigs(
                Settings.parse(broker, SettingCatalog.of(GroupSettings.ON_BROKER)));
    }

    private Settings group() {
        return Settings.parse(Map.of(), GroupSettings.catalog(), broker);
    }

    @Override
    public ConsumerGroupConfig consumer(String groupId) {
        return ConsumerGroupConfig.from(group(), broker);
    }

    @Override
    public ShareGroupConfig share(String groupId) {
        return ShareGroupConfig.from(group(), broker);
    }

    @Override
    public StreamsGroupConfig streams(String groupId) {
        return StreamsGroupConfig.from(group(), broker);
    }
}
