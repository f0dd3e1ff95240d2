package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeaderEpochsTest {
    private final LeaderEpochs epochs = new LeaderEpochs();

    @Test
    void anEpochGoesOnBehindOneWithoutRecords() {
        // Given: it led in epoch 7 and wrote nothing
        epochs.begin(2, 0);
        epochs.begin(4, 299);
        epochs.begin(7, 391);

        // When: the next leader sends more of epoch 4, some of which is cut off later
        epochs.begin(4, 391);
        epochs.truncateTo(391);

        // Then
        assertThat(epochs.epochOf(390)).isEqualTo(4);
        assertThat(epochs.endOf(4, 391)).isEqualTo(new EpochEnd(4, 391));
        assertThat(epochs.endOf(2, 391)).isEqualTo(new EpochEnd(2, 299));
    }

    @Test
    void anEpochThatBeginsBeforeOthersTakesTheirPlace() {
        // Given
        epochs.begin(2, 0);
        epochs.begin(4, 299);
        epochs.begin(7, 391);

        // When
        epochs.begin(4, 250);

        // Then
        assertThat(epochs.latest()).isEqualTo(4);
        assertThat(epochs.endOf(2, 300)).isEqualTo(new EpochEnd(2, 250));
    }
}
