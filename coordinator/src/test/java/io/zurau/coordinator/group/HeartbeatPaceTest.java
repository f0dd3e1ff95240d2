package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.kind.HeartbeatPace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeartbeatPaceTest {
    @ParameterizedTest
    @CsvSource({
        "5000, false, 1, false, 500",
        "5000, false, 100, false, 1000",
        "5000, false, 10000, false, 5000",
        "5000, false, 100, true, 200",
        "5000, true, 1, false, 5000",
        "7000, true, 1, true, 7000"
    })
    void smallGroupsAreToldSooner(
            int configuredMs, boolean isSet, int members, boolean waits, int expectedMs) {
        assertThat(HeartbeatPace.intervalMs(configuredMs, isSet, members, waits))
                .isEqualTo(expectedMs);
    }
}
