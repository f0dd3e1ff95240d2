package io.zurau.coordinator.group.config;

import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Everything that can be set on a group, of whatever kind: Kafka lets one set all of it on any
/// group id, also before there is a group.
public final class GroupSettings {
    private static final List<KindOfGroup> KINDS =
            List.of(ConsumerGroupConfig.KIND, ShareGroupConfig.KIND, StreamsGroupConfig.KIND);

    /// Of a broker, for all its groups of the newer kinds.
    public static final List<Setting<?>> ON_BROKER =
            Stream.of(
                            ConsumerGroupConfig.SETTINGS,
                            ShareGroupConfig.SETTINGS,
                            StreamsGroupConfig.SETTINGS)
                    .<Setting<?>>flatMap(List::stream)
                    .toList();

    /// Those that Kafka keeps for itself: it takes them, and shows them only where they are set.
    public static final Set<String> INTERNAL =
            Set.of(
                    "consumer.assignor.offload.enable",
                    "share.assignor.offload.enable",
                    "streams.assignor.offload.enable",
                    "streams.acceptable.recovery.lag",
                    "streams.num.warmup.replicas",
                    "streams.task.offset.interval.ms");

    private static final SettingCatalog CATALOG =
            SettingCatalog.of(KINDS.stream().flatMap(KindOfGroup::settings).toList());

    private GroupSettings() {}

    /// What can be set on a group.
    public static SettingCatalog catalog() {
        return CATALOG;
    }

    /// Why a group cannot be set so on a broker with these settings; empty if it can. What is not
    /// given to the group is not looked at: it is the broker's affair.
    public static Optional<String> problem(Settings group, Settings broker) {
        return KINDS.stream()
                .flatMap(kind -> kind.problem(group, broker).stream())
                .findFirst()
                .or(() -> StreamsGroupConfig.assignorProblem(group, broker));
    }

    /// Checks what a broker is given for its groups.
    ///
    /// @throws InvalidSetting if its settings contradict each other
    public static void check(Settings broker) {
        Settings nothingSet = Settings.parse(Map.of(), CATALOG, broker);
        KINDS.forEach(kind -> kind.check(broker, nothingSet));
    }
}
