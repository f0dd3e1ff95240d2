/// Brokers and tools in processes of their own: what the tests of real things and the side-by-side
/// comparison start, kill and stop.
///
/// **Enter at** [io.zurau.tests.servers.ServerUnderTest], which
/// [io.zurau.tests.servers.ZurauProcess] and [io.zurau.tests.servers.KafkaProcess] implement, and
/// at [io.zurau.tests.servers.ToolHost] for Apache Kafka's command-line tools. **Promises.** Every
/// child ends with this JVM at the latest; each keeps its output in a file under `target/`.
/// **State.** A child process belongs to the object that started it. **Knows** command lines, ports
/// and files. **Must not know** any class of Zurau's product or of Apache Kafka.
@NullMarked
package io.zurau.tests.servers;

import org.jspecify.annotations.NullMarked;
