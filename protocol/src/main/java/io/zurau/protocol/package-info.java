/// What every message of Kafka's protocol is made of: the reader and writer of its primitive types,
/// ids, payloads, unknown tagged fields, and the error codes.
///
/// **Enter at** [io.zurau.protocol.ProtocolReader] and [io.zurau.protocol.ProtocolWriter]; the
/// messages themselves are in `io.zurau.protocol.message`, record batches in
/// `io.zurau.protocol.record`. **Promises.** Whatever the bytes, reading fails with nothing but
/// [io.zurau.protocol.MalformedMessage], and allocates no more than a small multiple of the bytes
/// given. Bytes and payloads are handed out as slices, never copied. **State.** Readers and writers
/// are owned by one thread; everything else is immutable. **Knows** bytes. **Must not know**
/// sockets, files, threads.
@NullMarked
package io.zurau.protocol;

import org.jspecify.annotations.NullMarked;
