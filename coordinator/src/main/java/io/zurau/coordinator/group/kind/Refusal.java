package io.zurau.coordinator.group.kind;

import io.zurau.protocol.ErrorCode;

/// Why a client does not get what it asks for.
///
/// @param message a sentence for people
public record Refusal(ErrorCode code, String message) {}
