package io.zurau.metadata.image;

/// An address under which clients reach a broker.
///
/// @param listener the listener's name, for example `PLAINTEXT`
/// @param port 1 to 65535
/// @param securityProtocol Kafka's number: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL
public record Endpoint(String listener, String host, int port, short securityProtocol) {}
