/// One record per message of Kafka's protocol, generated at build time from the schemas inside
/// Kafka's own jars: requests, responses, headers, the coordinators' records, the metadata records.
///
/// **Enter at** [io.zurau.protocol.message.ApiKey], which knows every API and its versions, then at
/// the record named like Kafka's schema (`FetchRequest`, with its structs nested:
/// `FetchRequest.FetchTopic`). **Promises.** At every version the bytes are Kafka's. Tagged fields
/// that we do not know survive reading and writing. A field that a version lacks reads as its
/// default; writing another value there is an error unless the schema calls the field ignorable.
/// **State.** None: messages are immutable. A `ByteBuffer` or [io.zurau.protocol.Payload] inside a
/// message that was read is a slice of the bytes it was read from, and is valid as long as those
/// are. **Knows** `io.zurau.protocol`. **Must not know** anything else of us.
@NullMarked
package io.zurau.protocol.message;

import org.jspecify.annotations.NullMarked;
