/// Apache Kafka's Java clients against the broker: the newest, and once more those that its tools
/// of the version before bring.
///
/// **Knows** the clients' public interfaces. **Must not know** Zurau's classes.
@NullMarked
package io.zurau.tests.clients;

import org.jspecify.annotations.NullMarked;
