package io.zurau.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.junit.jupiter.api.Test;

/// The few bytes before a stored message, compared with what Apache Kafka writes.
class FramingTest {
    private static final String GROUP = "org.apache.kafka.coordinator.group.generated.";

    @Test
    void keysOfTheCoordinatorBeginWithTheirType() {
        for (Pair pair : Pairs.family(GroupRecordKey.class, GROUP)) {
            ByteBuffer bytes = pair.random(0, 5);
            GroupRecordKey ours = (GroupRecordKey) pair.weRead(bytes, 0);
            ApiMessage kafkas = (ApiMessage) pair.kafkaReads(bytes, 0);

            ProtocolWriter out = new ProtocolWriter();
            ours.writeFramed(out);

            assertThat(out.toBuffer())
                    .isEqualTo(ByteBuffer.wrap(MessageUtil.toCoordinatorTypePrefixedBytes(kafkas)));
            assertThat(GroupRecordKey.readFramed(new ProtocolReader(out.toBuffer())))
                    .contains(ours);
        }
    }

    @Test
    void valuesOfTheCoordinatorBeginWithTheirVersion() {
        for (Pair pair : Pairs.family(GroupRecordValue.class, GROUP)) {
            for (int version : pair.versions()) {
                ByteBuffer bytes = pair.random(version, 5);
                GroupRecordValue ours = (GroupRecordValue) pair.weRead(bytes, version);

                ProtocolWriter out = new ProtocolWriter();
                ours.writeFramed(out, version);

                assertThat(out.toBuffer())
                        .isEqualTo(
                                MessageUtil.toVersionPrefixedByteBuffer(
                                        (short) version, pair.kafkaReads(bytes, version)));
                ProtocolReader in = new ProtocolReader(out.toBuffer());
                assertThat(GroupRecordValue.readFramed(ours.recordType(), in)).contains(ours);
            }
        }
    }

    @Test
    void metadataRecordsBeginWithFrameTypeAndVersion() {
        MetadataRecordSerde serde = new MetadataRecordSerde();
        for (Pair pair : Pairs.family(MetadataRecord.class, "org.apache.kafka.common.metadata.")) {
            for (int version : pair.versions()) {
                ByteBuffer bytes = pair.random(version, 5);
                MetadataRecord ours = (MetadataRecord) pair.weRead(bytes, version);
                ApiMessageAndVersion kafkas =
                        new ApiMessageAndVersion(
                                (ApiMessage) pair.kafkaReads(bytes, version), (short) version);
                ObjectSerializationCache cache = new ObjectSerializationCache();
                ByteBufferAccessor written =
                        new ByteBufferAccessor(
                                ByteBuffer.allocate(serde.recordSize(kafkas, cache)));
                serde.write(kafkas, cache, written);
                written.flip();

                ProtocolWriter out = new ProtocolWriter();
                ours.writeFramed(out, version);

                assertThat(out.toBuffer()).isEqualTo(written.buffer());
                assertThat(MetadataRecord.readFramed(new ProtocolReader(out.toBuffer())))
                        .contains(ours);
            }
        }
    }

    @Test
    void unknownTypesAreLeftToTheCaller() {
        ByteBuffer key = ByteBuffer.wrap(new byte[] {0x7f, 0, 1, 2});
        assertThat(GroupRecordKey.readFramed(new ProtocolReader(key))).isEqualTo(Optional.empty());
    }

    @Test
    void unknownVersionsAreMalformed() {
        ByteBuffer value = ByteBuffer.wrap(new byte[] {0, 99, 0, 0});
        assertThatThrownBy(() -> GroupRecordValue.readFramed(1, new ProtocolReader(value)))
                .isInstanceOf(MalformedMessage.class)
                .hasMessage("Version 99 of OffsetCommitValue is not known.");
        ByteBuffer frame = ByteBuffer.wrap(new byte[] {2, 3, 0});
        assertThatThrownBy(() -> MetadataRecord.readFramed(new ProtocolReader(frame)))
                .isInstanceOf(MalformedMessage.class);
    }
}
