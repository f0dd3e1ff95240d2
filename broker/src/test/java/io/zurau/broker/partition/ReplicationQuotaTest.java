package io.zurau.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.HandClock;
import org.junit.jupiter.api.Test;

final class ReplicationQuotaTest {
    private final HandClock clock = new HandClock();
    private final ReplicationQuota quota = new ReplicationQuota(clock);

    @Test
    void withoutALimitNothingIsUsedUp() {
        quota.used(1_000_000_000);
        assertThat(quota.isUsedUp()).isFalse();
    }

    @Test
    void whatWasTakenInAdvanceIsWaitedFor() {
        // Given
        quota.limit(100);
        assertThat(quota.isUsedUp()).isTrue();
        clock.advance(1);
        assertThat(quota.isUsedUp()).isFalse();

        // When
        quota.used(500);

        // Then
        clock.advance(4);
        assertThat(quota.isUsedUp()).isTrue();
        clock.advance(1);
        assertThat(quota.isUsedUp()).isFalse();
    }

    @Test
    void noMoreThanOneSecondsWorthIsSaved() {
        // Given
        quota.limit(100);
        clock.advance(3600);

        // When
        quota.used(100);

        // Then
        assertThat(quota.isUsedUp()).isTrue();
    }

    @Test
    void aHigherLimitHoldsFromNowOn() {
        // Given
        quota.limit(1);
        quota.used(1000);

        // When
        quota.limit(1000);
        clock.advance(2);

        // Then
        assertThat(quota.isUsedUp()).isFalse();
    }

    @Test
    void aLimitOfZeroStopsEverythingAndNoneLetsItGo() {
        quota.limit(0);
        clock.advance(100);
        assertThat(quota.isUsedUp()).isTrue();

        quota.limit(ReplicationQuota.UNLIMITED);
        assertThat(quota.isUsedUp()).isFalse();
    }
}
