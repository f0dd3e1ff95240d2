package io.zurau.coordinator;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A record of a coordinator's topic, in Kafka's form.
///
/// @param value null for a tombstone
public record CoordinatorRecord(ByteBuffer key, @Nullable ByteBuffer value) {
    /// Length and offset fields of a record, with room to spare.
    private static final int FRAME_BYTES = 32;

    /// At least what the record takes in a batch.
    public int sizeInBytes() {
        return FRAME_BYTES + key.remaining() + (value == null ? 0 : value.remaining());
    }
}
