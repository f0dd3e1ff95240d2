package io.zurau.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Broken bytes: the only way to fail is [MalformedMessage], and a lie about a length allocates
/// nothing.
class FuzzTest {
    private static final int MUTANTS = 25;

    /// A list of the smallest structs costs this much memory per byte of message, the fixed part
    /// aside.
    private static final long BYTES_PER_BYTE = 200;

    /// What loading classes on the way may take; a lie about a length would ask for gigabytes.
    private static final long FIXED_BYTES = 1 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int refused;

    @Test
    void brokenMessagesAreMalformedAndNothingElse() {
        int read = 0;
        for (Pair pair : Pairs.all()) {
            for (int version : pair.versions()) {
                pair.weRead(pair.random(version, 0), version); // Loads the classes.
                for (int seed = 0; seed < MUTANTS; seed++) {
                    read(pair, version, seed);
                    read++;
                }
            }
        }
        assertThat(read).isEqualTo(742 * MUTANTS);
        assertThat(refused).isGreaterThan(read / 4);
    }

    private void read(Pair pair, int version, int seed) {
        String what = pair.name() + " version " + version + " seed " + seed;
        Random random = new Random(seed);
        byte[] bytes = broken(pair.random(version, seed), random);
        ByteBuffer buffer = seed % 2 == 0 ? ByteBuffer.wrap(bytes) : direct(bytes);
        ProtocolReader in = new ProtocolReader(buffer);
        RuntimeException failure = null;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            pair.weRead(in, version);
            in.expectEnd();
        } catch (RuntimeException e) {
            failure = e;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as(what).isLessThan(FIXED_BYTES + BYTES_PER_BYTE * bytes.length);
        if (failure != null) {
            assertThat(failure).as(what).isInstanceOf(MalformedMessage.class);
            assertThat(failure.getMessage()).as(what).endsWith(".");
            refused++;
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /// Cuts the message short, changes some bytes, or writes a huge length somewhere.
    private static byte[] broken(ByteBuffer message, Random random) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        if (bytes.length == 0) {
            return new byte[] {0};
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> {
                for (int i = 0; i < 3; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            default -> {
                int place = random.nextInt(bytes.length);
                byte huge = (byte) (random.nextBoolean() ? 0x7f : 0xff);
                Arrays.fill(bytes, place, Math.min(place + 4, bytes.length), huge);
            }
        }
        return bytes;
    }
}
