package io.zurau.broker.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.HandClock;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.RegisterBrokerRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How long a broker that refuses connections is taken for dead.
final class RefusalsTest {
    private final HandClock clock = new HandClock();
    private final Refusals refusals = new Refusals(clock);

    private static ClusterImage image(long epoch, boolean fenced) {
        RegisterBrokerRecord record =
                RegisterBrokerRecord.builder()
                        .brokerId(2)
                        .incarnationId(new Uuid(1, epoch))
                        .brokerEpoch(epoch)
                        .fenced(fenced)
                        .build();
        return ClusterImage.empty("cluster").replay(List.of(record), 1);
    }

    private static BrokerImage broker(ClusterImage image) {
        return image.broker(2).orElseThrow();
    }

    @Test
    void aRefusalCountsForTwoSecondsHoweverOftenItIsRepeated() {
        // Given
        ClusterImage image = image(5, false);
        refusals.refused(broker(image));
        assertThat(refusals.lately(image)).containsExactly(2);

        // When
        clock.advance(1);
        refusals.refused(broker(image));

        // Then
        assertThat(refusals.lately(image)).containsExactly(2);
        clock.advance(1);
        refusals.refused(broker(image));
        assertThat(refusals.lately(image)).isEmpty();
    }

    @Test
    void itCountsUntilTheBrokerAcceptsOrIsFencedOrIsAnotherProcess() {
        // Given
        ClusterImage image = image(5, false);
        refusals.refused(broker(image));

        // When, then
        assertThat(refusals.lately(image(5, true))).isEmpty();
        assertThat(refusals.lately(image(9, false))).isEmpty();
        refusals.accepted(broker(image));
        assertThat(refusals.lately(image)).isEmpty();
    }

    @Test
    void theNextProcessIsKnownToHaveDiedAgain() {
        // Given
        refusals.refused(broker(image(5, false)));
        clock.advance(100);

        // When
        refusals.refused(broker(image(9, false)));

        // Then
        assertThat(refusals.lately(image(9, false))).containsExactly(2);
    }
}
