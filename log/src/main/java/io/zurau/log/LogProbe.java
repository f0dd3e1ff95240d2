package io.zurau.log;

import io.zurau.log.journal.JournalProbe;

/// What happens in a log directory, for metrics. Called on hot paths.
public interface LogProbe extends JournalProbe {
    LogProbe NONE =
            new LogProbe() {
                @Override
                public void appended(int bytes) {}

                @Override
                public void checkpointed(int logs, long nanos) {}

                @Override
                public void rolled() {}

                @Override
                public void deletedSegment(long bytes) {}

                @Override
                public void compacted(long bytesBefore, long bytesAfter, long nanos) {}

                @Override
                public void uncleanable(int logs) {}

                @Override
                public void wroteGroup(int bytes) {}

                @Override
                public void waitedForRoom() {}
            };

    void appended(int bytes);

    /// A checkpoint is on disk.
    ///
    /// @param logs how many had changed
    void checkpointed(int logs, long nanos);

    void rolled();

    /// Retention took a segment away.
    void deletedSegment(long bytes);

    /// A log was compacted.
    void compacted(long bytesBefore, long bytesAfter, long nanos);

    /// So many logs are damaged and are not compacted any more: Kafka's
    /// `uncleanable-partitions-count`.
    void uncleanable(int logs);
}
