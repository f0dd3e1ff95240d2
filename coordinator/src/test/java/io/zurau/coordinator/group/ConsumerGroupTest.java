package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Consumer groups of the new protocol, as text traces.
final class ConsumerGroupTest {
    private ConsumerScript script = new ConsumerScript();

    @Test
    void aMemberJoinsAndHasEverything() {
        // Given
        script.topic(1, "orders", 3);

        // When
        script.join("A", "orders");
        script.beat("A", 2, 1, 0, 1, 2);
        script.describe();

        // Then
        assertThat(script.text()).isEqualTo("");
    }

    @Test
    void aPartitionChangesHandsOnceItWasGivenUp() {
        // Given
        script.topic(1, "orders", 2);
        script.join("A", "orders");

        // When
        script.join("B", "orders");
        script.beat("A", 2, 1, 0, 1);
        script.beat("B", 3, 1);
        script.beat("A", 2, 1, 0);
        script.beat("B", 3, 1);
        script.beat("A", 3, 1, 0);

        // Then
        assertThat(script.text()).isEqualTo("");
    }
}
