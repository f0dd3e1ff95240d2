package io.zurau.log;

/// What there is of a log's directory.
enum OnDisk {
    /// Nothing. The log has never had a record; the journal or the checkpoint says that it is.
    NOTHING,
    /// It was made; a power failure may take it.
    UNSYNCED,
    /// It survives.
    SYNCED
}
