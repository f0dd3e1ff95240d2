package io.zurau.broker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.protocol.Uuid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MetricsDataTest {
    private static final long TIME_NANOS = 1_700_000_000_000_000_000L;

    @Test
    void gaugesAndSumsAreReadWithTheirAttributes() {
        byte[] data =
                metricsData(
                        metric("a.gauge", message(5, point(1.5, "topic", "t"))),
                        metric("a.total", message(7, join(point(3, "k", "v"), varint(2, 2)))),
                        metric("an.increase", message(7, join(varint(2, 1), point(4, "k", "v")))),
                        metric("a.histogram", message(9, point(4, "k", "v"))));

        assertThat(read(data))
                .containsExactly(
                        new Sample(
                                "a.gauge",
                                Map.of("topic", "t"),
                                Sample.Kind.GAUGE,
                                1.5,
                                TIME_NANOS / 1_000_000),
                        new Sample(
                                "a.total",
                                Map.of("k", "v"),
                                Sample.Kind.TOTAL,
                                3,
                                TIME_NANOS / 1_000_000),
                        new Sample(
                                "an.increase",
                                Map.of("k", "v"),
                                Sample.Kind.INCREASE,
                                4,
                                TIME_NANOS / 1_000_000));
    }

    @Test
    void whateverComesIsReadOrMalformed() {
        byte[] data = metricsData(metric("a.gauge", message(5, point(1.5, "topic", "t"))));
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bent = data.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bent[random.nextInt(bent.length)] = (byte) random.nextInt();
            }
            assertThatCode(
                            () -> {
                                try {
                                    read(bent);
                                } catch (ProtobufReader.Malformed expected) {
                                    assertThat(expected.getMessage()).isNotEmpty();
                                }
                            })
                    .doesNotThrowAnyException();
        }
        for (int length = 1; length < data.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(data, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(ProtobufReader.Malformed.class);
        }
    }

    @Test
    void longTextsAreCut() {
        byte[] data = metricsData(metric("x".repeat(5_000), message(5, point(1, "k", "v"))));

        assertThat(read(data).getFirst().name()).hasSize(256);
    }

    @Test
    void countersAreSummedUpAndGaugesReplaced() {
        PushedMetrics pushed = new PushedMetrics();
        Client client = client(1);
        for (int i = 1; i <= 3; i++) {
            pushed.pushed(
                    client,
                    List.of(
                            new Sample("increase", Map.of(), Sample.Kind.INCREASE, i, i),
                            new Sample("total", Map.of(), Sample.Kind.TOTAL, i, i),
                            new Sample("gauge", Map.of(), Sample.Kind.GAUGE, i, i)));
        }

        assertThat(pushed.series())
                .extracting(
                        PushedMetrics.Series::name,
                        PushedMetrics.Series::counter,
                        PushedMetrics.Series::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("increase", true, 6.0),
                        org.assertj.core.groups.Tuple.tuple("total", true, 3.0),
                        org.assertj.core.groups.Tuple.tuple("gauge", false, 3.0));
        pushed.forget(client.instanceId());
        assertThat(pushed.series()).isEmpty();
    }

    @Test
    void memoryIsBoundedHoweverManyClientsAndSeriesThereAre() {
        PushedMetrics pushed = new PushedMetrics();
        for (int i = 0; i < 200; i++) {
            List<Sample> samples = new ArrayList<>();
            for (int j = 0; j < 1_100; j++) {
                samples.add(new Sample("m" + j, Map.of(), Sample.Kind.GAUGE, j, j));
            }
            pushed.pushed(client(i), samples);
        }

        assertThat(pushed.series()).hasSizeBetween(100_000, 112_000);
        assertThat(pushed.dropped()).isEqualTo(200 * 100);
        assertThat(pushed.series().getLast().client())
                .containsEntry(Client.INSTANCE_ID, client(199).instanceId().toString());
    }

    private static Client client(int number) {
        Uuid id = new Uuid(1, number);
        return new Client(id, new TreeMap<>(Map.of(Client.INSTANCE_ID, id.toString())));
    }

    private static List<Sample> read(byte[] data) {
        List<Sample> samples = new ArrayList<>();
        MetricsData.read(ByteBuffer.wrap(data), samples::add);
        return samples;
    }

    private static byte[] metricsData(byte[]... metrics) {
        return message(1, message(2, join(metrics)));
    }

    private static byte[] metric(String name, byte[] data) {
        return message(2, join(message(1, name.getBytes(StandardCharsets.UTF_8)), data));
    }

    private static byte[] point(double value, String key, String attribute) {
        byte[] attributes =
                message(
                        7,
                        join(
                                message(1, key.getBytes(StandardCharsets.UTF_8)),
                                message(
                                        2,
                                        message(1, attribute.getBytes(StandardCharsets.UTF_8)))));
        return message(
                1,
                join(
                        fixed64(3, TIME_NANOS),
                        fixed64(4, Double.doubleToLongBits(value)),
                        attributes));
    }

    private static byte[] message(int field, byte[] content) {
        return join(number((field << 3) | 2), number(content.length), content);
    }

    private static byte[] varint(int field, int value) {
        return join(number(field << 3), number(value));
    }

    private static byte[] fixed64(int field, long value) {
        return join(
                number((field << 3) | 1),
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    private static byte[] number(int value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int rest = value;
        while (rest >= 0x80) {
            bytes.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write(rest);
        return bytes.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
