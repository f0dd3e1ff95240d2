package io.zurau.broker.telemetry;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.List;

/// @param maxBytes of one push, as it comes over the wire
public record TelemetryConfig(int maxBytes) {
    private static final Setting<ByteSize> MAX_BYTES =
            Setting.bytes(
                            "telemetry.max.bytes",
                            new ByteSize(1_048_576),
                            "How many bytes of metrics, compressed, a client may push at once.")
                    .atLeast(new ByteSize(1))
                    .asInt();

    public static final List<Setting<?>> SETTINGS = List.of(MAX_BYTES);

    public static TelemetryConfig from(Settings settings) {
        return new TelemetryConfig(settings.value(MAX_BYTES).toInt());
    }
}
