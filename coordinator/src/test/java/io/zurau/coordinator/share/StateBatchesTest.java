package io.zurau.coordinator.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.coordinator.share.PersisterStateBatchCombiner;
import org.apache.kafka.server.share.persister.PersisterStateBatch;
import org.junit.jupiter.api.Test;

final class StateBatchesTest {
    private static StateBatch batch(long first, long last, int state, int count) {
        return new StateBatch(first, last, (byte) state, (short) count);
    }

    @Test
    void theHigherCountAndThenTheHigherStateCounts() {
        // Given
        List<StateBatch> known = List.of(batch(0, 9, 0, 1), batch(10, 19, 2, 1));

        // When
        List<StateBatch> merged =
                StateBatches.merge(known, List.of(batch(5, 14, 0, 2), batch(0, 1, 4, 1)), 1);

        // Then
        assertThat(merged)
                .containsExactly(
                        batch(1, 1, 4, 1),
                        batch(2, 4, 0, 1),
                        batch(5, 14, 0, 2),
                        batch(15, 19, 2, 1));
    }

    @Test
    void whatComesTwiceOrLateChangesNothing() {
        // Given
        List<StateBatch> known = List.of(batch(0, 9, 2, 2));

        // Then
        assertThat(StateBatches.merge(known, known, -1)).isEqualTo(known);
        assertThat(StateBatches.merge(known, List.of(batch(0, 9, 0, 2)), -1)).isEqualTo(known);
        assertThat(StateBatches.merge(known, List.of(batch(0, 9, 0, 1)), -1)).isEqualTo(known);
    }

    @Test
    void apacheKafkaMergesInTheSameWay() {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<StateBatch> known = StateBatches.merge(List.of(), batches(random), -1);
            List<StateBatch> news = batches(random);
            long start = random.nextInt(-1, 15);

            assertThat(StateBatches.merge(known, news, start))
                    .as("seed %d", seed)
                    .isEqualTo(kafkas(known, news, start));
        }
    }

    private static List<StateBatch> batches(Random random) {
        List<StateBatch> batches = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            long first = random.nextInt(30);
            batches.add(
                    batch(
                            first,
                            first + random.nextInt(10),
                            2 * random.nextInt(3),
                            1 + random.nextInt(3)));
        }
        return batches;
    }

    private static List<StateBatch> kafkas(
            List<StateBatch> known, List<StateBatch> news, long start) {
        return new PersisterStateBatchCombiner(kafkas(known), kafkas(news), start)
                .combineStateBatches().stream()
                        .map(
                                one ->
                                        new StateBatch(
                                                one.firstOffset(),
                                                one.lastOffset(),
                                                one.deliveryState(),
                                                one.deliveryCount()))
                        .toList();
    }

    private static List<PersisterStateBatch> kafkas(List<StateBatch> batches) {
        return batches.stream()
                .map(
                        one ->
                                new PersisterStateBatch(
                                        one.firstOffset(),
                                        one.lastOffset(),
                                        one.deliveryState(),
                                        one.deliveryCount()))
                .toList();
    }
}
