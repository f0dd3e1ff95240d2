package io.zurau.protocol.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each codec, at its levels, from and to all kinds of memory, within bounds.
class CompressionTest {
    private static final int BOUND = 1 << 24;

    private final Compressors compressors = new Compressors();
    private final Decompressors decompressors = new Decompressors();

    @AfterEach
    void close() {
        compressors.close();
        decompressors.close();
    }

    static Stream<Arguments> levels() {
        return Stream.of(Compression.values())
                .flatMap(
                        codec ->
                                IntStream.of(
                                                -131072,
                                                -1,
                                                codec.minLevel(),
                                                codec.defaultLevel(),
                                                codec.maxLevel())
                                        .distinct()
                                        .filter(codec::accepts)
                                        .mapToObj(level -> Arguments.of(codec, level)));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void whatIsCompressedIsReadBackByUsAndByKafka(Compression codec, int level) throws IOException {
        for (int length : new int[] {0, 1, 31, 32 * 1024, 64 * 1024 + 1, 300_000}) {
            // Given
            byte[] bytes = text(length, level);

            // When
            ByteBuffer compressed = compress(codec, level, bytes);

            // Then
            assertThat(decompress(codec, compressed)).as("%d bytes", length).isEqualTo(bytes);
            assertThat(decompress(codec, direct(compressed))).isEqualTo(bytes);
            assertThat(decompress(codec, compressed.asReadOnlyBuffer())).isEqualTo(bytes);
            assertThat(kafkaDecompresses(codec, compressed)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void memoryIsBoundedByPieces(Compression codec) {
        if (codec == Compression.NONE) {
            return; // Its one piece is the input.
        }
        // Given
        ByteBuffer compressed = compress(codec, codec.defaultLevel(), new byte[BOUND]);

        // When
        Decompressor decompressor = decompressors.of(codec);
        decompressor.begin(compressed, BOUND);
        int total = 0;
        int largest = 0;
        for (ByteBuffer piece = decompressor.next(); piece != null; piece = decompressor.next()) {
            total += piece.remaining();
            largest = Math.max(largest, piece.remaining());
        }

        // Then
        assertThat(total).isEqualTo(BOUND);
        assertThat(largest).isLessThanOrEqualTo(128 * 1024);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void bytesBeyondTheBoundAreRefused(Compression codec) {
        // Given
        ByteBuffer bomb = compress(codec, codec.defaultLevel(), new byte[BOUND]);

        // Then
        assertThatThrownBy(() -> decompressors.decompress(codec, bomb.duplicate(), BOUND - 1))
                .isInstanceOf(BadCompression.class)
                .hasMessageContaining("exceed");
        assertThat(decompressors.decompress(codec, bomb, BOUND).remaining()).isEqualTo(BOUND);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void truncatedBytesAreRefusedOrGiveLess(Compression codec) {
        // Given
        byte[] bytes = text(100_000, 7);
        ByteBuffer whole = compress(codec, codec.defaultLevel(), bytes);
        int refused = 0;

        // When
        for (int length = 0; length < whole.limit(); length += 1 + whole.limit() / 200) {
            try {
                // Then
                assertThat(decompress(codec, whole.slice(0, length))).hasSizeLessThan(bytes.length);
            } catch (BadCompression cut) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(150);
    }

    @Test
    void idsNamesAndLevelsAreKafkas() {
        for (Compression codec : Compression.values()) {
            CompressionType kafkas = CompressionType.forId(codec.id());
            assertThat(codec.kafkaName()).isEqualTo(kafkas.name);
            assertThat(Compression.ofName(kafkas.name)).contains(codec);
            assertThat(Compression.ofId(codec.id())).contains(codec);
            if (codec == Compression.GZIP
                    || codec == Compression.LZ4
                    || codec == Compression.ZSTD) {
                assertThat(codec.minLevel()).isEqualTo(kafkas.minLevel());
                assertThat(codec.maxLevel()).isEqualTo(kafkas.maxLevel());
                assertThat(codec.defaultLevel()).isEqualTo(kafkas.defaultLevel());
                assertThat(codec.accepts(codec.maxLevel() + 1)).isFalse();
            }
        }
        assertThat(Compression.ofId(5)).isEmpty();
        assertThat(Compression.ofId(-1)).isEmpty();
        assertThat(Compression.ofName("producer")).isEmpty();
    }

    private ByteBuffer compress(Compression codec, int level, byte[] bytes) {
        GrowableBytes target = new GrowableBytes(1);
        compressors.of(codec, level).compress(bytes, 0, bytes.length, target);
        return target.view(0);
    }

    private byte[] decompress(Compression codec, ByteBuffer compressed) {
        ByteBuffer result = decompressors.decompress(codec, compressed.duplicate(), BOUND);
        byte[] bytes = new byte[result.remaining()];
        result.get(bytes);
        return bytes;
    }

    static byte[] kafkaDecompresses(Compression codec, ByteBuffer compressed) throws IOException {
        var kafkas =
                org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id()))
                        .build();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (var in =
                kafkas.wrapForInput(compressed.duplicate(), (byte) 2, BufferSupplier.NO_CACHING)) {
            in.transferTo(result);
        }
        return result.toByteArray();
    }

    static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /// Bytes that shorten by a half or so.
    static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 7 < 3 ? 'a' : random.nextInt(64));
        }
        return bytes;
    }
}
