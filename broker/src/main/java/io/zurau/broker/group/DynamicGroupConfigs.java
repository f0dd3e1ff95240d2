package io.zurau.broker.group;

import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.runtime.settings.Settings;
import java.util.function.BiFunction;

/// What groups are set to in the cluster's metadata, as this node has it.
public final class DynamicGroupConfigs implements GroupConfigs {
    private final ClusterConfigs configs;
    private final Metadata metadata;

    public DynamicGroupConfigs(ClusterConfigs configs, Metadata metadata) {
        this.configs = configs;
        this.metadata = metadata;
    }

    @Override
    public ConsumerGroupConfig consumer(String groupId) {
        return of(groupId, ConsumerGroupConfig::from);
    }

    @Override
    public ShareGroupConfig share(String groupId) {
        return of(groupId, ShareGroupConfig::from);
    }

    @Override
    public StreamsGroupConfig streams(String groupId) {
        return of(groupId, StreamsGroupConfig::from);
    }

    private <C> C of(String groupId, BiFunction<Settings, Settings, C> from) {
        ClusterImage image = metadata.image();
        return from.apply(configs.of(image, ConfigResource.group(groupId)), configs.broker(image));
    }
}
