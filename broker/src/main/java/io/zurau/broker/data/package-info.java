/// The APIs that write and read records: Produce, Fetch, ListOffsets, DeleteRecords,
/// OffsetForLeaderEpoch.
///
/// **Enter at** [io.zurau.broker.data.DataHandlers]. **Promises.** Each partition of a request is
/// answered for itself. A produce answer says what is stored; a fetch answer holds only what is.
/// **State.** Only the fetch sessions, which guard themselves. **Knows** partitions and their logs.
/// **Must not know** connections.
@NullMarked
package io.zurau.broker.data;

import org.jspecify.annotations.NullMarked;
