package io.zurau.client;

import io.zurau.protocol.record.Header;
import io.zurau.protocol.record.TimestampType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record as it was read from a topic. The buffers stay valid; they keep the batch they came in
/// alive.
///
/// @param timestampMs milliseconds since 1970, or -1 for none
public record ConsumedRecord(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        TimestampType timestampType,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {}
