package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.kind.HeartbeatPace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeartbeatPaceTest {
    @ParameterizedTest
    @CsvSource({
        "5000, false, 1, 2, false, 500",
        "5000, false, 100, 101, false, 1000",
        "5000, false, 10000, 10001, false, 5000",
        "5000, false, 100, 101, true, 200",
        "5000, true, 1, 2, false, 5000",
        "7000, true, 1, 2, true, 7000",
        "5000, false, 1, 4000, false, 2000",
        "5000, false, 1, 20000, false, 5000",
        "5000, false, 1, 20000, true, 1000"
    })
    void smallGroupsAreToldSooner(
            int configuredMs,
            boolean isSet,
            int members,
            int crowd,
            boolean waits,
            int expectedMs) {
        assertThat(HeartbeatPace.intervalMs(configuredMs, isSet, members, crowd, waits))
                .isEqualTo(expectedMs);
    }
}
