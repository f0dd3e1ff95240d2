package io.zurau.broker.connection;

import java.time.Duration;

/// How much of a broker its clients may take.
///
/// @param maxConnections of one listener; when it is reached, others wait to be accepted
/// @param maxConnectionsPerHost of one client address; one too many is closed at once
/// @param maxIdle after so long without a request a connection is closed
/// @param maxRequestBytes of one request
/// @param maxPendingAnswers how many requests of one connection may wait for their answer before it
///   is read no further
public record ConnectionLimits(
        int maxConnections,
        int maxConnectionsPerHost,
        Duration maxIdle,
        int maxRequestBytes,
        int maxPendingAnswers) {}
