package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.oneBroker;
import static io.zurau.metadata.TestRecords.topic;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.TestConfigs;
import io.zurau.metadata.control.ConfigAlteration.Altered;
import io.zurau.metadata.control.ConfigAlteration.Asked;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How settings change, and what is said about changes that cannot be.
final class ConfigAlterationTest {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;
    private static final ConfigResource ORDERS = ConfigResource.topic("orders");

    private ClusterImage image = with(oneBroker(), topic("orders", id(1), 1));

    private Altered alter(ConfigResource resource, ConfigChange... changes) {
        return alter(false, asked(resource, false, changes)).getFirst();
    }

    private List<Altered> alter(boolean validateOnly, Asked... asked) {
        Decision<List<Altered>> decision =
                ConfigAlteration.command(List.of(asked), validateOnly, TestConfigs.configs())
                        .decide(image);
        image = decision.applied(image);
        return decision.answer();
    }

    private static Asked asked(ConfigResource resource, boolean replaces, ConfigChange... changes) {
        return new Asked(resource.type().code(), resource.name(), List.of(changes), replaces);
    }

    private static ConfigChange change(byte operation, String key, String value) {
        return ConfigChange.of(operation, key, value);
    }

    private static ConfigChange delete(String key) {
        return ConfigChange.of(DELETE, key, null);
    }

    private Map<String, String> values(ConfigResource resource) {
        return image.configs().of(resource);
    }

    private void assertRefused(Altered altered, ErrorCode error, String reason) {
        assertThat(altered.error()).isEqualTo(error);
        assertThat(altered.reason()).contains(reason);
    }

    @Test
    void aValueIsSetChangedAndTakenAway() {
        // When
        assertThat(alter(ORDERS, change(SET, "retention.ms", "5000")).error())
                .isEqualTo(ErrorCode.NONE);
        assertThat(values(ORDERS)).containsEntry("retention.ms", "5000");
        alter(ORDERS, change(SET, "retention.ms", "6000"));
        assertThat(values(ORDERS)).containsEntry("retention.ms", "6000");
        alter(ORDERS, delete("retention.ms"));

        // Then
        assertThat(values(ORDERS)).isEmpty();
    }

    @Test
    void takingAwayWhatIsNotThereChangesNothing() {
        // Given
        long end = image.endOffset();

        // When
        Altered altered = alter(ORDERS, delete("retention.ms"));

        // Then
        assertThat(altered.error()).isEqualTo(ErrorCode.NONE);
        assertThat(image.endOffset()).isEqualTo(end);
    }

    @Test
    void itemsAreAddedToTheListThatHoldsAndTakenOutOfIt() {
        // When
        alter(ORDERS, change(APPEND, "cleanup.policy", "compact"));

        // Then
        assertThat(values(ORDERS)).containsEntry("cleanup.policy", "delete,compact");

        // When
        alter(ORDERS, change(APPEND, "cleanup.policy", "compact"));
        alter(ORDERS, change(SUBTRACT, "cleanup.policy", "delete"));

        // Then
        assertThat(values(ORDERS)).containsEntry("cleanup.policy", "compact");
    }

    @Test
    void onlyListsHaveItems() {
        assertRefused(
                alter(ORDERS, change(APPEND, "retention.ms", "1")),
                ErrorCode.INVALID_CONFIG,
                "Can't APPEND to key retention.ms because its type is not LIST");
    }

    @Test
    void theOlderApiUnsetsWhatItDoesNotName() {
        // Given
        alter(ORDERS, change(SET, "retention.ms", "5000"));

        // When
        alter(false, asked(ORDERS, true, change(SET, "cleanup.policy", "compact")));

        // Then
        assertThat(values(ORDERS)).containsExactly(Map.entry("cleanup.policy", "compact"));
    }

    @Test
    void aResourceChangesAsAWholeOrNotAtAll() {
        assertRefused(
                alter(
                        ORDERS,
                        change(SET, "retention.ms", "5000"),
                        change(SET, "cleanup.policy", "shred")),
                ErrorCode.INVALID_CONFIG,
                "cleanup.policy");
        assertThat(values(ORDERS)).isEmpty();
    }

    @Test
    void unknownSettingsTopicsAndOperationsAreRefused() {
        assertRefused(
                alter(ORDERS, change(SET, "no.such", "1")), ErrorCode.INVALID_CONFIG, "no.such");
        assertRefused(
                alter(ConfigResource.topic("other"), change(SET, "retention.ms", "1")),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                "The topic 'other' does not exist");
        assertRefused(
                alter(ORDERS, change((byte) 9, "retention.ms", "1")),
                ErrorCode.INVALID_REQUEST,
                "Unknown operation type 9");
    }

    @Test
    void malformedRequestsAreRefused() {
        assertRefused(
                alter(ORDERS, ConfigChange.of(SET, "retention.ms", null)),
                ErrorCode.INVALID_REQUEST,
                "Null value not supported for : retention.ms");
        assertRefused(
                alter(ORDERS, change(SET, "retention.ms", "1"), delete("retention.ms")),
                ErrorCode.INVALID_REQUEST,
                "duplicate config keys");
        assertThat(
                        alter(
                                false,
                                asked(ORDERS, false, change(SET, "retention.ms", "1")),
                                asked(ORDERS, false, change(SET, "retention.ms", "1"))))
                .allSatisfy(
                        altered ->
                                assertRefused(
                                        altered,
                                        ErrorCode.INVALID_REQUEST,
                                        "Each resource must appear at most once"));
        assertThat(values(ORDERS)).isEmpty();
    }

    @Test
    void aBrokersSettingThatTopicsInheritChangesWhileItRuns() {
        // When
        alter(ConfigResource.everyBroker(), change(SET, "log.retention.ms", "5000"));
        alter(ConfigResource.broker(1), change(SET, "log.retention.ms", "6000"));

        // Then
        assertThat(TestConfigs.configs().topic(image, "orders").value(TestConfigs.RETENTION))
                .hasMillis(6000);
    }

    @Test
    void otherSettingsOfABrokerDoNotChangeWhileItRuns() {
        assertRefused(
                alter(ConfigResource.broker(1), change(SET, "num.io.threads", "3")),
                ErrorCode.INVALID_REQUEST,
                "Cannot update these configs dynamically: num.io.threads");
        assertRefused(
                alter(ConfigResource.broker(1), change(SET, "log.retention.ms", "soon")),
                ErrorCode.INVALID_REQUEST,
                "log.retention.ms");
        assertRefused(
                alter(ConfigResource.broker(2), change(SET, "log.retention.ms", "1")),
                ErrorCode.INVALID_REQUEST,
                "Unexpected broker id, expected 1");
    }

    @Test
    void validatingChangesNothing() {
        // When
        List<Altered> altered =
                alter(true, asked(ORDERS, false, change(SET, "retention.ms", "5000")));

        // Then
        assertThat(altered.getFirst().error()).isEqualTo(ErrorCode.NONE);
        assertThat(values(ORDERS)).isEmpty();
    }
}
