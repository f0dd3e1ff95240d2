package io.zurau.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.protocol.MalformedMessage;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.Network;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
    private static final int MAX_FRAME = 8 << 20;
    private final BufferPool pool = new BufferPool(32 << 20);

    @Test
    void framesComeOutAsTheyWentInHoweverTheBytesArrive() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            // Given
            List<byte[]> frames = new ArrayList<>();
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            for (int i = 0; i < 30; i++) {
                byte[] frame = new byte[randomSize(random)];
                random.nextBytes(frame);
                frames.add(frame);
                stream.write(ByteBuffer.allocate(4).putInt(frame.length).array());
                stream.write(frame);
            }
            Pieces pieces = new Pieces(stream.toByteArray(), random);

            // When
            List<byte[]> read = new ArrayList<>();
            try (FrameReader reader = new FrameReader(pieces, pool, MAX_FRAME)) {
                ByteBuffer frame;
                while ((frame = reader.next()) != null) {
                    byte[] bytes = new byte[frame.remaining()];
                    frame.get(bytes);
                    read.add(bytes);
                }
            }

            // Then
            assertThat(read).as("seed %d", seed).hasSameSizeAs(frames);
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i)).as("seed %d frame %d", seed, i).isEqualTo(frames.get(i));
            }
            assertThat(pool.lentBytes()).isZero();
        }
    }

    private static int randomSize(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextInt(100);
            case 2 -> random.nextInt(5000);
            case 3 -> random.nextInt(100_000);
            default -> random.nextInt(3_000_000);
        };
    }

    @Test
    void aFrameBeyondTheLimitIsRefusedBeforeItIsRead() {
        // Given
        byte[] stream = ByteBuffer.allocate(4).putInt(MAX_FRAME + 1).array();

        // When, then
        assertRefused(stream, "socket.request.max.bytes");
    }

    @Test
    void aNegativeLengthIsRefused() {
        assertRefused(new byte[] {-1, -1, -1, -1}, "A frame of -1 bytes");
    }

    @Test
    void aStreamThatEndsWithinAFrameIsRefused() {
        assertRefused(new byte[] {0, 0, 0, 9, 1, 2}, "ends after 6 of 13 bytes");
    }

    private void assertRefused(byte[] stream, String message) {
        try (FrameReader reader =
                new FrameReader(new Pieces(stream, new Random(1)), pool, MAX_FRAME)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(MalformedMessage.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aClientThatOnlyClaimsToSendMuchGetsLittleRoom() {
        // Given
        BufferPool spied = new BufferPool(32 << 20);
        byte[] start = new byte[5000];
        ByteBuffer.wrap(start).putInt(8 << 20);
        FrameReader reader = new FrameReader(new Pieces(start, new Random(1)), spied, MAX_FRAME);

        // When
        assertThatThrownBy(reader::next).isInstanceOf(MalformedMessage.class);

        // Then
        assertThat(spied.lentBytes()).isLessThanOrEqualTo(1 << 20);
        reader.close();
        assertThat(spied.lentBytes()).isZero();
    }

    /// Hands out a stream in pieces of random size.
    private static final class Pieces implements Network.Connection {
        private final ByteBuffer stream;
        private final Random random;

        Pieces(byte[] stream, Random random) {
            this.stream = ByteBuffer.wrap(stream);
            this.random = random;
        }

        @Override
        public int read(ByteBuffer target) {
            assertThat(target.hasRemaining()).isTrue();
            if (!stream.hasRemaining()) {
                return -1;
            }
            int most = Math.min(target.remaining(), stream.remaining());
            int count = random.nextBoolean() ? most : 1 + random.nextInt(most);
            target.put(stream.slice(stream.position(), count));
            stream.position(stream.position() + count);
            return count;
        }

        @Override
        public void write(ByteBuffer... sources) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(DiskFile file, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String remoteHost() {
            return "host";
        }

        @Override
        public int remotePort() {
            return 1;
        }

        @Override
        public void close() {}
    }
}
