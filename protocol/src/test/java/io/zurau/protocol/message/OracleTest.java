package io.zurau.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.UnsupportedField;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every message at every version against Apache Kafka's own classes, with random contents.
class OracleTest {
    private static final int ROUNDS = 30;

    @Test
    void requestsAndResponsesAreKafkasAtEveryVersion() {
        assertThat(compareAll(Pairs.requestsAndResponses())).isEqualTo(618);
    }

    @Test
    void headersAndDataAreKafkasAtEveryVersion() {
        assertThat(compareAll(Pairs.headersAndData())).isEqualTo(22);
    }

    @Test
    void storedRecordsAreKafkasAtEveryVersion() {
        assertThat(compareAll(Pairs.records())).isEqualTo(102);
    }

    @Test
    void defaultsAreKafkas() {
        for (Pair pair : Pairs.all()) {
            assertThat(Pair.difference(pair.name(), pair.ourDefault(), pair.kafkasDefault()))
                    .isNull();
        }
    }

    /// Returns how many messages, each at one version, were compared.
    private static int compareAll(List<Pair> pairs) {
        int compared = 0;
        for (Pair pair : pairs) {
            for (int version : pair.versions()) {
                for (int seed = 0; seed < ROUNDS; seed++) {
                    compare(pair, version, seed);
                }
                compared++;
            }
        }
        return compared;
    }

    private static void compare(Pair pair, int version, int seed) {
        String what = pair.name() + " version " + version + " seed " + seed;
        ByteBuffer bytes = pair.random(version, seed);
        try {
            // When
            Message kafkas = pair.kafkaReads(bytes, version);
            ApiMessage ours = pair.weRead(bytes, version);

            // Then
            assertThat(Pair.difference(pair.name(), ours, kafkas)).as(what).isNull();
            ByteBuffer written = Pair.weWrite(ours, version);
            assertThat(written).as(what).isEqualTo(Pair.kafkaWrites(kafkas, version));
            assertThat(pair.weRead(written, version)).as(what).isEqualTo(ours);
        } catch (RuntimeException e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    @Test
    void whatAVersionCannotExpressIsRefusedOrDroppedAsKafkaDoes() {
        int refused = 0;
        for (Pair pair : Pairs.all()) {
            for (int from : pair.versions()) {
                for (int to : pair.versions()) {
                    refused += convert(pair, from, to) ? 0 : 1;
                }
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    /// Reads at one version and writes at another; returns whether the other can express it.
    private static boolean convert(Pair pair, int from, int to) {
        // Given
        String what = pair.name() + " from version " + from + " to " + to;
        ByteBuffer bytes = pair.random(from, from * 100L + to);

        // When
        ByteBuffer kafkas = writtenOrNull(() -> Pair.kafkaWrites(pair.kafkaReads(bytes, from), to));
        ByteBuffer ours = writtenOrNull(() -> Pair.weWrite(pair.weRead(bytes, from), to));

        // Then
        assertThat(ours).as(what).isEqualTo(kafkas);
        return ours != null;
    }

    /// Kafka refuses with a null pointer what is null in a version that allows none.
    private static @Nullable ByteBuffer writtenOrNull(Supplier<ByteBuffer> written) {
        try {
            return written.get();
        } catch (UnsupportedField | UnsupportedVersionException | NullPointerException e) {
            return null;
        }
    }

    @Test
    void aReaderTakesNoMoreThanItsMessage() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, 0, 0, 7, 0, 9});
        ProtocolReader in = new ProtocolReader(bytes);
        assertThat(ResponseHeader.read(in, 0).correlationId()).isEqualTo(7);
        assertThat(in.remaining()).isEqualTo(2);
    }
}
