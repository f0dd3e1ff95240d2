package io.zurau.metadata.log;

/// What became of a proposal.
public sealed interface ProposeOutcome {
    /// @param endOffset where the log ends behind the proposal
    record Committed(long endOffset) implements ProposeOutcome {}

    /// Something else was committed first, so the proposal rests on an old image; nothing was
    /// written.
    ///
    /// @param endOffset where the log ended then; decide again once the image has come so far
    record Conflict(long endOffset) implements ProposeOutcome {}

    /// Nobody answered for a majority in time: the proposal may or may not become committed.
    /// Deciding anew on a later image is safe; saying "not done" is not.
    ///
    /// @param reason a sentence
    record Unknown(String reason) implements ProposeOutcome {}
}
