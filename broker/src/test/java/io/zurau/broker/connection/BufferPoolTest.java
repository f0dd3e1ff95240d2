package io.zurau.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class BufferPoolTest {
    private static final int MIB = 1 << 20;

    @Test
    void aBufferThatCameBackIsLentAgain() throws Exception {
        // Given
        BufferPool pool = new BufferPool(4 * MIB);
        ByteBuffer first = pool.borrow(20_000);
        first.putInt(42);

        // When
        pool.giveBack(first);
        ByteBuffer second = pool.borrow(30_000);

        // Then
        assertThat(second).isSameAs(first);
        assertThat(second.position()).isZero();
    }

    @Test
    void whoAsksForMoreThanTheLimitLeavesWaitsForItsTurn() throws Exception {
        // Given
        BufferPool pool = new BufferPool(2 * MIB);
        ByteBuffer first = pool.borrow(2 * MIB);
        CountDownLatch got = new CountDownLatch(1);
        Thread waiting =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        pool.borrow(MIB);
                                        got.countDown();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        // When
        assertThat(got.getCount()).isOne();
        pool.giveBack(first);

        // Then
        got.await();
        assertThat(pool.lentBytes()).isEqualTo(MIB);
    }

    @Test
    void oneRequestLargerThanTheLimitIsReadAlone() throws Exception {
        // Given
        BufferPool pool = new BufferPool(MIB);

        // When
        ByteBuffer huge = pool.borrow(5 * MIB);

        // Then
        assertThat(huge.capacity()).isGreaterThanOrEqualTo(5 * MIB);
    }

    @Test
    void silentClientsKeepNoMoreThanHalf() {
        // Given
        BufferPool pool = new BufferPool(2 * MIB);

        // When
        ByteBuffer kept = pool.tryBorrow(MIB);
        ByteBuffer tooMuch = pool.tryBorrow(20_000);

        // Then
        assertThat(kept).isNotNull();
        assertThat(tooMuch).isNull();
    }
}
