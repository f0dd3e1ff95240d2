/// Build time only: reads Kafka's message schemas and writes Java.
///
/// **Enter at** [io.zurau.protocol.generator.GenerateMessages]. The way of a schema: `SchemaParser`
/// makes a `Schema` of the JSON; `RecordEmitter` writes one record of it with the help of
/// `ReadEmitter`, `WriteEmitter`, `BuilderEmitter` and, for requests, `ErrorAnswerEmitter`;
/// `ApiKeyEmitter` and `FamilyEmitter` write what knows many messages at once. **Promises.** The
/// same schemas give the same files; files that would not change are not touched. A schema with
/// anything that we do not understand stops the build with a sentence. **Must not know** the rest
/// of us: the code it writes refers to `io.zurau.protocol` by name only.
@NullMarked
package io.zurau.protocol.generator;

import org.jspecify.annotations.NullMarked;
