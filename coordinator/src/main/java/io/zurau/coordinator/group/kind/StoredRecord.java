package io.zurau.coordinator.group.kind;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.GroupRecordValue;
import org.jspecify.annotations.Nullable;

/// A record of `__consumer_offsets`, with what it says.
///
/// @param value null for a tombstone
/// @param version of the value
public record StoredRecord(GroupRecordKey key, @Nullable GroupRecordValue value, int version) {
    public static StoredRecord tombstone(GroupRecordKey key) {
        return new StoredRecord(key, null, 0);
    }

    /// As bytes.
    public CoordinatorRecord toRecord() {
        ProtocolWriter keyOut = new ProtocolWriter();
        key.writeFramed(keyOut);
        if (value == null) {
            return new CoordinatorRecord(keyOut.toBuffer(), null);
        }
        ProtocolWriter valueOut = new ProtocolWriter();
        value.writeFramed(valueOut, version);
        return new CoordinatorRecord(keyOut.toBuffer(), valueOut.toBuffer());
    }
}
