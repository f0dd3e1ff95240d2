package io.zurau.broker.data;

import java.time.Duration;

/// What fetches may take of a broker.
///
/// @param maxResponseBytes of one answer, whatever the client asks for
/// @param sessions how many fetch sessions are remembered
/// @param sessionEvictionAge how long a session is safe from being replaced
public record FetchLimits(int maxResponseBytes, int sessions, Duration sessionEvictionAge) {}
