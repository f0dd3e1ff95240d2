package io.zurau.client;

import io.zurau.protocol.compression.Compression;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a producer gathers, sends and repeats.
///
/// @param acks -1: all in-sync replicas have stored it; 1: the leader has it; 0: nobody says
/// @param batchBytes what a batch gathers before it is sent at once
/// @param linger how long a batch that is not full waits for more
/// @param bufferBytes of all records not yet acknowledged; beyond it `send` blocks
/// @param maxBlock how long `send` may block
/// @param deliveryTimeout after which a record that is not acknowledged has failed
record ProducerConfig(
        ClientConfig client,
        short acks,
        boolean idempotent,
        Compression compression,
        int batchBytes,
        int maxRequestBytes,
        int maxInFlight,
        Duration linger,
        long bufferBytes,
        Duration maxBlock,
        Duration deliveryTimeout) {

    private static final Setting<String> ACKS =
            Setting.text("acks", "all", "Who must have stored a record before it is acknowledged.")
                    .oneOf("all", "-1", "1", "0");
    private static final Setting<Boolean> IDEMPOTENCE =
            Setting.bool(
                    "enable.idempotence",
                    true,
                    "Whether the broker drops records that are sent again although it has them.");
    private static final Setting<String> COMPRESSION =
            Setting.text("compression.type", "none", "How batches are compressed.")
                    .oneOf("none", "gzip", "snappy", "lz4", "zstd");
    private static final Setting<ByteSize> BATCH_SIZE =
            Setting.bytes(
                            "batch.size",
                            ByteSize.ofKiB(16),
                            "What a batch gathers before it is sent at once.")
                    .between(ByteSize.ofKiB(1), ByteSize.ofMiB(64));
    private static final Setting<ByteSize> MAX_REQUEST_SIZE =
            Setting.bytes(
                            "max.request.size",
                            ByteSize.ofMiB(1),
                            "What one request, and so one record, may take.")
                    .between(ByteSize.ofKiB(1), ByteSize.ofMiB(100));
    private static final Setting<Integer> MAX_IN_FLIGHT =
            Setting.integer(
                            "max.in.flight.requests.per.connection",
                            5,
                            "How many requests to a broker may wait for their answers.")
                    .between(1, 5);
    private static final Setting<Duration> LINGER =
            Setting.duration(
                            "linger.ms",
                            Duration.ofMillis(5),
                            "How long a batch that is not full waits for more.")
                    .atLeast(Duration.ZERO);
    private static final Setting<ByteSize> BUFFER_MEMORY =
            Setting.bytes(
                            "buffer.memory",
                            ByteSize.ofMiB(32),
                            "Of all records not yet acknowledged; beyond it sending blocks.")
                    .atLeast(ByteSize.ofKiB(64));
    private static final Setting<Duration> MAX_BLOCK =
            Setting.duration(
                            "max.block.ms",
                            Duration.ofMinutes(1),
                            "How long sending may block for room or for the topic's partitions.")
                    .atLeast(Duration.ZERO);
    private static final Setting<Duration> DELIVERY_TIMEOUT =
            Setting.duration(
                            "delivery.timeout.ms",
                            Duration.ofMinutes(2),
                            "After which a record that is not acknowledged has failed.")
                    .atLeast(Duration.ofMillis(1));

    private static final SettingCatalog CATALOG = catalog();

    private static SettingCatalog catalog() {
        List<Setting<?>> all = new ArrayList<>(ClientConfig.SETTINGS);
        all.addAll(
                List.of(
                        ACKS,
                        IDEMPOTENCE,
                        COMPRESSION,
                        BATCH_SIZE,
                        MAX_REQUEST_SIZE,
                        MAX_IN_FLIGHT,
                        LINGER,
                        BUFFER_MEMORY,
                        MAX_BLOCK,
                        DELIVERY_TIMEOUT));
        return SettingCatalog.of(all);
    }

    static ProducerConfig from(Map<String, String> given) {
        Settings settings = Settings.parse(given, CATALOG);
        String acks = settings.value(ACKS);
        short code = acks.equals("all") ? -1 : Short.parseShort(acks);
        return new ProducerConfig(
                ClientConfig.from(settings),
                code,
                settings.value(IDEMPOTENCE) && code == -1,
                Compression.ofName(settings.value(COMPRESSION)).orElseThrow(),
                (int) settings.value(BATCH_SIZE).bytes(),
                (int) settings.value(MAX_REQUEST_SIZE).bytes(),
                settings.value(MAX_IN_FLIGHT),
                settings.value(LINGER),
                settings.value(BUFFER_MEMORY).bytes(),
                settings.value(MAX_BLOCK),
                settings.value(DELIVERY_TIMEOUT));
    }
}
