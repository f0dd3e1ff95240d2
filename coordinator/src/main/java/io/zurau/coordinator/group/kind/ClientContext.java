package io.zurau.coordinator.group.kind;

/// Who asks.
///
/// @param version of the request
/// @param clientHost as Kafka shows it: a slash and the address
public record ClientContext(String clientId, String clientHost, int version) {}
