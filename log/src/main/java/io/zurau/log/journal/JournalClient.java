package io.zurau.log.journal;

/// Whoever wants to know when its entries are on disk.
public interface JournalClient {
    /// What was given with an entry is stored, and so is everything given before. Called on the
    /// journal's writer, so it must be short and must not wait for anything.
    void stored(long endOffset);
}
