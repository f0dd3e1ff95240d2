package io.zurau.coordinator.group.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.junit.jupiter.api.Test;

class GroupSettingsTest {
    private static final SettingCatalog ON_BROKER = SettingCatalog.of(GroupSettings.ON_BROKER);

    @Test
    void groupsHaveThePreciseSettingsOfApacheKafkas() {
        assertThat(GroupSettings.catalog().settings())
                .extracting(Setting::key)
                .containsExactlyInAnyOrderElementsOf(GroupConfig.configNames());
    }

    @Test
    void defaultsAreApacheKafkas() {
        Map<String, String> ours = new TreeMap<>();
        Map<String, String> kafkas = new TreeMap<>();
        for (Setting<?> setting : GroupSettings.ON_BROKER) {
            ours.put(setting.key(), defaultText(setting));
            ConfigDef.ConfigKey key =
                    GroupCoordinatorConfig.CONFIG_DEF.configKeys().get(setting.key());
            if (key == null) {
                key = ShareGroupConfig.CONFIG_DEF.configKeys().get(setting.key());
            }
            kafkas.put(
                    setting.key(),
                    ConfigDef.convertToString(requireNonNull(key).defaultValue, key.type));
        }

        assertThat(ours).isEqualTo(kafkas);
    }

    private static <T> String defaultText(Setting<T> setting) {
        return setting.defaultValue().map(setting::render).orElseThrow();
    }

    @Test
    void aGroupHasItsBrokersValueUntilItIsSetToAnother() {
        Settings broker = broker(Map.of("group.consumer.heartbeat.interval.ms", "6000"));

        assertThat(ConsumerGroupConfig.from(group(broker, Map.of()), broker).heartbeatIntervalMs())
                .isEqualTo(6000);
        assertThat(
                        ConsumerGroupConfig.from(
                                        group(
                                                broker,
                                                Map.of("consumer.heartbeat.interval.ms", "7000")),
                                        broker)
                                .heartbeatIntervalMs())
                .isEqualTo(7000);
    }

    @Test
    void aValueBeyondTheBrokersLimitsIsRefused() {
        assertThat(problem(Map.of("consumer.session.timeout.ms", "44999")))
                .isEqualTo(
                        "consumer.session.timeout.ms is 44999, but must be at least 45000"
                                + " (group.consumer.min.session.timeout.ms) and at most 60000"
                                + " (group.consumer.max.session.timeout.ms).");
        assertThat(problem(Map.of("streams.num.standby.replicas", "3")))
                .isEqualTo(
                        "streams.num.standby.replicas is 3, but must be at most 2"
                                + " (group.streams.max.standby.replicas).");
        assertThat(problem(Map.of("streams.task.offset.interval.ms", "14999")))
                .isEqualTo(
                        "streams.task.offset.interval.ms is 14999, but must be at least 15000"
                                + " (group.streams.min.task.offset.interval.ms).");
        assertThat(problem(Map.of("share.delivery.count.limit", "11")))
                .startsWith("share.delivery.count.limit is 11, but must be at least 2");
        assertThat(problem(Map.of("streams.assignor.name", "mine")))
                .isEqualTo(
                        "streams.assignor.name is mine, but must be one of sticky"
                                + " (group.streams.assignors).");
        assertThat(problem(Map.of("consumer.session.timeout.ms", "60000"))).isEmpty();
    }

    @Test
    void aSessionMustOutliveAHeartbeat() {
        Settings broker =
                broker(
                        Map.of(
                                "group.share.min.session.timeout.ms", "1000",
                                "group.share.max.heartbeat.interval.ms", "50000"));

        assertThat(
                        GroupSettings.problem(
                                group(
                                        broker,
                                        Map.of(
                                                "share.session.timeout.ms", "10000",
                                                "share.heartbeat.interval.ms", "10000")),
                                broker))
                .contains(
                        "share.session.timeout.ms must be greater than share.heartbeat.interval.ms.");
    }

    @Test
    void aValueThatTheBrokerAllowsNoMoreCountsAsTheNearestThatItDoes() {
        Settings broker = broker(Map.of("group.share.max.record.lock.duration.ms", "40000"));
        Settings group = group(broker, Map.of("share.record.lock.duration.ms", "50000"));

        assertThat(io.zurau.coordinator.group.config.ShareGroupConfig.from(group, broker))
                .extracting(config -> config.recordLockDurationMs())
                .isEqualTo(40_000);
    }

    @Test
    void aShareGroupBeginsWhereItIsTold() {
        assertThat(AutoOffsetReset.parse("by_duration:PT1H30M"))
                .contains(new AutoOffsetReset.ByDuration(Duration.ofMinutes(90)));
        assertThat(AutoOffsetReset.parse("earliest")).contains(new AutoOffsetReset.Earliest());
        for (String wrong :
                List.of("", "Latest", "by_duration", "by_duration:", "by_duration:-PT1S", "none")) {
            assertThat(AutoOffsetReset.parse(wrong)).as(wrong).isEmpty();
            assertThatThrownBy(
                            () -> group(broker(Map.of()), Map.of("share.auto.offset.reset", wrong)))
                    .isInstanceOf(InvalidSetting.class);
        }
    }

    @Test
    void aBrokerWhoseSettingsContradictEachOtherDoesNotStart() {
        assertThatThrownBy(
                        () ->
                                GroupSettings.check(
                                        broker(
                                                Map.of(
                                                        "group.consumer.min.heartbeat.interval.ms",
                                                        "6000"))))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(
                        "group.consumer.heartbeat.interval.ms is 5000, but must be at least 6000");
        GroupSettings.check(broker(Map.of()));
    }

    private static String problem(Map<String, String> onGroup) {
        Settings broker = broker(Map.of());
        return GroupSettings.problem(group(broker, onGroup), broker).orElse("");
    }

    private static Settings broker(Map<String, String> given) {
        return Settings.parse(given, ON_BROKER);
    }

    private static Settings group(Settings broker, Map<String, String> given) {
        return Settings.parse(given, GroupSettings.catalog(), broker);
    }
}
