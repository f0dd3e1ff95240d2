/// A client library for any cluster that speaks Kafka's protocol, Zurau's or Apache Kafka's.
///
/// **Enter at** [io.zurau.client.Producer], [io.zurau.client.Consumer] and [io.zurau.client.Admin].
/// Behind them stand [io.zurau.client.Cluster], which knows the brokers and who leads what, and one
/// [io.zurau.client.BrokerConnection] per broker.
///
/// **Promises.** What fails is a [io.zurau.client.ClientFailure] with a sentence. Buffers, requests
/// in flight and retries have bounds, all of them settings with Kafka's names and defaults. Closing
/// leaves no thread and no socket behind.
///
/// **State.** Each class says who guards it. A producer may be used by many threads, a consumer by
/// one.
///
/// **Knows** the protocol and the seams; runs in the simulator. **Must not know** any server
/// module.
@NullMarked
package io.zurau.client;

import org.jspecify.annotations.NullMarked;
