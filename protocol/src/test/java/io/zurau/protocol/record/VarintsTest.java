package io.zurau.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.utils.internals.ByteUtils;
import org.junit.jupiter.api.Test;

class VarintsTest {
    private static final int RANDOM_NUMBERS = 10_000;

    @Test
    void numbersAreKafkasToTheByte() {
        // Given
        long seed = 5;
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_NUMBERS; i++) {
            long value = random.nextLong() >> random.nextInt(Long.SIZE);
            int small = (int) value;
            ByteBuffer kafkas = ByteBuffer.allocate(30);
            byte[] ours = new byte[30];

            // When
            ByteUtils.writeVarlong(value, kafkas);
            ByteUtils.writeVarint(small, kafkas);
            int middle = Varints.writeLong(value, ours, 0);
            int end = Varints.writeInt(small, ours, middle);

            // Then
            assertThat(ours).as("seed %d, number %d", seed, value).isEqualTo(kafkas.array());
            assertThat(Varints.sizeOf(value)).isEqualTo(middle);
            assertThat(Varints.sizeOf(small)).isEqualTo(end - middle);
            kafkas.flip();
            assertThat(Varints.readLong(kafkas)).isEqualTo(value);
            assertThat(Varints.readInt(kafkas)).isEqualTo(small);
        }
    }

    @Test
    void theExtremesFit() {
        byte[] bytes = new byte[10];
        for (long value : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(Varints.writeLong(value, bytes, 0)).isEqualTo(Varints.sizeOf(value));
            assertThat(Varints.readLong(ByteBuffer.wrap(bytes))).isEqualTo(value);
        }
        for (int value : new int[] {0, -1, 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThat(Varints.writeInt(value, bytes, 0)).isEqualTo(Varints.sizeOf(value));
            assertThat(Varints.readInt(ByteBuffer.wrap(bytes))).isEqualTo(value);
        }
    }

    @Test
    void numbersThatAreCutOffOrTooLongAreRefused() {
        ByteBuffer cut = ByteBuffer.wrap(new byte[] {-1, -1});
        ByteBuffer endless =
                ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0});

        assertThatThrownBy(() -> Varints.readInt(cut.duplicate()))
                .isInstanceOf(CorruptRecords.class)
                .hasMessage("A varint is cut off.");
        assertThatThrownBy(() -> Varints.readInt(endless.duplicate()))
                .isInstanceOf(CorruptRecords.class)
                .hasMessage("A varint is longer than 5 bytes.");
        assertThatThrownBy(() -> Varints.readLong(endless.duplicate()))
                .isInstanceOf(CorruptRecords.class)
                .hasMessage("A varlong is longer than 10 bytes.");
    }
}
