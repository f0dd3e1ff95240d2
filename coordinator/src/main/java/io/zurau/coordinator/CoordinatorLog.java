package io.zurau.coordinator;

import io.zurau.protocol.ErrorCode;
import java.util.List;
import java.util.OptionalInt;

/// The topic that a coordinator keeps its memory in. Both methods are called by the shard's thread
/// and may block it.
public interface CoordinatorLog {
    /// Appends the entries in their order, in as many batches as their size and kind demand, and
    /// waits until they are stored on every in-sync replica.
    ///
    /// @return `NONE` when stored; otherwise why not, and then some of the entries may be in the
    ///   log
    ErrorCode append(int partition, List<LogEntry> entries) throws InterruptedException;

    /// Whether the log would take an entry of a transaction now: it fences old epochs of producers
    /// and of their coordinators.
    ///
    /// @return `NONE`, or what to refuse it with
    default ErrorCode check(int partition, LogEntry entry) {
        return ErrorCode.NONE;
    }

    /// Whether this broker leads the partition at this moment, as those know it who might lead
    /// next.
    ///
    /// @return `NONE`; or why not, or why nobody knows
    default ErrorCode confirm(int partition) throws InterruptedException {
        return ErrorCode.NONE;
    }

    /// Hands over everything stored in the partition, in order.
    ///
    /// @return `NONE` when the end was reached; otherwise why not
    ErrorCode load(int partition, Sink sink) throws InterruptedException;

    /// The largest record that the partition takes, in bytes, by [CoordinatorRecord#sizeInBytes].
    ///
    /// @return empty if the partition is led elsewhere by now, and takes none
    OptionalInt largestRecord(int partition);

    /// The offset that the next entry gets; each entry takes one.
    default long nextOffset(int partition) {
        return 0;
    }

    /// Takes away what lies below an offset, if that can be done now.
    default void deleteBefore(int partition, long offset) {}

    /// Takes what is loaded.
    interface Sink {
        void record(CoordinatorRecord record);

        /// A record that counts only once its producer's transaction is committed.
        void transactional(long producerId, CoordinatorRecord record);

        void transactionEnded(long producerId, boolean committed);
    }
}
