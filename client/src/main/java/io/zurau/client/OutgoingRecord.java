package io.zurau.client;

import io.zurau.protocol.record.Header;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record to be sent. The buffers are read before [Producer#send] returns, and are not moved.
///
/// @param partition null lets the producer choose: by the key if there is one, else evenly
/// @param timestampMs milliseconds since 1970, or [#NOW]
public record OutgoingRecord(
        String topic,
        @Nullable Integer partition,
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {
    /// The time at which the record is handed to the producer.
    public static final long NOW = -1;

    public OutgoingRecord(String topic, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        this(topic, null, NOW, key, value, List.of());
    }
}
