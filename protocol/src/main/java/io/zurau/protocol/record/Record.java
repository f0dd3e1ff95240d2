package io.zurau.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record as it was read from a batch. Key, value and header values share the memory of the
/// batch (or of its decompressed form); who keeps them beyond that copies them.
///
/// @param timestamp milliseconds since 1970, or -1 for none
/// @param value null marks the key as deleted in a compacted topic
@SuppressWarnings("AvoidCommonTypeNames") // It is the word of everyone who uses Kafka.
public record Record(
        long offset,
        long timestamp,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {}
