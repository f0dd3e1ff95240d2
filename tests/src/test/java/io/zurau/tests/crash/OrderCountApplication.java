package io.zurau.tests.crash;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.TimeWindows;

/// A Kafka Streams application in a process of its own: joins orders with their payments, and
/// counts the paid orders of each region and window of time, exactly once.
///
/// Arguments: the broker's address, the state directory, the group protocol. It runs until it is
/// killed.
final class OrderCountApplication {
    static final String ID = "order-counts";
    static final String ORDERS = "orders";
    static final String PAYMENTS = "payments";
    static final String COUNTS = "counts";
    static final Duration WINDOW = Duration.ofSeconds(10);

    private static final Duration LATE = Duration.ofDays(1);

    private OrderCountApplication() {}

    public static void main(String[] arguments) {
        KafkaStreams streams = new KafkaStreams(topology().build(), settings(arguments));
        streams.setStateListener((now, before) -> System.out.println(before + " -> " + now));
        streams.setUncaughtExceptionHandler(
                e -> {
                    e.printStackTrace();
                    return StreamThreadExceptionResponse.REPLACE_THREAD;
                });
        streams.start();
    }

    /// Keys are the orders' ids; an order's value is its region.
    private static StreamsBuilder topology() {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, String> orders = builder.stream(ORDERS);
        KStream<String, String> payments = builder.stream(PAYMENTS);
        orders.join(
                        payments,
                        (region, payment) -> region,
                        JoinWindows.ofTimeDifferenceAndGrace(WINDOW, LATE))
                .groupBy((order, region) -> region, Grouped.as("regions"))
                .windowedBy(TimeWindows.ofSizeAndGrace(WINDOW, LATE))
                .count()
                .toStream()
                .map(
                        (window, count) ->
                                KeyValue.pair(
                                        window.key() + "@" + window.window().start(),
                                        Long.toString(count)))
                .to(COUNTS);
        return builder;
    }

    private static Properties settings(String[] arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, ID);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[1]);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, arguments[2]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
        settings.put(
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        // Each count is written, so that what is written twice is seen.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        if (arguments[2].equals("classic")) {
            settings.put("session.timeout.ms", 2000);
            settings.put("heartbeat.interval.ms", 500);
        }
        settings.put("metadata.max.age.ms", 1000);
        settings.put("reconnect.backoff.max.ms", 200);
        return settings;
    }
}
