package io.zurau.protocol.message;

import io.zurau.protocol.ProtocolWriter;
import java.nio.ByteBuffer;

/// Anything with a schema of its own: requests, responses, headers, records of the coordinators and
/// of the metadata log.
public interface ApiMessage {
    /// The default of a field of bytes. Empty, so it cannot be changed.
    ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    /// Writes the message as that version of its schema.
    ///
    /// @throws io.zurau.protocol.UnsupportedField if a field has a value that the version cannot
    ///   express
    /// @throws IllegalArgumentException if the schema has no such version
    void write(ProtocolWriter out, int version);
}
