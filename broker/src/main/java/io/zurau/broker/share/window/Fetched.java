package io.zurau.broker.share.window;

import java.util.List;

/// What the log has.
///
/// @param fromOffset that it was read from; the first batch may begin before
/// @param batches ascending, not empty
/// @param aborted those of the batches whose transactions were aborted; nobody shall have them
public record Fetched(long fromOffset, List<Range> batches, List<Range> aborted) {
    /// Offsets that follow one another; both inclusive.
    public record Range(long first, long last) {}

    long first() {
        return batches.getFirst().first();
    }

    long last() {
        return batches.getLast().last();
    }

    /// The last offset of the batch that has an offset; that itself if none has.
    long endOfBatchWith(long offset) {
        for (Range batch : batches) {
            if (batch.first <= offset && offset <= batch.last) {
                return batch.last;
            }
        }
        return offset;
    }
}
