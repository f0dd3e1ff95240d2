package io.zurau.log;

import io.zurau.protocol.ErrorCode;
import java.util.List;

/// What became of an append.
public sealed interface AppendOutcome {
    /// The records have their offsets. They are not stored before [PartitionLog#storedEndOffset()]
    /// is beyond `lastOffset`.
    ///
    /// @param baseOffset of the first record
    /// @param lastOffset of the last record, inclusive
    /// @param logAppendTimeMs -1 unless the topic stamps records with their append time
    /// @param logStartOffset of the log
    /// @param duplicate whether they had been appended before; the offsets are those of then
    record Appended(
            long baseOffset,
            long lastOffset,
            long logAppendTimeMs,
            long logStartOffset,
            boolean duplicate)
            implements AppendOutcome {}

    /// Nothing was appended.
    ///
    /// @param reason a sentence for the client
    /// @param recordErrors which records are at fault; mostly empty
    record Refused(ErrorCode code, String reason, List<RecordError> recordErrors)
            implements AppendOutcome {
        Refused(ErrorCode code, String reason) {
            this(code, reason, List.of());
        }
    }

    /// What is wrong with one record.
    ///
    /// @param index of the record in its batch, counted from 0
    record RecordError(int index, String reason) {}
}
