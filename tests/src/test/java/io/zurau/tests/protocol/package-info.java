/// The broker on the wire, beside Apache Kafka: the same bytes go to both, and what comes back is
/// compared.
///
/// **Enter at** [io.zurau.tests.protocol.EveryVersionTest], which plays a scenario for each API at
/// each of its versions, and at [io.zurau.tests.protocol.Conversation], which writes down what was
/// asked and answered. **Knows** Apache Kafka's message classes. **Must not know** Zurau's classes.
@NullMarked
package io.zurau.tests.protocol;

import org.jspecify.annotations.NullMarked;
