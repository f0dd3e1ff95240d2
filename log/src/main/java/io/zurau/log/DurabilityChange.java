package io.zurau.log;

/// Changes when a log calls its records stored. What it has is synced first: from there on, the
/// journal has either everything or nothing.
///
/// **Guard:** runs under the log's `logLock`.
final class DurabilityChange {
    private final PartitionLog log;
    private final LogContents contents;

    DurabilityChange(PartitionLog log, LogContents contents) {
        this.log = log;
        this.contents = contents;
    }

    /// @return the sequence number of the change's group in the journal, which is stored
    long become(boolean durable) {
        log.persistence().persistEverything();
        log.stored().set(contents.endOffset());
        long change = contents.count(() -> log.access().durable(durable));
        LogPosition at = contents.position();
        long sequence =
                log.journal(
                        change,
                        new LogChange.DurabilitySet(
                                durable, at.endOffset(), at.segmentBase(), at.position()));
        log.home().journal().awaitStored(sequence);
        return sequence;
    }
}
