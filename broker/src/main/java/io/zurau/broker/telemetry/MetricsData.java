package io.zurau.broker.telemetry;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads OpenTelemetry's `MetricsData` (OTLP, version 1), the form in which clients push (KIP-714):
/// gauges and sums, which is what Kafka's clients have. Histograms and summaries are passed over.
final class MetricsData {
    private static final int MOST_ATTRIBUTES = 16;
    private static final int DELTA = 1;

    private MetricsData() {}

    /// @throws ProtobufReader.Malformed if the bytes are not that
    static void read(ByteBuffer bytes, Consumer<Sample> samples) {
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> resource(in.message(), samples);
                default -> in.skip();
            }
        }
    }

    /// What stands about the resource is the client, which is known otherwise.
    private static void resource(ProtobufReader in, Consumer<Sample> samples) {
        while (in.next()) {
            switch (in.field()) {
                case 2 -> scope(in.message(), samples);
                default -> in.skip();
            }
        }
    }

    private static void scope(ProtobufReader in, Consumer<Sample> samples) {
        while (in.next()) {
            switch (in.field()) {
                case 2 -> metric(in.message(), samples);
                default -> in.skip();
            }
        }
    }

    private static void metric(ProtobufReader in, Consumer<Sample> samples) {
        String name = "";
        ProtobufReader gauge = null;
        ProtobufReader sum = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = Client.shortened(in.text());
                case 5 -> gauge = in.message();
                case 7 -> sum = in.message();
                default -> in.skip();
            }
        }
        if (gauge != null) {
            points(gauge, name, Sample.Kind.GAUGE, samples);
        } else if (sum != null) {
            points(sum, name, kind(sum.again()), samples);
        }
    }

    /// The temporality may stand behind the points.
    private static Sample.Kind kind(ProtobufReader sum) {
        long temporality = 0;
        while (sum.next()) {
            switch (sum.field()) {
                case 2 -> temporality = sum.number();
                default -> sum.skip();
            }
        }
        return temporality == DELTA ? Sample.Kind.INCREASE : Sample.Kind.TOTAL;
    }

    private static void points(
            ProtobufReader in, String name, Sample.Kind kind, Consumer<Sample> samples) {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> samples.accept(point(in.message(), name, kind));
                default -> in.skip();
            }
        }
    }

    private static Sample point(ProtobufReader in, String name, Sample.Kind kind) {
        Map<String, String> attributes = new TreeMap<>();
        long timeNanos = 0;
        double value = 0;
        while (in.next()) {
            switch (in.field()) {
                case 3 -> timeNanos = in.fixed64();
                case 4 -> value = in.fixedDouble();
                case 6 -> value = in.fixed64();
                case 7 -> attribute(in.message(), attributes);
                default -> in.skip();
            }
        }
        return new Sample(
                name,
                Collections.unmodifiableMap(attributes),
                kind,
                value,
                Math.max(0, timeNanos / 1_000_000));
    }

    private static void attribute(ProtobufReader in, Map<String, String> attributes) {
        String key = "";
        String value = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = Client.shortened(in.text());
                case 2 -> value = value(in.message());
                default -> in.skip();
            }
        }
        if (value != null && attributes.size() < MOST_ATTRIBUTES) {
            attributes.put(key, value);
        }
    }

    /// Null for lists and the like.
    private static @Nullable String value(ProtobufReader in) {
        String value = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> value = Client.shortened(in.text());
                case 2 -> value = Boolean.toString(in.number() != 0);
                case 3 -> value = Long.toString(in.number());
                case 4 -> value = Double.toString(in.fixedDouble());
                default -> in.skip();
            }
        }
        return value;
    }
}
