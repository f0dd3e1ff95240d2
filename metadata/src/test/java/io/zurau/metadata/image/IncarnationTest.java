package io.zurau.metadata.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.RegisterBrokerRecord;
import io.zurau.protocol.message.UnregisterBrokerRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IncarnationTest {
    private static final Incarnation ELDER = new Incarnation(1, new Uuid(1, 1));
    private static final Incarnation YOUNGER = new Incarnation(1, new Uuid(1, 2));

    private static ClusterImage registered(ClusterImage before, Incarnation who) {
        long epoch = before.endOffset();
        return before.replay(
                List.of(
                        RegisterBrokerRecord.builder()
                                .brokerId(who.nodeId())
                                .incarnationId(who.id())
                                .brokerEpoch(epoch)
                                .build()),
                epoch + 1);
    }

    @Test
    void whoRegisteredLastHasAnEpochAndDisplacesTheOther() {
        // Given
        ClusterImage first = registered(ClusterImage.empty("cluster"), ELDER);

        // When
        ClusterImage second = registered(first, YOUNGER);

        // Then
        assertThat(ELDER.epoch(first)).hasValue(0);
        assertThat(ELDER.isDisplaced(first)).isFalse();
        assertThat(ELDER.epoch(second)).isEmpty();
        assertThat(ELDER.isDisplaced(second)).isTrue();
        assertThat(YOUNGER.epoch(second)).hasValue(1);
        assertThat(YOUNGER.isDisplaced(second)).isFalse();
    }

    @Test
    void whoIsOnlyForgottenIsNotDisplaced() {
        // Given
        ClusterImage known = registered(ClusterImage.empty("cluster"), ELDER);

        // When
        ClusterImage forgotten =
                known.replay(
                        List.of(
                                UnregisterBrokerRecord.builder()
                                        .brokerId(1)
                                        .brokerEpoch(0)
                                        .build()),
                        known.endOffset() + 1);

        // Then
        assertThat(ELDER.epoch(forgotten)).isEmpty();
        assertThat(ELDER.isDisplaced(forgotten)).isFalse();
    }
}
