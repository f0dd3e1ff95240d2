package io.zurau.protocol.record;

import io.zurau.protocol.ErrorCode;
import java.util.List;

/// What [BatchValidation] found.
public sealed interface BatchVerdict {

    /// The batch may be stored. What its header says about the largest timestamp is not trusted:
    /// state it anew with [RecordBatch#setMaxTimestamp], which costs nothing where it was right.
    ///
    /// @param maxTimestamp the largest timestamp of the records, -1 for none
    /// @param maxTimestampOffsetDelta of the first record that has it, -1 for none
    /// @param recordBytes what the records take when they are not compressed
    record Valid(
            RecordBatch batch,
            int recordCount,
            long maxTimestamp,
            int maxTimestampOffsetDelta,
            long recordBytes)
            implements BatchVerdict {}

    /// The batch must not be stored.
    ///
    /// @param reason a sentence for the client
    /// @param records those at fault; empty if the batch as a whole is
    record Invalid(ErrorCode code, String reason, List<BadRecord> records) implements BatchVerdict {
        public Invalid {
            records = List.copyOf(records);
        }
    }

    /// @param index counted from 0
    record BadRecord(int index, String reason) {}
}
