package io.zurau.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.FetchResponse.FetchableTopicResponse;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.utils.internals.ByteUtils;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void varintsAreKafkas() {
        int[] values = {0, 1, 127, 128, 16_383, 16_384, 1 << 21, 1 << 28, Integer.MAX_VALUE, -1};
        for (int value : values) {
            ByteBuffer kafkas = ByteBuffer.allocate(5);
            ByteUtils.writeUnsignedVarint(value, kafkas);
            ProtocolWriter out = new ProtocolWriter();
            out.writeUnsignedVarint(value);
            assertThat(out.toBuffer()).isEqualTo(kafkas.flip());
            assertThat(reader(out).readUnsignedVarint()).isEqualTo(value);
        }
    }

    @Test
    void varintsOfMoreThan32BitsAreMalformed() {
        assertMalformed(in -> in.readUnsignedVarint(), 0xff, 0xff, 0xff, 0xff, 0x10);
        assertMalformed(in -> in.readUnsignedVarint(), 0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
        assertMalformed(in -> in.readUnsignedVarint(), 0x80);
    }

    @Test
    void lengthsBeyondTheBytesAreMalformed() {
        assertMalformed(in -> in.readString(false), 0x7f, 0xff, 'a');
        assertMalformed(in -> in.readString(false), 0xff, 0xfe);
        assertMalformed(in -> in.readString(true), 3, 'a');
        assertMalformed(in -> in.readBytes(true), 0xff, 0xff, 0xff, 0xff, 0x0f);
        assertMalformed(in -> in.readNullableBytes(false), 0x80, 0, 0, 0);
        assertMalformed(in -> in.readIntList(true), 3, 0, 0, 0, 0);
        assertMalformed(in -> in.readUuidList(false), 0x7f, 0xff, 0xff, 0xff, 0);
        assertMalformed(in -> in.readTagCount(), 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0);
    }

    @Test
    void nullIsMalformedWhereNoneIsAllowed() {
        assertMalformed(in -> in.readString(true), 0);
        assertMalformed(in -> in.readString(false), 0xff, 0xff);
        assertMalformed(in -> in.readBytes(true), 0);
        assertMalformed(in -> in.readStringList(false), 0xff, 0xff, 0xff, 0xff);
        assertMalformed(in -> in.readCount(true), 0);
    }

    @Test
    void whatFollowsTheMessageIsMalformed() {
        assertMalformed(ProtocolReader::expectEnd, 1);
    }

    @Test
    void tagsMustAscendAndBeReadToTheirEnd() {
        assertMalformed(in -> in.readTag(in.readTag(-1)), 3, 3);
        assertMalformed(in -> in.leaveTag(in.enterTag()), 1, 0);
        assertMalformed(in -> in.enterTag(), 2, 0);
    }

    @Test
    void aTaggedFieldCannotReadBeyondItself() {
        assertMalformed(
                in -> {
                    in.enterTag();
                    in.readInt();
                },
                2,
                0,
                0,
                0,
                0);
    }

    @Test
    void stringsAreReadFromArraysAndFromDirectMemory() {
        ProtocolWriter out = new ProtocolWriter(1);
        out.writeString("größer 漢 😀", true);
        out.writeNullableString(null, true);
        ByteBuffer bytes = out.toBuffer();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
        for (ByteBuffer buffer : List.of(bytes, direct, direct.asReadOnlyBuffer())) {
            ProtocolReader in = new ProtocolReader(buffer.order(ByteOrder.LITTLE_ENDIAN));
            assertThat(in.readString(true)).isEqualTo("größer 漢 😀");
            assertThat(in.readNullableString(true)).isNull();
            in.expectEnd();
        }
    }

    @Test
    void stringsBeyondTheirLengthFieldAreNotWritten() {
        assertThatThrownBy(() -> new ProtocolWriter().writeString("x".repeat(32_768), true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTaggedFieldOfAnySizeFollowsItsSize() {
        Random random = new Random(7);
        for (int size : new int[] {0, 1, 126, 127, 128, 129, 16_383, 16_384, 70_000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            ProtocolWriter out = new ProtocolWriter(8);
            int start = out.enterTag(5);
            out.writeRaw(ByteBuffer.wrap(content));
            out.leaveTag(start);
            out.writeByte((byte) 9);

            ProtocolReader in = reader(out);
            assertThat(in.readTag(-1)).isEqualTo(5);
            int outer = in.enterTag();
            assertThat(in.readRest()).isEqualTo(ByteBuffer.wrap(content));
            in.leaveTag(outer);
            assertThat(in.readByte()).isEqualTo((byte) 9);
            in.expectEnd();
        }
    }

    @Test
    void payloadsAreHandedOnAsTheyAre() {
        // Given
        List<Payload> payloads = new ArrayList<>();
        List<PartitionData> partitions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Payload payload = new OnDisk(ByteBuffer.wrap(new byte[] {(byte) i, 1, 2}));
            payloads.add(payload);
            partitions.add(PartitionData.builder().partitionIndex(i).records(payload).build());
        }
        partitions.add(PartitionData.builder().partitionIndex(3).records(Payload.EMPTY).build());
        FetchResponse response =
                FetchResponse.builder()
                        .responses(
                                List.of(
                                        FetchableTopicResponse.builder()
                                                .partitions(partitions)
                                                .build()))
                        .build();

        // When
        ProtocolWriter out = new ProtocolWriter();
        response.write(out, 17);

        // Then
        assertThat(out.parts()).containsAll(payloads).hasSize(7);
        assertThat(out.parts().stream().mapToInt(Payload::sizeInBytes).sum())
                .isEqualTo(out.sizeInBytes());
        FetchResponse read = FetchResponse.read(new ProtocolReader(out.toBuffer()), 17);
        assertThat(read.responses().getFirst().partitions().get(1).records())
                .isEqualTo(Payload.of(ByteBuffer.wrap(new byte[] {1, 1, 2})));
    }

    @Test
    void aLengthIsPatchedWhenItIsKnown() {
        ProtocolWriter out = new ProtocolWriter(2);
        out.writeInt(0);
        out.writeLong(5);
        out.patchInt(0, out.sizeInBytes() - 4);
        assertThat(reader(out).readInt()).isEqualTo(8);
    }

    @Test
    void unknownTagsComeInOrder() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1});
        assertThatThrownBy(
                        () ->
                                new UnknownTags(
                                        List.of(
                                                new UnknownTags.Tag(4, bytes),
                                                new UnknownTags.Tag(3, bytes))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsPrintAndParseAsKafkas() {
        Random random = new Random(3);
        for (int i = 0; i < 100; i++) {
            Uuid ours = new Uuid(random.nextLong(), random.nextLong());
            String kafkas =
                    new org.apache.kafka.common.Uuid(
                                    ours.mostSignificantBits(), ours.leastSignificantBits())
                            .toString();
            assertThat(ours).hasToString(kafkas);
            assertThat(Uuid.parse(kafkas)).isEqualTo(ours);
        }
        assertThatThrownBy(() -> Uuid.parse("AAAA")).isInstanceOf(IllegalArgumentException.class);
    }

    /// Bytes that only the test knows how to get.
    private record OnDisk(ByteBuffer content) implements Payload {
        @Override
        public int sizeInBytes() {
            return content.remaining();
        }

        @Override
        public ByteBuffer toBuffer() {
            return content.duplicate();
        }
    }

    private interface Read {
        void from(ProtocolReader in);
    }

    private static void assertMalformed(Read read, int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int value : bytes) {
            buffer.put((byte) value);
        }
        assertThatThrownBy(() -> read.from(new ProtocolReader(buffer.flip())))
                .isInstanceOf(MalformedMessage.class);
    }

    private static ProtocolReader reader(ProtocolWriter out) {
        return new ProtocolReader(out.toBuffer());
    }
}
