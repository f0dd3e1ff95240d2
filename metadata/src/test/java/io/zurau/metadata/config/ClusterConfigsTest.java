package io.zurau.metadata.config;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.oneBroker;
import static io.zurau.metadata.TestRecords.topic;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.TestConfigs;
import io.zurau.metadata.config.ConfigEntry.Synonym;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What holds for topics and brokers, and where it comes from.
final class ClusterConfigsTest {
    private static final ConfigResource ORDERS = ConfigResource.topic("orders");

    private ClusterImage image = with(oneBroker(), topic("orders", id(1), 1));

    private void set(ConfigResource resource, String key, String value) {
        image = with(image, List.of(resource.record(key, value)));
    }

    private static ConfigEntry entry(List<ConfigEntry> entries, String key) {
        return entries.stream().filter(e -> e.name().equals(key)).findFirst().orElseThrow();
    }

    @Test
    void theNearestPlaceWinsAndAllAreListed() {
        // Given
        ClusterConfigs configs = TestConfigs.configs(Map.of("log.retention.hours", "3"));
        set(ConfigResource.everyBroker(), "log.retention.ms", "300");
        set(ConfigResource.broker(1), "log.retention.ms", "200");
        set(ORDERS, "retention.ms", "100");

        // When
        ConfigEntry entry = entry(configs.describeTopic(image, "orders"), "retention.ms");

        // Then
        assertThat(entry.value()).isEqualTo("100");
        assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(entry.synonyms())
                .containsExactly(
                        new Synonym("retention.ms", "100", ConfigSource.DYNAMIC_TOPIC_CONFIG),
                        new Synonym("log.retention.ms", "200", ConfigSource.DYNAMIC_BROKER_CONFIG),
                        new Synonym(
                                "log.retention.ms",
                                "300",
                                ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
                        new Synonym("log.retention.hours", "3", ConfigSource.STATIC_BROKER_CONFIG),
                        new Synonym("log.retention.ms", "604800000", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void aTopicInheritsWhatTheBrokerWasGivenInItsOwnUnit() {
        // Given
        ClusterConfigs configs = TestConfigs.configs(Map.of("log.retention.hours", "3"));

        // When
        ConfigEntry entry = entry(configs.describeTopic(image, "orders"), "retention.ms");

        // Then
        assertThat(entry.value()).isEqualTo("10800000");
        assertThat(entry.source()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG);
        assertThat(configs.topic(image, "orders").value(TestConfigs.RETENTION)).hasHours(3);
    }

    @Test
    void aStoredValueThatIsNotAcceptableCountsAsNotSet() {
        // Given
        set(ORDERS, "retention.ms", "whenever");
        set(ORDERS, "from.the.future", "1");

        // When, then
        assertThat(TestConfigs.configs().topic(image, "orders").value(TestConfigs.RETENTION))
                .hasDays(7);
    }

    @Test
    void aBrokersSettingsAreReadOnlyUnlessTopicsInheritThem() {
        // When
        List<ConfigEntry> entries = TestConfigs.configs().describeBroker(image);

        // Then
        assertThat(entry(entries, "num.io.threads").readOnly()).isTrue();
        assertThat(entry(entries, "log.retention.ms").readOnly()).isFalse();
    }

    @Test
    void secretsAreNotShown() {
        // When
        ConfigEntry entry =
                entry(
                        TestConfigs.configs(Map.of("ssl.key.password", "open"))
                                .describeBroker(image),
                        "ssl.key.password");

        // Then
        assertThat(entry.secret()).isTrue();
        assertThat(entry.value()).isNull();
        assertThat(entry.toString()).doesNotContain("open");
    }

    @Test
    void theDefaultOfAllBrokersListsOnlyWhatWasSet() {
        // Given
        set(ConfigResource.everyBroker(), "log.retention.ms", "300");

        // When
        List<ConfigEntry> entries = TestConfigs.configs().describeEveryBroker(image);

        // Then
        assertThat(entries).extracting(ConfigEntry::name).containsExactly("log.retention.ms");
        assertThat(entries.getFirst().source())
                .isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
    }
}
