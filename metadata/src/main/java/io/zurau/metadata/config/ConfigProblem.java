package io.zurau.metadata.config;

import io.zurau.protocol.ErrorCode;

/// Why values cannot be what is set on a resource, as a sentence for whoever asked.
public record ConfigProblem(ErrorCode error, String reason) {}
