package io.zurau.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.HandClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RestsTest {
    private static final Duration LONGEST = Duration.ofSeconds(32);

    private final HandClock clock = new HandClock();
    private final Rests<String> rests = new Rests<>(clock, LONGEST);

    @Test
    void eachRestIsTwiceAsLongUpToTheLongest() {
        for (int seconds : List.of(2, 4, 8, 16, 32, 32)) {
            // When
            rests.begin("p");

            // Then
            assertThat(rests.shortest(Duration.ofDays(1))).hasSeconds(seconds);
            clock.advance(seconds - 1);
            assertThat(rests.isResting("p")).isTrue();
            clock.advance(1);
            assertThat(rests.isResting("p")).isFalse();
        }
    }

    @Test
    void aFetchThatSucceedsBeginsAnew() {
        // Given
        rests.begin("p");
        rests.begin("p");

        // When
        rests.forget("p");
        rests.begin("p");

        // Then
        assertThat(rests.shortest(LONGEST)).hasSeconds(2);
    }

    @Test
    void whatIsFollowedNoMoreHoldsNobodyUp() {
        // Given
        rests.begin("p");

        // When
        rests.retain(List.of("q"));

        // Then
        assertThat(rests.isResting("p")).isFalse();
        assertThat(rests.shortest(LONGEST)).isEqualTo(LONGEST);
    }
}
