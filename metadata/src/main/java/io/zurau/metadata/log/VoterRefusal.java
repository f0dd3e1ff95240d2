package io.zurau.metadata.log;

import io.zurau.protocol.ErrorCode;

/// Why the voters were left as they are.
///
/// @param reason a sentence
public record VoterRefusal(ErrorCode error, String reason) {}
