package io.zurau.protocol.compression;

import static io.zurau.protocol.compression.CompressionTest.kafkaDecompresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

/// Compressed bytes as other clients write them: we read what Kafka reads, and refuse what it
/// refuses.
class ForeignFramesTest {
    private static final byte[] BYTES = CompressionTest.text(200_000, 1);
    private static final int BOUND = 1 << 20;

    private final Decompressors decompressors = new Decompressors();

    @AfterEach
    void close() {
        decompressors.close();
    }

    @ParameterizedTest
    @EnumSource(BLOCKSIZE.class)
    void lz4WithChecksumsAndContentSizeIsRead(BLOCKSIZE blockSize) throws IOException {
        // Given
        FLG.Bits[] all = {
            FLG.Bits.BLOCK_INDEPENDENCE,
            FLG.Bits.BLOCK_CHECKSUM,
            FLG.Bits.CONTENT_CHECKSUM,
            FLG.Bits.CONTENT_SIZE
        };
        for (int flags = 1; flags <= all.length; flags++) {
            FLG.Bits[] bits = Arrays.copyOf(all, flags);

            // When
            byte[] frame =
                    written(out -> new LZ4FrameOutputStream(out, blockSize, BYTES.length, bits));

            // Then
            assertReadAsKafkaDoes(Compression.LZ4, frame);
        }
    }

    @Test
    void anLz4BlockThatDoesNotMatchItsChecksumIsRefused() throws IOException {
        // Given
        byte[] frame =
                written(
                        out ->
                                new LZ4FrameOutputStream(
                                        out,
                                        BLOCKSIZE.SIZE_64KB,
                                        FLG.Bits.BLOCK_INDEPENDENCE,
                                        FLG.Bits.BLOCK_CHECKSUM));
        frame[frame.length / 2] ^= 1;

        // Then
        assertRefusedAsByKafka(Compression.LZ4, frame, "checksum");
    }

    @Test
    void lz4BlocksThatDependOnOneAnotherAreRefused() throws IOException {
        // Given
        byte[] frame = compressed(Compression.LZ4);
        frame[4] &= (byte) ~0x20;

        // Then
        assertRefusedAsByKafka(Compression.LZ4, frame, "dependent blocks");
    }

    @Test
    void bytesBehindAnLz4FrameAreIgnored() throws IOException {
        assertReadAsKafkaDoes(Compression.LZ4, twice(compressed(Compression.LZ4)), 1);
    }

    @Test
    void severalGzipMembersAreRead() throws IOException {
        assertReadAsKafkaDoes(Compression.GZIP, twice(written(GZIPOutputStream::new)), 2);
    }

    @Test
    void bytesBehindAGzipMemberAreIgnored() throws IOException {
        byte[] member = compressed(Compression.GZIP);
        assertReadAsKafkaDoes(Compression.GZIP, Arrays.copyOf(member, member.length + 30), 1);
    }

    @Test
    void gzipHeadersMayNameAFile() throws IOException {
        // Given
        byte[] member = compressed(Compression.GZIP);
        byte[] extras = {3, 0, 'x', 'y', 'z', 'n', 0, 'c', 0};
        byte[] named = new byte[member.length + extras.length];
        System.arraycopy(member, 0, named, 0, 10);
        System.arraycopy(extras, 0, named, 10, extras.length);
        System.arraycopy(member, 10, named, 10 + extras.length, member.length - 10);
        named[3] = 4 | 8 | 16; // Extra field, name, comment.

        // Then
        assertReadAsKafkaDoes(Compression.GZIP, named);
    }

    @Test
    void aGzipMemberThatDoesNotMatchItsChecksumIsRefused() throws IOException {
        // Given
        byte[] member = compressed(Compression.GZIP);
        member[member.length - 8] ^= 1;

        // Then
        assertRefusedAsByKafka(Compression.GZIP, member, "checksum");
    }

    @Test
    void snappyWithoutFramingIsRead() throws IOException {
        assertReadAsKafkaDoes(Compression.SNAPPY, Snappy.compress(BYTES));
    }

    @Test
    void severalSnappyStreamsAndLargeBlocksAreRead() throws IOException {
        byte[] stream = written(out -> new SnappyOutputStream(out, 1 << 20));
        assertReadAsKafkaDoes(Compression.SNAPPY, twice(stream), 2);
    }

    @Test
    void aSnappyBlockThatSaysItIsHugeIsRefusedBeforeItIsAllocated() {
        // Given
        byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0, 0, 0};

        // Then
        assertThatThrownBy(
                        () ->
                                decompressors.decompress(
                                        Compression.SNAPPY, ByteBuffer.wrap(huge), 1 << 30))
                .isInstanceOf(BadCompression.class)
                .hasMessageStartingWith("A snappy block");
    }

    @Test
    void severalZstdFramesOfUnknownContentSizeAreRead() throws IOException {
        byte[] frame = written(out -> new ZstdOutputStreamNoFinalizer(out, 19).setChecksum(true));
        assertReadAsKafkaDoes(Compression.ZSTD, twice(frame), 2);
    }

    @Test
    void aZstdFrameThatDoesNotMatchItsChecksumIsRefused() throws IOException {
        // Given
        byte[] frame = written(out -> new ZstdOutputStreamNoFinalizer(out, 3).setChecksum(true));
        frame[frame.length - 1] ^= 1;

        // Then
        assertRefusedAsByKafka(Compression.ZSTD, frame, "checksum");
    }

    @Test
    void bytesOfAnotherCodecAreRefused() throws IOException {
        Stream.of(Compression.GZIP, Compression.LZ4, Compression.ZSTD)
                .forEach(
                        codec ->
                                assertThatThrownBy(
                                                () -> decompress(codec, Arrays.copyOf(BYTES, 50)))
                                        .isInstanceOf(BadCompression.class));
    }

    private void assertReadAsKafkaDoes(Compression codec, byte[] frame) throws IOException {
        assertReadAsKafkaDoes(codec, frame, 1);
    }

    private void assertReadAsKafkaDoes(Compression codec, byte[] frame, int times)
            throws IOException {
        byte[] expected = times == 1 ? BYTES : twice(BYTES);
        assertThat(kafkaDecompresses(codec, ByteBuffer.wrap(frame))).isEqualTo(expected);
        assertThat(decompress(codec, frame)).isEqualTo(expected);
        ByteBuffer direct = CompressionTest.direct(ByteBuffer.wrap(frame));
        assertThat(decompressors.decompress(codec, direct, BOUND))
                .isEqualTo(ByteBuffer.wrap(expected));
    }

    private void assertRefusedAsByKafka(Compression codec, byte[] frame, String why) {
        assertThatThrownBy(() -> kafkaDecompresses(codec, ByteBuffer.wrap(frame)))
                .isInstanceOf(Exception.class);
        assertThatThrownBy(() -> decompress(codec, frame))
                .isInstanceOf(BadCompression.class)
                .hasMessageContaining(why);
    }

    private byte[] decompress(Compression codec, byte[] frame) {
        ByteBuffer result = decompressors.decompress(codec, ByteBuffer.wrap(frame), BOUND);
        byte[] bytes = new byte[result.remaining()];
        result.get(bytes);
        return bytes;
    }

    private static byte[] compressed(Compression codec) {
        try (Compressors compressors = new Compressors()) {
            GrowableBytes target = new GrowableBytes(1);
            compressors.of(codec, codec.defaultLevel()).compress(BYTES, 0, BYTES.length, target);
            return Arrays.copyOf(target.array(), target.size());
        }
    }

    private interface Codec {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] written(Codec codec) throws IOException {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (OutputStream out = codec.over(result)) {
            out.write(BYTES);
        }
        return result.toByteArray();
    }

    private static byte[] twice(byte[] bytes) {
        byte[] both = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
        return both;
    }
}
