package io.zurau.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

final class PartitionerTest {
    private static final long SEED = 7;

    @Test
    void keysGoWhereKafkasClientsSendThem() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            // Given
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);
            int partitions = 1 + random.nextInt(100);
            // When
            ByteBuffer amongOthers = ByteBuffer.allocate(key.length + 5).position(3);
            amongOthers.put(key).flip().position(3);
            // Then
            assertThat(Partitioner.byKey(amongOthers, partitions))
                    .as("seed %d, round %d", SEED, i)
                    .isEqualTo(Utils.toPositive(Utils.murmur2(key)) % partitions);
        }
    }

    @Test
    void recordsWithoutKeyStayUntilABatchIsFullAndReachEveryPartition() {
        // Given
        Random random = new Random(SEED);
        Partitioner partitioner = new Partitioner(random::nextLong, 1_000);
        int[] counts = new int[4];
        int changes = 0;
        int last = -1;
        // When
        for (int i = 0; i < 4_000; i++) {
            int partition = partitioner.withoutKey("t", 100, counts.length);
            counts[partition]++;
            changes += partition == last ? 0 : 1;
            last = partition;
        }
        // Then
        for (int count : counts) {
            assertThat(count).isBetween(600, 1_400);
        }
        assertThat(changes).isLessThanOrEqualTo(400);
    }
}
